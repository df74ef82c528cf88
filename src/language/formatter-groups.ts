import type { Leaf } from './formatter-leaves.js';
import * as tokens from './tokens.js';

/** A line as a tree: tokens, and brackets with their elements. */
export type Item = Leaf | Group;

export interface Group {
  readonly open: Leaf;
  readonly elements: readonly Element[];
  readonly close: Leaf;
  /** Comments after the last element. */
  readonly dangling: readonly string[];
  readonly trailingComma: boolean;
  /** Whether it must take several lines: it holds a comment, or its author began a new line after its bracket. */
  readonly broken: boolean;
  /** Whether the author began a new line after its bracket. */
  readonly opened: boolean;
}

/** What stands between two commas. */
export interface Element {
  readonly items: readonly Item[];
  readonly comments: readonly string[];
  readonly blankLine: boolean;
  readonly trailing: string | undefined;
}

export function isGroup(item: Item): item is Group {
  return 'open' in item;
}

export function firstLeaf(item: Item): Leaf {
  return isGroup(item) ? item.open : item;
}

/** The source order of the leaves is kept. */
export function makeItems(leaves: readonly Leaf[]): Item[] {
  const reader = new Reader(leaves);
  return reader.items();
}

const OPENERS = new Set([tokens.OpenParen, tokens.OpenBracket, tokens.OpenBrace]);
const CLOSERS = new Set([tokens.CloseParen, tokens.CloseBracket, tokens.CloseBrace]);

class Reader {
  private at = 0;

  constructor(private readonly leaves: readonly Leaf[]) {}

  /** Up to a closing bracket that was not opened here, or (in brackets) a comma. */
  items(stopAtComma = false): Item[] {
    const items: Item[] = [];
    let lambdas = 0;
    let comprehends = false;
    for (let leaf = this.peek(); leaf; leaf = this.peek()) {
      if (CLOSERS.has(leaf.type)) break;
      // The commas between a lambda's parameters, or in `for a, b in`, separate no elements.
      const separates = lambdas === 0 && (!comprehends || this.isLastComma());
      if (stopAtComma && separates && leaf.type === tokens.Comma) break;
      comprehends ||= leaf.type === tokens.For;
      if (leaf.type === tokens.Lambda) lambdas++;
      else if (leaf.type === tokens.Colon && lambdas > 0) lambdas--;
      items.push(OPENERS.has(leaf.type) ? this.group() : leaf);
      if (!OPENERS.has(leaf.type)) this.at++;
    }
    return items;
  }

  private group(): Group {
    const open = this.take();
    const elements: Element[] = [];
    const opened = this.peek()?.lineBreak === true || (this.peek()?.comments.length ?? 0) > 0;
    let trailingComma = false;
    let carried: string[] = [];
    while (this.peek() && !CLOSERS.has((this.peek() as Leaf).type)) {
      const first = this.peek() as Leaf;
      const comments = [...carried, ...first.comments];
      const items = this.items(true);
      const comma = this.peek()?.type === tokens.Comma ? this.take() : undefined;
      trailingComma = comma !== undefined;
      const last = items[items.length - 1];
      const ends = last && (isGroup(last) ? last.close : last);
      const tail = [ends?.trailing, ...(comma?.comments ?? []), comma?.trailing].filter(
        (c) => c !== undefined,
      );
      if (ends) ends.trailing = undefined;
      const [trailing, ...rest] = tail;
      carried = rest;
      elements.push({ items, comments, blankLine: first.blankLine, trailing });
    }
    const close = this.take();
    const dangling = [...carried, ...close.comments];
    const broken =
      open.trailing !== undefined ||
      dangling.length > 0 ||
      (opened && elements.length > 0 && !isSubscript(open)) ||
      elements.some(
        (element) =>
          element.trailing !== undefined || element.comments.length > 0 || element.items.some(isBroken),
      );
    return { open, elements, close, dangling, trailingComma, broken, opened };
  }

  private isLastComma(): boolean {
    const next = this.leaves[this.at + 1];
    return next !== undefined && CLOSERS.has(next.type);
  }

  private peek(): Leaf | undefined {
    return this.leaves[this.at];
  }

  private take(): Leaf {
    return this.leaves[this.at++] as Leaf;
  }
}

export function isSubscript(open: Leaf): boolean {
  return open.applied && open.text === '[';
}

/** Whether an item cannot stand on one line. Comments before an element's first token are the element's. */
export function isBroken(item: Item, index: number): boolean {
  if (!isGroup(item)) return item.trailing !== undefined || (index > 0 && item.comments.length > 0);
  return item.broken || item.close.trailing !== undefined || (index > 0 && item.open.comments.length > 0);
}
