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

export const OPENERS = new Map([
  ['(', ')'],
  ['[', ']'],
  ['{', '}'],
]);
export const SYMBOLS_BY_LENGTH = [3, 2, 1].map(
  (length) =>
    new Map(
      symbolImages
        .filter((image) => image.length === length && !/[a-z]/i.test(image))
        .map((image) => [image, symbolType(image)]),
    ),
);
/** Words that never stand inside brackets: one there means that a bracket was not closed. */
export const STATEMENT_WORDS = new Set(
  'assert break class continue def del elif except finally global import pass raise return try while with'.split(
    ' ',
  ),
);
