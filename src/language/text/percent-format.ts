import { Float, PyObject, type Runtime, type Value } from '../value.js';
import { integerOf } from '../operators/number-of.js';
import { Dict } from '../values/dict.js';
import { isInstance } from '../values/instance.js';
import { Tuple } from '../values/tuple.js';
import { sliceText, textLength } from './characters.js';
import { formatFloat } from './float-format.js';
import { plainOf } from '../values/plain-of.js';

const DIRECTIVE =
  /%(?:\((?<key>(?:[^()]|\([^()]*\))*)\))?(?<flags>[-+ #0]*)(?<width>\*|\d+)?(?:\.(?<precision>\*|\d*))?[hlL]?(?<type>.)?/gsu;

/** `format % value`, all conversions of Python. */
export function formatPercent(format: string, value: Value, runtime: Runtime): string {
  const source = new Arguments(value, runtime);
  let result = '';
  for (const part of partsOf(format)) {
    if (typeof part === 'string') result += part;
    // The commonest directives by far need none of the machinery.
    else if (part[0] === '%s') result += runtime.str(source.take());
    else result += directive(part, format, source, runtime);
  }
  source.finish();
  runtime.charge(1, result.length);
  return result;
}

/** Formats that were taken apart, the latest ones: a loop formats with the same text again and again. */
const known = new Map<string, ReadonlyArray<string | RegExpMatchArray>>();
const MOST_KNOWN = 200;

/** The plain parts of a format and its directives, in order. */
function partsOf(format: string): ReadonlyArray<string | RegExpMatchArray> {
  const cached = known.get(format);
  if (cached) return cached;
  const parts: (string | RegExpMatchArray)[] = [];
  let place = 0;
  for (const match of format.matchAll(DIRECTIVE)) {
    if (match.index > place) parts.push(format.slice(place, match.index));
    place = match.index + match[0].length;
    parts.push(match);
  }
  if (place < format.length) parts.push(format.slice(place));
  if (format.length <= 10_000) {
    if (known.size >= MOST_KNOWN) known.clear();
    known.set(format, parts);
  }
  return parts;
}

/** The values to be formatted: a tuple's items in turn, a mapping's by key, or one value. */
class Arguments {
  readonly #items: readonly Value[];
  readonly #isMapping: boolean;
  #next = 0;

  constructor(
    readonly value: Value,
    readonly runtime: Runtime,
  ) {
    this.#items = value instanceof Tuple ? value.items : [value];
    this.#isMapping = isMapping(value);
  }

  take(): Value {
    const item = this.#items[this.#next++];
    if (item !== undefined) return item;
    return this.runtime.raise('TypeError', 'not enough arguments for format string', {
      notes: [
        `the format takes more than ${this.#items.length} value${this.#items.length === 1 ? '' : 's'}`,
        'a percent sign of its own is written twice: "%%"',
      ],
    });
  }

  byKey(key: string): Value {
    if (!this.#isMapping) return this.runtime.raise('TypeError', 'format requires a mapping');
    this.#next = this.#items.length;
    const item = (this.value as PyObject).getItem(key, this.runtime);
    return typeof item === 'symbol' ? this.runtime.raise('TypeError', 'format requires a mapping') : item;
  }

  finish(): void {
    if (this.#next < this.#items.length && !this.#isMapping) {
      this.runtime.raise('TypeError', 'not all arguments converted during string formatting', {
        notes: [
          `the format takes ${this.#next} value${this.#next === 1 ? '' : 's'}, ${this.#items.length} given`,
        ],
      });
    }
  }
}

function isMapping(value: Value): boolean {
  if (value instanceof Dict) return true;
  if (isInstance(value)) return value.cls.lookup('__getitem__') !== undefined && !(value instanceof Tuple);
  return false;
}

interface Flags {
  readonly left: boolean;
  readonly zero: boolean;
  readonly plus: boolean;
  readonly space: boolean;
  readonly alternate: boolean;
  readonly precision: number | undefined;
}

function directive(match: RegExpMatchArray, format: string, source: Arguments, runtime: Runtime): string {
  const { key, flags = '', width, precision, type } = match.groups ?? {};
  if (type === undefined) return runtime.raise('ValueError', 'incomplete format');
  if (type === '%' && match[0] === '%%') return '%';
  const keyed = key === undefined ? undefined : source.byKey(key);
  let left = flags.includes('-');
  let columns = size(width, source, runtime);
  if (columns < 0) {
    left = true;
    columns = -columns;
  }
  const settings: Flags = {
    left,
    zero: flags.includes('0'),
    plus: flags.includes('+'),
    space: flags.includes(' '),
    alternate: flags.includes('#'),
    precision: precision === undefined ? undefined : Math.max(0, size(precision, source, runtime)),
  };
  runtime.charge(1, columns + (settings.precision ?? 0));
  if (type === '%' && !runtime.python3) return align('%', columns, settings, false);
  const text = convert(
    type,
    () => keyed ?? (key === undefined ? source.take() : null),
    settings,
    match,
    format,
    runtime,
  );
  return align(text, columns, settings, 'diouxXeEfFgG'.includes(type));
}

function size(text: string | undefined, source: Arguments, runtime: Runtime): number {
  if (text === undefined || text === '') return 0;
  if (text !== '*') return Number(text);
  const value = plainOf(source.take());
  if (typeof value === 'number') return value;
  return runtime.raise('TypeError', '* wants int');
}

function align(text: string, width: number, { left, zero }: Flags, isNumber: boolean): string {
  const missing = width === 0 ? 0 : width - textLength(text);
  if (missing <= 0) return text;
  if (left) return text + ' '.repeat(missing);
  if (!zero || !isNumber) return ' '.repeat(missing) + text;
  const prefix = /^[-+ ]?(?:0[xXo])?/.exec(text)?.[0] ?? '';
  return prefix + '0'.repeat(missing) + text.slice(prefix.length);
}

function convert(
  type: string,
  take: () => Value,
  flags: Flags,
  match: RegExpMatchArray,
  format: string,
  runtime: Runtime,
): string {
  switch (type) {
    case 's':
      return cut(runtime.str(take()), flags);
    case 'r':
    case 'a':
      return cut(runtime.repr(take()), flags);
    case 'd':
    case 'i':
    case 'u':
    case 'o':
    case 'x':
    case 'X':
      return integer(type, take(), flags, runtime);
    case 'e':
    case 'E':
    case 'f':
    case 'F':
    case 'g':
    case 'G':
      return float(type, take(), flags, runtime);
    case 'c':
      return character(take(), runtime);
    default: {
      take();
      const index = (match.index ?? 0) + match[0].length - 1;
      const code = (type.codePointAt(0) ?? 0).toString(16);
      return runtime.raise(
        'ValueError',
        `unsupported format character '${type}' (0x${code}) at index ${index}`,
        {
          notes: [
            `a percent sign of its own is written twice: "%%"`,
            `the format is ${runtime.repr(format.slice(0, 60))}`,
          ],
        },
      );
    }
  }
}

function cut(text: string, { precision }: Flags): string {
  return precision === undefined ? text : sliceText(text, 0, precision);
}

function integer(type: string, value: Value, flags: Flags, runtime: Runtime): string {
  const number = integerValue(type, value, runtime);
  const magnitude = number < 0 ? -number : number;
  const base = type === 'o' ? 8 : type === 'x' || type === 'X' ? 16 : 10;
  // C, and so Python 2, writes nothing for a zero of no digits.
  const none = magnitude === 0 && flags.precision === 0 && !runtime.python3;
  let digits = none ? '' : magnitude.toString(base).padStart(flags.precision ?? 0, '0');
  if (flags.alternate && base === 16) digits = `0x${digits}`;
  if (flags.alternate && base === 8)
    digits = runtime.python3 ? `0o${digits}` : digits.startsWith('0') ? digits : `0${digits}`;
  if (type === 'X') digits = digits.toUpperCase();
  return withSign(digits, number < 0, flags);
}

function integerValue(type: string, given: Value, runtime: Runtime): number | bigint {
  const value = plainOf(given);
  if (typeof value === 'number' || typeof value === 'bigint') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  const wantsInteger = runtime.python3 && 'xXo'.includes(type);
  if (value instanceof Float && Number.isFinite(value.value) && !wantsInteger) {
    const whole = Math.trunc(value.value);
    return Number.isSafeInteger(whole) ? whole + 0 : BigInt(whole);
  }
  return runtime.raise('TypeError', `%${type} format: a number is required, not ${runtime.typeName(value)}`, {
    suggestion: typeof value === 'string' ? 'Use %s for text.' : undefined,
  });
}

function float(type: string, given: Value, flags: Flags, runtime: Runtime): string {
  const value = plainOf(given);
  const number =
    value instanceof Float
      ? value.value
      : typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean'
        ? Number(value)
        : runtime.raise(
            'TypeError',
            runtime.python3
              ? `must be real number, not ${runtime.typeName(value)}`
              : 'float argument required, not ' + runtime.typeName(value),
          );
  const text = formatFloat(Math.abs(number), type, flags.precision, flags.alternate, runtime.python3);
  return withSign(text, number < 0 || Object.is(number, -0), flags);
}

function withSign(digits: string, negative: boolean, { plus, space }: Flags): string {
  return `${negative ? '-' : plus ? '+' : space ? ' ' : ''}${digits}`;
}

function character(given: Value, runtime: Runtime): string {
  const value = plainOf(given);
  const code = integerOf(value);
  if (code !== undefined) {
    if (code >= 0 && code < 0x110000) return String.fromCodePoint(Number(code));
    return runtime.raise('OverflowError', '%c arg not in range(0x110000)');
  }
  if (typeof value === 'string' && textLength(value) === 1) return value;
  return runtime.raise('TypeError', '%c requires int or char');
}
