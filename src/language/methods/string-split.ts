import { chargeCharacters, countOccurrences } from '../text/characters.js';
import type { Runtime, Value } from '../value.js';
import { toCount, toText } from '../values/index.js';
import { List } from '../values/list.js';
import { Tuple } from '../values/tuple.js';
import type { Row } from './row.js';
import { plainOf } from '../values/plain-of.js';

/** Taking text apart and putting it together. */
export const stringSplitRows: ReadonlyArray<Row<string>> = [
  ['split', 'sep? maxsplit?', (self, args, runtime) => listOf(split(self, args, runtime), runtime)],
  ['rsplit', 'sep? maxsplit?', (self, args, runtime) => listOf(splitRight(self, args, runtime), runtime)],
  [
    'splitlines',
    'keepends?',
    (self, [keep], runtime) =>
      listOf(lines(chargeCharacters(self, runtime), keep !== undefined && runtime.truthy(keep)), runtime),
  ],
  ['partition', '_sep', (self, [sep], runtime) => partition(self, separator(sep as Value, runtime), false)],
  ['rpartition', '_sep', (self, [sep], runtime) => partition(self, separator(sep as Value, runtime), true)],
  ['join', '_iterable', join],
  ['strip', '_chars?', (self, [chars], runtime) => strip(self, chars, runtime, true, true)],
  ['lstrip', '_chars?', (self, [chars], runtime) => strip(self, chars, runtime, true, false)],
  ['rstrip', '_chars?', (self, [chars], runtime) => strip(self, chars, runtime, false, true)],
];

/** ASCII and Unicode white space as Python's `str.isspace` has it. */
const SPACE = /[\s\x1c-\x1f\x85]/;

function listOf(parts: string[], runtime: Runtime): List {
  runtime.charge(parts.length >> 2, 8 * parts.length + 1);
  return new List(parts);
}

function separator(value: Value, runtime: Runtime): string {
  const text = toText(value, runtime);
  return text === '' ? runtime.raise('ValueError', 'empty separator') : text;
}

function limitOf(value: Value | undefined, runtime: Runtime): number {
  if (value === undefined || value === null) return Infinity;
  const limit = toCount(value, runtime);
  return limit < 0 ? Infinity : limit;
}

function split(self: string, [sep, most]: readonly Value[], runtime: Runtime): string[] {
  const limit = limitOf(most, runtime);
  runtime.charge(1 + (self.length >> 4), 0);
  if (sep === undefined || sep === null) return splitSpace(self, limit, runtime);
  const text = separator(sep, runtime);
  const parts = splitAt(self, text, runtime);
  if (parts.length <= limit + 1) return parts;
  return [...parts.slice(0, limit), parts.slice(limit).join(text)];
}

/** The parts are counted and charged before there is an array of them. */
function splitAt(self: string, text: string, runtime: Runtime): string[] {
  const parts = countOccurrences(self, text) + 1;
  runtime.charge(parts >> 2, 24 * parts);
  return self.split(text);
}

function splitSpace(self: string, limit: number, runtime: Runtime): string[] {
  const parts: string[] = [];
  let at = 0;
  const { length } = self;
  for (;;) {
    while (at < length && SPACE.test(self.charAt(at))) at++;
    if (at >= length) return parts;
    if (parts.length >= limit) {
      parts.push(self.slice(at).replace(/[\s\x1c-\x1f\x85]+$/, ''));
      return parts;
    }
    const start = at;
    while (at < length && !SPACE.test(self.charAt(at))) at++;
    runtime.charge(1, 24);
    parts.push(self.slice(start, at));
  }
}

function splitRight(self: string, args: readonly Value[], runtime: Runtime): string[] {
  const [sep, most] = args;
  const limit = limitOf(most, runtime);
  if (limit === Infinity) return split(self, [sep ?? null], runtime);
  runtime.charge(1 + (self.length >> 4), 0);
  if (sep === undefined || sep === null) {
    return splitSpace(reversed(chargeCharacters(self, runtime)), limit, runtime)
      .map(reversed)
      .reverse();
  }
  const text = separator(sep, runtime);
  const parts = splitAt(self, text, runtime);
  if (parts.length <= limit + 1) return parts;
  const cut = parts.length - limit;
  return [parts.slice(0, cut).join(text), ...parts.slice(cut)];
}

function reversed(text: string): string {
  return Array.from(text).reverse().join('');
}

function lines(self: string, keep: boolean): string[] {
  const parts =
    self.match(/[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]*(?:\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]|$)/g) ?? [];
  if (parts.at(-1) === '') parts.pop();
  return keep
    ? [...parts]
    : parts.map((line) => line.replace(/(?:\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029])$/, ''));
}

function partition(self: string, sep: string, last: boolean): Tuple {
  const at = last ? self.lastIndexOf(sep) : self.indexOf(sep);
  if (at < 0) return new Tuple(last ? ['', '', self] : [self, '', '']);
  return new Tuple([self.slice(0, at), sep, self.slice(at + sep.length)]);
}

/** Charged before the text is made. */
function join(self: string, [iterable]: readonly Value[], runtime: Runtime): Value {
  const texts: string[] = [];
  for (const given of runtime.iterate(iterable as Value)) {
    const item = plainOf(given);
    if (typeof item !== 'string') {
      const name = runtime.typeName(item);
      const word = runtime.python3 ? 'str instance' : 'string';
      return runtime.raise('TypeError', `sequence item ${texts.length}: expected ${word}, ${name} found`, {
        suggestion:
          typeof item === 'object' ? undefined : 'Turn the items into text first: join(str(x) for x in ...).',
      });
    }
    runtime.charge(1, item.length + self.length);
    texts.push(item);
  }
  return texts.join(self);
}

function strip(
  self: string,
  chars: Value | undefined,
  runtime: Runtime,
  left: boolean,
  right: boolean,
): string {
  const isGone: (character: string) => boolean =
    chars === undefined || chars === null
      ? (character) => SPACE.test(character)
      : (
          (set) => (character: string) =>
            set.has(character)
        )(new Set(toText(chars, runtime)));
  let start = 0;
  let end = self.length;
  if (left) while (start < end && isGone(self.charAt(start))) start++;
  if (right) while (end > start && isGone(self.charAt(end - 1))) end--;
  return self.slice(start, end);
}
