import { chargeCharacters } from '../text/characters.js';
import type { Row } from './row.js';
import type { Runtime } from '../value.js';

function charged(text: string, runtime: Runtime): string {
  runtime.charge(0, text.length);
  return chargeCharacters(text, runtime);
}

/** Case, and the questions `isalpha` and the like. */
export const stringCaseRows: ReadonlyArray<Row<string>> = [
  ['lower', '', (self, _, runtime) => charged(self, runtime).toLowerCase()],
  ['upper', '', (self, _, runtime) => charged(self, runtime).toUpperCase()],
  ['casefold', '', (self, _, runtime) => charged(self, runtime).toLowerCase()],
  [
    'capitalize',
    '',
    (self, _, runtime) => {
      const [first = '', ...rest] = Array.from(charged(self, runtime));
      return first.toUpperCase() + rest.join('').toLowerCase();
    },
  ],
  ['title', '', (self, _, runtime) => title(charged(self, runtime))],
  [
    'swapcase',
    '',
    (self, _, runtime) =>
      Array.from(charged(self, runtime), (c) =>
        c === c.toLowerCase() ? c.toUpperCase() : c.toLowerCase(),
      ).join(''),
  ],
  ['isalpha', '', (self) => /^\p{L}+$/u.test(self)],
  ['isdigit', '', (self) => /^\p{Nd}+$/u.test(self)],
  ['isdecimal', '', (self) => /^\p{Nd}+$/u.test(self)],
  ['isnumeric', '', (self) => /^\p{N}+$/u.test(self)],
  ['isalnum', '', (self) => /^[\p{L}\p{N}]+$/u.test(self)],
  ['isspace', '', (self) => /^[\s\x1c-\x1f]+$/.test(self)],
  ['islower', '', (self) => self === self.toLowerCase() && self !== self.toUpperCase()],
  ['isupper', '', (self) => self === self.toUpperCase() && self !== self.toLowerCase()],
  ['istitle', '', (self) => /\p{L}/u.test(self) && self === title(self)],
  ['isidentifier', '', (self) => /^[\p{L}_][\p{L}\p{N}_]*$/u.test(self)],
  ['isascii', '', (self) => !/[^\x00-\x7f]/.test(self)],
  ['isprintable', '', (self) => /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]*$/u.test(self)],
];

/** A letter after something that is no letter begins a word. */
function title(text: string): string {
  return text
    .toLowerCase()
    .replace(/(^|[^\p{L}])(\p{L})/gu, (_, before: string, letter: string) => before + letter.toUpperCase());
}
