import type { SourceFile } from '../base/source.js';
import * as tokens from './tokens.js';
import { startsExpression, type Token } from './tokens.js';

/**
 * Some words are statements in Python 2 or 3 and ordinary names in the other: `print x`, `exec code`,
 * `nonlocal x`. What follows the word decides, at the beginning of a statement only; every other use is a name.
 *
 *     print            a statement: an empty line     print(x)         a call
 *     print x, y       a statement                    print (x), y     a statement: more follows the bracket
 *     print >>f, x     a statement                    print = 1        a name
 */
export function markStatementWords(file: SourceFile, stream: Token[]): void {
  if (!WORDS.test(file.text)) return;
  let printIsFunction = false;
  for (let at = 0; at < stream.length; at++) {
    const token = stream[at] as Token;
    if (token.tokenType !== tokens.NameToken) continue;
    const { image } = token;
    if (image === '__future__') printIsFunction ||= importsPrintFunction(stream, at);
    else if (image !== 'print' && image !== 'exec' && image !== 'nonlocal') continue;
    else if (!beginsStatement(stream, at)) continue;
    else if (image === 'print') {
      if (!printIsFunction && isPrintStatement(stream, at)) retype(stream, at, tokens.Print);
    } else if (image === 'exec') {
      if (isExecStatement(stream, at)) retype(stream, at, tokens.Exec);
    } else if (stream[at + 1]?.tokenType === tokens.NameToken) {
      retype(stream, at, tokens.Nonlocal);
    }
  }
}

function retype(stream: Token[], at: number, type: Token['tokenType']): void {
  const token = stream[at] as Token;
  stream[at] = tokens.makeToken(type, token.image, token.startOffset, tokens.endOf(token));
}

const WORDS = /\b(?:print|exec|nonlocal)\b/;
const OPENERS = new Set([tokens.OpenParen, tokens.OpenBracket, tokens.OpenBrace, tokens.FieldStart]);
const CLOSERS = new Set([tokens.CloseParen, tokens.CloseBracket, tokens.CloseBrace, tokens.FieldEnd]);
const HEADERS = new Set([
  tokens.If,
  tokens.Elif,
  tokens.Else,
  tokens.For,
  tokens.While,
  tokens.Try,
  tokens.Except,
  tokens.Finally,
  tokens.With,
  tokens.Def,
  tokens.Class,
]);
const BEFORE_STATEMENT = new Set([
  tokens.Newline,
  tokens.Indent,
  tokens.Dedent,
  tokens.Semicolon,
  tokens.Colon,
]);

function beginsStatement(stream: readonly Token[], at: number): boolean {
  const previous = stream[at - 1]?.tokenType;
  if (previous === undefined) return true;
  return previous === tokens.Colon ? endsHeader(stream, at - 1) : BEFORE_STATEMENT.has(previous);
}

/** Whether the colon ends the head of a block, not that of a lambda, a slice or a dict's key. */
function endsHeader(stream: readonly Token[], colon: number): boolean {
  let depth = 0;
  for (let at = colon - 1; at >= 0; at--) {
    const type = (stream[at] as Token).tokenType;
    if (OPENERS.has(type) && --depth < 0) return false;
    if (CLOSERS.has(type)) depth++;
    if (type === tokens.Lambda && depth === 0) return false;
    if (at === 0 || (depth === 0 && BEFORE_STATEMENT.has((stream[at - 1] as Token).tokenType))) {
      return HEADERS.has(type);
    }
  }
  return false;
}

/** `from __future__ import division, print_function` with its module's name at `at`. */
function importsPrintFunction(stream: readonly Token[], at: number): boolean {
  if (stream[at - 1]?.tokenType !== tokens.From) return false;
  for (let next = at + 1; stream[next] && stream[next]?.tokenType !== tokens.Newline; next++) {
    if (stream[next]?.image === 'print_function') return true;
  }
  return false;
}

function isPrintStatement(stream: readonly Token[], at: number): boolean {
  const next = stream[at + 1];
  if (next === undefined || endsStatement(next)) return true;
  if (next.tokenType === tokens.ShiftRight) return true;
  if (next.tokenType === tokens.OpenParen) return !endsStatement(afterBrackets(stream, at + 1));
  return startsExpression[next.tokenTypeIdx] === true;
}

function isExecStatement(stream: readonly Token[], at: number): boolean {
  const next = stream[at + 1];
  if (next === undefined) return false;
  if (next.tokenType === tokens.OpenParen) {
    const after = afterBrackets(stream, at + 1);
    return endsStatement(after) || after?.tokenType === tokens.In;
  }
  return startsExpression[next.tokenTypeIdx] === true && next.tokenType !== tokens.OpenBracket;
}

function endsStatement(token: Token | undefined): boolean {
  return token === undefined || token.tokenType === tokens.Newline || token.tokenType === tokens.Semicolon;
}

/** The token after the bracket that closes the one at `at`. */
function afterBrackets(stream: readonly Token[], at: number): Token | undefined {
  return stream[closingBracket(stream, at) + 1];
}

/** The index of the bracket that closes the one at `at`; the end when there is none. */
export function closingBracket(stream: readonly Token[], at: number): number {
  let depth = 0;
  for (let next = at; next < stream.length; next++) {
    const type = (stream[next] as Token).tokenType;
    if (OPENERS.has(type)) depth++;
    else if (CLOSERS.has(type) && --depth === 0) return next;
  }
  return stream.length;
}

export function opensBracket(token: Token | undefined): boolean {
  return token !== undefined && OPENERS.has(token.tokenType);
}
