import { firstLeaf, isBroken, isGroup, isSubscript, type Group, type Item } from './formatter-groups.js';
import * as tokens from './tokens.js';

const WIDTH = 100;

/**
 * Prints a line of the program at a margin. What fits stays on one line; a bracket that does not, or that its
 * author had opened, has one element a line with a comma after each. The decision for a bracket looks ahead
 * as far as the next place where a line may end (Oppen's and Wadler's rule).
 */
export function layOut(items: readonly Item[], margin: string, step: string): string {
  const writer = new Writer(step);
  writer.write(margin);
  writer.items(items, margin, false, 0);
  return writer.text;
}

class Writer {
  text = '';
  private column = 0;

  constructor(private readonly step: string) {}

  write(text: string): void {
    this.text += text;
    const lineEnd = text.lastIndexOf('\n');
    this.column = lineEnd < 0 ? this.column + text.length : text.length - lineEnd - 1;
  }

  /** `tail` characters follow directly after the items. */
  items(items: readonly Item[], margin: string, inBrackets: boolean, tail: number): void {
    const text = flat(items);
    if (!items.some(isBroken) && this.fits(text, tail)) {
      this.write(text);
      return;
    }
    const breaks = breakPoints(items, inBrackets);
    let inner = margin;
    for (const [index, item] of items.entries()) {
      const leaf = firstLeaf(item);
      if (index > 0 && breaks.has(index)) {
        inner = this.continuation(item, margin, inBrackets);
        this.write(inBrackets ? `\n${inner}` : ` \\\n${inner}`);
        for (const comment of leaf.comments) this.write(`${comment}\n${inner}`);
      } else if (index > 0 && leaf.space) {
        this.write(' ');
      }
      if (isGroup(item)) this.group(item, inner, restWidth(items, index + 1, breaks, tail));
      else this.write(item.text);
      const trailing = isGroup(item) ? item.close.trailing : item.trailing;
      if (trailing !== undefined) this.write(`  ${trailing}`);
    }
  }

  /** The clauses of a comprehension stand below its element, all else further in. */
  private continuation(item: Item, margin: string, inBrackets: boolean): string {
    if (!inBrackets) return margin + this.step + this.step;
    const { type } = firstLeaf(item);
    return type === tokens.For || type === tokens.If ? margin : margin + this.step;
  }

  private group(group: Group, margin: string, rest: number): void {
    const text = flatGroup(group);
    if (!group.broken && this.fits(text, rest)) {
      this.write(text);
      return;
    }
    const sole = soleGroup(group);
    if (sole) {
      this.write(group.open.text);
      this.group(sole, margin, rest + 1);
      this.write(group.close.text);
      return;
    }
    this.expand(group, margin);
  }

  private expand(group: Group, margin: string): void {
    const inner = margin + this.step;
    this.write(group.open.text);
    if (group.open.trailing !== undefined) this.write(`  ${group.open.trailing}`);
    for (const [index, element] of group.elements.entries()) {
      if (element.blankLine && index > 0) this.write('\n');
      for (const comment of element.comments) this.write(`\n${inner}${comment}`);
      this.write(`\n${inner}`);
      const comma = index + 1 < group.elements.length || endsWithComma(group);
      this.items(element.items, inner, true, comma ? 1 : 0);
      if (comma) this.write(',');
      if (element.trailing !== undefined) this.write(`  ${element.trailing}`);
    }
    for (const comment of group.dangling) this.write(`\n${inner}${comment}`);
    this.write(`\n${margin}${group.close.text}`);
  }

  private fits(text: string, tail: number): boolean {
    const lineEnd = text.indexOf('\n');
    return this.column + (lineEnd < 0 ? text.length + tail : lineEnd) <= WIDTH;
  }
}

function flat(items: readonly Item[]): string {
  return items
    .map((item, index) => {
      const text = isGroup(item) ? flatGroup(item) : item.text;
      return index > 0 && firstLeaf(item).space ? ` ${text}` : text;
    })
    .join('');
}

function flatGroup(group: Group): string {
  const elements = group.elements.map((element) => flat(element.items)).join(', ');
  return `${group.open.text}${elements}${keepsComma(group) ? ',' : ''}${group.close.text}`;
}

/** `(a,)` is a tuple for its comma, and so is the index of `a[b,]`. */
function keepsComma(group: Group): boolean {
  if (!group.trailingComma) return false;
  if (isSubscript(group.open)) return true;
  return group.open.text === '(' && !group.open.applied && group.elements.length === 1;
}

/** Whether the last of the elements that have a line each gets a comma. */
function endsWithComma(group: Group): boolean {
  const { open, elements, trailingComma } = group;
  if (isSubscript(open)) return trailingComma;
  if (open.text === '(' && !open.applied && elements.length === 1) return trailingComma;
  const last = elements[elements.length - 1]?.items ?? [];
  const [first] = last;
  // Python 2 has no comma after *args, and a generator none at all.
  if (open.applied && first && !isGroup(first) && (first.text === '*' || first.text === '**')) return false;
  return !last.some((item) => !isGroup(item) && item.type === tokens.For);
}

/** `f([...])`: the two brackets open and close together. */
function soleGroup(group: Group): Group | undefined {
  const [only, second] = group.elements;
  const item = only?.items[0];
  if (!only || second || only.items.length !== 1 || !item || !isGroup(item)) return undefined;
  const plain = !group.opened && only.comments.length === 0 && only.trailing === undefined;
  const commented = group.open.trailing !== undefined || group.dangling.length > 0;
  return plain && !commented && !group.trailingComma && item.open.comments.length === 0 ? item : undefined;
}

const STRINGS = new Set([tokens.StringToken, tokens.FormattedEnd]);

/**
 * Where an element that does not fit may continue on the next line: between adjacent strings, before the
 * clauses of a comprehension, at the author's own line ends, and after comments. Outside brackets only at the
 * author's line ends, which are backslashes.
 */
function breakPoints(items: readonly Item[], inBrackets: boolean): Set<number> {
  const points = new Set<number>();
  let clauses = false;
  for (const [index, item] of items.entries()) {
    const before = items[index - 1];
    if (before === undefined) continue;
    const leaf = firstLeaf(item);
    const comment = isGroup(before) ? before.close.trailing : before.trailing;
    if (leaf.lineBreak || comment !== undefined || leaf.comments.length > 0) points.add(index);
    if (!inBrackets || isGroup(item)) continue;
    if (STRINGS.has(item.type) && !isGroup(before) && STRINGS.has(before.type)) points.add(index);
    clauses ||= item.type === tokens.For;
    if (clauses && (item.type === tokens.For || item.type === tokens.If)) points.add(index);
  }
  return points;
}

/** How much follows on the same line before it may end. */
function restWidth(items: readonly Item[], from: number, breaks: ReadonlySet<number>, tail: number): number {
  let width = 0;
  for (let index = from; index < items.length; index++) {
    if (breaks.has(index)) return width;
    const item = items[index] as Item;
    width += firstLeaf(item).text.length + (firstLeaf(item).space ? 1 : 0);
    if (isGroup(item)) return item.elements.length === 0 ? width + 1 : width;
  }
  return width + tail;
}
