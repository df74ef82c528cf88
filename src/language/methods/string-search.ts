import { characterIndex, countOccurrences, sliceText, textLength } from '../text/characters.js';
import type { Runtime, Value } from '../value.js';
import { toCount, toText } from '../values/index.js';
import { Tuple } from '../values/tuple.js';
import type { Row } from './row.js';
import { plainOf } from '../values/plain-of.js';

/** Finding one text in another; places count code points, `start` and `end` as in a slice. */
export const stringSearchRows: ReadonlyArray<Row<string>> = [
  ['find', '_sub _start? _end?', (self, args, runtime) => find(self, args, runtime, false)],
  ['rfind', '_sub _start? _end?', (self, args, runtime) => find(self, args, runtime, true)],
  ['index', '_sub _start? _end?', (self, args, runtime) => found(find(self, args, runtime, false), runtime)],
  ['rindex', '_sub _start? _end?', (self, args, runtime) => found(find(self, args, runtime, true), runtime)],
  ['count', '_sub _start? _end?', count],
  ['startswith', '_prefix _start? _end?', (self, args, runtime) => affix(self, args, runtime, 'startswith')],
  ['endswith', '_suffix _start? _end?', (self, args, runtime) => affix(self, args, runtime, 'endswith')],
  ['replace', '_old _new count?', replace],
  [
    'removeprefix',
    '_prefix',
    (self, [prefix], runtime) => removeAffix(self, toText(prefix as Value, runtime), true),
  ],
  [
    'removesuffix',
    '_suffix',
    (self, [suffix], runtime) => removeAffix(self, toText(suffix as Value, runtime), false),
  ],
  ['__contains__', '_item', (self, [item], runtime) => self.includes(toText(item as Value, runtime))],
];

interface Window {
  readonly text: string;
  /** Where the window begins, in code points. */
  readonly start: number;
  /** False when the start lies beyond the end. */
  readonly valid: boolean;
}

function windowOf(self: string, start: Value | undefined, end: Value | undefined, runtime: Runtime): Window {
  runtime.charge(self.length >> 6, 0);
  if ((start === undefined || start === null) && (end === undefined || end === null)) {
    return { text: self, start: 0, valid: true };
  }
  const length = textLength(self);
  const place = (bound: Value | undefined, missing: number): number => {
    if (bound === undefined || bound === null) return missing;
    const index = toCount(bound, runtime);
    return index < 0 ? Math.max(0, index + length) : index;
  };
  const from = place(start, 0);
  const to = Math.min(place(end, length), length);
  const characters = sliceText(self, from, Math.max(from, to));
  return { text: characters, start: from, valid: from <= to };
}

function find(self: string, [sub, start, end]: readonly Value[], runtime: Runtime, last: boolean): number {
  const wanted = toText(sub as Value, runtime);
  const window = windowOf(self, start, end, runtime);
  if (!window.valid) return -1;
  const index = last ? window.text.lastIndexOf(wanted) : window.text.indexOf(wanted);
  if (index < 0) return -1;
  return window.start + characterIndex(window.text, index);
}

function found(index: number, runtime: Runtime): number {
  return index >= 0 ? index : runtime.raise('ValueError', 'substring not found');
}

function count(self: string, [sub, start, end]: readonly Value[], runtime: Runtime): Value {
  const wanted = toText(sub as Value, runtime);
  const { text, valid } = windowOf(self, start, end, runtime);
  if (!valid) return 0;
  if (wanted === '') return textLength(text) + 1;
  return countOccurrences(text, wanted);
}

function affix(
  self: string,
  [wanted, start, end]: readonly Value[],
  runtime: Runtime,
  method: 'startswith' | 'endswith',
): boolean {
  const window = windowOf(self, start, end, runtime);
  const test = (given: Value): boolean => {
    const value = plainOf(given);
    if (typeof value !== 'string') {
      return runtime.raise(
        'TypeError',
        `${method} first arg must be str or a tuple of str, not ${runtime.typeName(value)}`,
      );
    }
    return (
      window.valid && (method === 'startswith' ? window.text.startsWith(value) : window.text.endsWith(value))
    );
  };
  return wanted instanceof Tuple ? wanted.items.some(test) : test(wanted as Value);
}

/** The size of the result is charged before it is made. */
function replace(self: string, [oldText, newText, limit]: readonly Value[], runtime: Runtime): Value {
  const old = toText(oldText as Value, runtime);
  const replacement = toText(newText as Value, runtime);
  const most = limit === undefined || limit === null ? -1 : toCount(limit, runtime);
  runtime.charge(1 + (self.length >> 6), 0);
  if (most === 0) return self;
  runtime.charge(0, 24 * (old === '' ? self.length + 2 : countOccurrences(self, old) + 1));
  const pieces = old === '' ? ['', ...Array.from(self), ''] : self.split(old);
  const times = Math.min(pieces.length - 1, most < 0 ? Infinity : most);
  if (times === 0) return self;
  runtime.charge(times >> 2, self.length + times * Math.max(0, replacement.length - old.length));
  const head = pieces.slice(0, times + 1).join(replacement);
  const tail = pieces.slice(times + 1);
  return tail.length === 0 ? head : [head, ...tail].join(old);
}

function removeAffix(self: string, wanted: string, atStart: boolean): string {
  if (wanted === '') return self;
  if (atStart) return self.startsWith(wanted) ? self.slice(wanted.length) : self;
  return self.endsWith(wanted) ? self.slice(0, -wanted.length) : self;
}
