import type { Comment } from './lexer.js';
import * as tokens from './tokens.js';
import { endOf, makeToken, type Token } from './tokens.js';

/** A token as it will be printed, with what stood around it in the source. */
export interface Leaf {
  readonly text: string;
  readonly type: Token['tokenType'];
  /** Whether a space separates it from the token before, when both stand on one line. */
  readonly space: boolean;
  /** Whether the source has a line end, or even an empty line, between the token before and this one. */
  readonly lineBreak: boolean;
  readonly blankLine: boolean;
  /** Comments on lines of their own before it. */
  readonly comments: string[];
  /** A comment after it on the same line. */
  trailing: string | undefined;
  /** For a bracket: whether it calls or subscripts what stands before it, or holds imported names. */
  readonly applied: boolean;
}

/** The tokens of one line of the program, outside whose brackets no comment stands. */
export function makeLeaves(text: string, line: readonly Token[], comments: readonly Comment[]): Leaf[] {
  const joined = joinFormatted(text, line);
  const spacing = new Spacing();
  let previous: Token | undefined;
  const leaves: Leaf[] = [];
  for (const token of joined) {
    const gap = previous ? withoutComments(text, endOf(previous), token.startOffset, comments) : '';
    const { space, applied } = spacing.next(token);
    leaves.push({
      text: printed(token),
      type: token.tokenType,
      space,
      lineBreak: /[\r\n]/.test(gap),
      blankLine: /(?:\r\n|\r|\n)[ \t\f]*(?:\r\n|\r|\n)/.test(gap),
      comments: [],
      trailing: undefined,
      applied,
    });
    previous = token;
  }
  attach(text, joined, leaves, comments);
  return leaves;
}

/** An f-string is one piece: nothing in it is touched. */
function joinFormatted(text: string, line: readonly Token[]): Token[] {
  const joined: Token[] = [];
  for (let at = 0; at < line.length; at++) {
    const token = line[at] as Token;
    if (token.tokenType !== tokens.FormattedStart) {
      joined.push(token);
      continue;
    }
    let depth = 0;
    for (; at < line.length; at++) {
      const type = line[at]?.tokenType;
      if (type === tokens.FormattedStart) depth++;
      else if (type === tokens.FormattedEnd && --depth === 0) break;
    }
    const end = endOf(line[at] as Token);
    joined.push(makeToken(tokens.FormattedEnd, text.slice(token.startOffset, end), token.startOffset, end));
  }
  return joined;
}

/** Double quotes become single ones where the text needs no change for it. */
function printed(token: Token): string {
  const { image, tokenType } = token;
  if (tokenType !== tokens.StringToken) return image;
  const match = /^([a-zA-Z]*)"([^"'\\]*)"$/.exec(image);
  return match ? `${match[1] ?? ''}'${match[2] ?? ''}'` : image;
}

/** Each comment as one character, so that its line is not empty. */
function withoutComments(text: string, start: number, end: number, comments: readonly Comment[]): string {
  let gap = '';
  let from = start;
  for (const comment of comments) {
    if (comment.start < start || comment.start >= end) continue;
    gap += `${text.slice(from, comment.start)}#`;
    from = comment.end;
  }
  return gap + text.slice(from, end);
}

function attach(
  text: string,
  joined: readonly Token[],
  leaves: readonly Leaf[],
  comments: readonly Comment[],
): void {
  let index = 0;
  for (const { start, end } of comments) {
    while (index + 1 < joined.length && (joined[index + 1] as Token).startOffset < start) index++;
    const leaf = leaves[index] as Leaf;
    const comment = text.slice(start, end).trimEnd();
    const before = text.slice(endOf(joined[index] as Token), start);
    const next = leaves[index + 1];
    if (leaf.trailing === undefined && (next === undefined || !/[\r\n]/.test(before)))
      leaf.trailing = comment;
    else next?.comments.push(comment);
  }
}

interface Context {
  readonly bracket: string;
  readonly applied: boolean;
  /** Lambdas whose colon is still to come. */
  lambdas: number;
  /** Whether the parameter under way has an annotation. */
  annotated: boolean;
  backquoted: boolean;
}

const OPERANDS = new Set([
  tokens.NameToken,
  tokens.NumberToken,
  tokens.StringToken,
  tokens.FormattedEnd,
  tokens.True,
  tokens.False,
  tokens.None,
  tokens.Ellipsis,
  tokens.CloseParen,
  tokens.CloseBracket,
  tokens.CloseBrace,
]);
const OPENERS = new Set([tokens.OpenParen, tokens.OpenBracket, tokens.OpenBrace]);
const CLOSERS = new Set([tokens.CloseParen, tokens.CloseBracket, tokens.CloseBrace]);
const PREFIXES = new Set([
  tokens.Plus,
  tokens.Minus,
  tokens.Tilde,
  tokens.Star,
  tokens.DoubleStar,
  tokens.ShiftRight,
  tokens.At,
]);

/** Decides the spaces of a line, token by token. */
class Spacing {
  private previous: Token | undefined;
  /** The token before leaves no space after it: an opening bracket, a sign, `**` of `**kwargs`, a slice's colon. */
  private tight = true;
  private operand = false;
  private inFrom = false;
  private readonly contexts: Context[] = [context('', false)];

  next(token: Token): { space: boolean; applied: boolean } {
    const type = token.tokenType;
    const top = this.contexts[this.contexts.length - 1] as Context;
    const applied = OPENERS.has(type) && type !== tokens.OpenBrace && this.operand;
    const closingTick = type === tokens.Backquote && top.backquoted;
    const space = !this.tight && !applied && !closingTick && this.separates(type, top);
    const imports = type === tokens.OpenParen && this.previous?.tokenType === tokens.Import;
    this.advance(token, top, applied, closingTick);
    return { space, applied: applied || imports };
  }

  private separates(type: Token['tokenType'], top: Context): boolean {
    const before = this.previous?.tokenType;
    if (CLOSERS.has(type) || type === tokens.Comma || type === tokens.Colon) return false;
    if (type === tokens.Equal) return !this.isKeyword(top);
    if (this.inFrom && type !== tokens.Import) return before === tokens.From;
    if (type === tokens.Dot) return before === tokens.NumberToken;
    return true;
  }

  private isKeyword(top: Context): boolean {
    return top.lambdas > 0 || (top.bracket === '(' && !top.annotated);
  }

  private advance(token: Token, top: Context, applied: boolean, closingTick: boolean): void {
    const type = token.tokenType;
    const prefix = PREFIXES.has(type) && !this.operand;
    this.tight = prefix || type === tokens.Dot;
    if (type === tokens.Dot && this.inFrom) this.tight = false;
    if (OPENERS.has(type)) {
      this.contexts.push(context(token.image, applied));
      this.tight = true;
    } else if (CLOSERS.has(type)) {
      if (this.contexts.length > 1) this.contexts.pop();
    } else if (type === tokens.Lambda) {
      top.lambdas++;
    } else if (type === tokens.Colon) {
      this.takeColon(top);
    } else if (type === tokens.Comma) {
      top.annotated = false;
    } else if (type === tokens.Equal) {
      this.tight = this.isKeyword(top);
    } else if (type === tokens.Backquote) {
      top.backquoted = !closingTick;
      this.tight = !closingTick;
    } else if (type === tokens.From) {
      this.inFrom = this.previous === undefined;
    } else if (type === tokens.Import) {
      this.inFrom = false;
    }
    this.operand = OPERANDS.has(type) || closingTick;
    this.previous = token;
  }

  private takeColon(top: Context): void {
    if (top.lambdas > 0) top.lambdas--;
    else if (top.bracket === '[') this.tight = true;
    else if (top.bracket === '(') top.annotated = true;
  }
}

function context(bracket: string, applied: boolean): Context {
  return { bracket, applied, lambdas: 0, annotated: false, backquoted: false };
}
