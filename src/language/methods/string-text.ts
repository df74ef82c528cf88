import type { Evaluator } from '../interpreter.js';
import { textLength } from '../text/characters.js';
import { decodeText, encodeText } from '../text/codecs.js';
import { formatText } from '../text/str-format.js';
import { formatValue } from '../text/format-value.js';
import type { Runtime, Value } from '../value.js';
import { Dict } from '../values/dict.js';
import { toCount, toText } from '../values/index.js';
import type { Row } from './row.js';

/** Padding, formatting, translation, codecs. */
export const stringTextRows: ReadonlyArray<Row<string>> = [
  [
    'format',
    '* **',
    (self, args, runtime, { keywords }) => formatText(self, { args, keywords }, runtime as Evaluator),
  ],
  [
    'format_map',
    '_mapping',
    (self, [mapping], runtime) =>
      formatText(self, { args: [], keywords: new Map(), mapping: mapping as Value }, runtime as Evaluator),
  ],
  ['ljust', '_width _fill?', (self, args, runtime) => justify(self, args, runtime, '<')],
  ['rjust', '_width _fill?', (self, args, runtime) => justify(self, args, runtime, '>')],
  ['center', '_width _fill?', (self, args, runtime) => justify(self, args, runtime, '^')],
  ['zfill', '_width', zeroFill],
  ['expandtabs', 'tabsize?', expandTabs],
  ['translate', '_table _deletechars?', translate],
  ['encode', 'encoding? errors?', (self, [name, errors], runtime) => encodeText(self, name, errors, runtime)],
  ['decode', 'encoding? errors?', (self, [name, errors], runtime) => decodeText(self, name, errors, runtime)],
  ['hex', '', (self) => Buffer.from(self, 'utf8').toString('hex')],
  [
    '__format__',
    '_spec',
    (self, [spec], runtime) => formatValue(self, toText(spec as Value, runtime), runtime),
  ],
  ['__len__', '', (self) => textLength(self)],
];

function justify(
  self: string,
  [width, fillValue]: readonly Value[],
  runtime: Runtime,
  align: '<' | '>' | '^',
): Value {
  const fill = fillValue === undefined ? ' ' : toText(fillValue, runtime);
  if (textLength(fill) !== 1) {
    return runtime.raise('TypeError', 'The fill character must be exactly one character long');
  }
  const missing = toCount(width as Value, runtime) - textLength(self);
  if (missing <= 0) return self;
  runtime.charge(1, missing + self.length);
  if (align === '<') return self + fill.repeat(missing);
  if (align === '>') return fill.repeat(missing) + self;
  // Where the missing columns are odd, CPython puts the extra one left only when the width is odd, too.
  const left = (missing >> 1) + (missing & toCount(width as Value, runtime) & 1);
  return fill.repeat(left) + self + fill.repeat(missing - left);
}

function zeroFill(self: string, [width]: readonly Value[], runtime: Runtime): Value {
  const missing = toCount(width as Value, runtime) - textLength(self);
  if (missing <= 0) return self;
  runtime.charge(1, missing + self.length);
  const sign = /^[-+]/.exec(self)?.[0] ?? '';
  return sign + '0'.repeat(missing) + self.slice(sign.length);
}

function expandTabs(self: string, [size]: readonly Value[], runtime: Runtime): Value {
  const columns = size === undefined ? 8 : toCount(size, runtime);
  runtime.charge(self.length >> 1, self.length);
  let column = 0;
  let result = '';
  for (const character of self) {
    if (character === '\t') {
      const spaces = columns > 0 ? columns - (column % columns) : 0;
      runtime.charge(0, spaces);
      result += ' '.repeat(spaces);
      column += spaces;
    } else {
      result += character;
      column = character === '\n' || character === '\r' ? 0 : column + 1;
    }
  }
  return result;
}

/** The table is a dict from code points (Python 3), or a text of 256 characters (Python 2). */
function translate(self: string, [table, deleted]: readonly Value[], runtime: Runtime): Value {
  runtime.charge(self.length >> 1, self.length);
  const gone = new Set(deleted === undefined || deleted === null ? '' : toText(deleted, runtime));
  const characters = typeof table === 'string' ? Array.from(table) : undefined;
  let result = '';
  for (const character of self) {
    if (gone.has(character)) continue;
    const code = character.codePointAt(0) ?? 0;
    if (characters) result += characters[code] ?? character;
    else if (table instanceof Dict) result += translated(table.get(code, runtime), character, runtime);
    else if (table === null) result += character;
    else return runtime.raise('TypeError', 'translate() needs a dict or a text of 256 characters');
  }
  return result;
}

function translated(value: Value | undefined, character: string, runtime: Runtime): string {
  if (value === undefined) return character;
  if (value === null) return '';
  return typeof value === 'number' ? String.fromCodePoint(value) : toText(value, runtime);
}
