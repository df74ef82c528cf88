import type { TokenType } from 'chevrotain';
import { symbolImages, symbolType } from './tokens.js';

/** What the scanner looks up. */

export const SPACE = 1;
export const DIGIT = 2;
export const WORD = 3;
/** What an ASCII character begins, by its code; 0 for all that is looked at in turn. */
export const CLASS = new Uint8Array(128);
for (const character of ' \t\f') CLASS[character.charCodeAt(0)] = SPACE;
for (const character of '0123456789') CLASS[character.charCodeAt(0)] = DIGIT;
for (let code = 65; code <= 90; code++) CLASS[code] = CLASS[code + 32] = WORD;
CLASS['_'.charCodeAt(0)] = WORD;

export const OPENING = 1;
export const CLOSING = 2;
/** Which ASCII characters are brackets. */
export const BRACKETS = new Uint8Array(128);
for (const character of '([{') BRACKETS[character.charCodeAt(0)] = OPENING;
for (const character of ')]}') BRACKETS[character.charCodeAt(0)] = CLOSING;
export const CLOSER_OF = new Map([
  ['(', ')'],
  ['[', ']'],
  ['{', '}'],
]);

interface ScannedSymbol {
  readonly image: string;
  readonly type: TokenType;
}

/** The operators and marks that begin with each ASCII character, the longest first. */
const SYMBOLS: ScannedSymbol[][] = [];
for (const image of [...symbolImages].sort((a, b) => b.length - a.length)) {
  if (!/[a-z]/i.test(image)) (SYMBOLS[image.charCodeAt(0)] ??= []).push({ image, type: symbolType(image) });
}

export function symbolAt(text: string, at: number): ScannedSymbol | undefined {
  const candidates = SYMBOLS[text.charCodeAt(at)];
  if (candidates === undefined) return undefined;
  for (const symbol of candidates) {
    if (symbol.image.length === 1 || text.startsWith(symbol.image, at)) return symbol;
  }
  return undefined;
}

/** Words that never stand inside brackets: one there means that a bracket was not closed. */
export const STATEMENT_WORDS = new Set(
  'assert break class continue def del elif except finally global import pass raise return try while with'.split(
    ' ',
  ),
);

/** Whether the character at `at`, beyond ASCII, may begin a name or go on in one. */
export function isWordCharacter(text: string, at: number, begins: boolean): boolean {
  const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
  return (begins ? /\p{ID_Start}/u : /\p{ID_Continue}/u).test(character);
}

const NEWLINE = 10;
const RETURN = 13;

/** The offset after the line end at `at`; `at` itself when there is none. */
export function lineEndAfter(text: string, at: number): number {
  const code = text.charCodeAt(at);
  if (code === NEWLINE) return at + 1;
  if (code === RETURN) return text.charCodeAt(at + 1) === NEWLINE ? at + 2 : at + 1;
  return at;
}
