import { Float, type Runtime, type Value } from '../language/value.js';
import { Dict } from '../language/values/dict.js';
import { List } from '../language/values/list.js';
import { PystachioError } from './pystachio-error.js';

/** Offsets of the parts of a JSON text: for each object or array, where each member stands. */
export type JsonPlaces = WeakMap<
  Dict | List,
  ReadonlyMap<string | number, readonly [start: number, end: number]>
>;

/**
 * Reads JSON as Python 2.7 does: ints and floats are told apart, ints have no bound, `NaN` and `Infinity` are
 * numbers, the last of two equal keys wins. Failures are ValueErrors with Python's words; the details carry
 * the offset.
 */
export function readJson(text: string, runtime: Runtime): { value: Value; places: JsonPlaces } {
  const reader = new JsonReader(text, runtime);
  return { value: reader.document(), places: reader.places };
}

/** A JSON text that cannot be read; `offset` is where. */
export class JsonError extends PystachioError {
  constructor(
    message: string,
    readonly offset: number,
  ) {
    super('ValueError', message, { code: 'json-syntax' });
  }
}

const DEEPEST_NESTING = 500;
const SPACE = /[ \t\n\r]*/y;
const NUMBER = /(-?(?:0|[1-9]\d*))(\.\d+)?([eE][-+]?\d+)?/y;
const PLAIN_TEXT = /[^"\\\u0000-\u001f]*/y;
const WORDS: ReadonlyArray<readonly [string, Value]> = [
  ['null', null],
  ['true', true],
  ['false', false],
  ['NaN', new Float(NaN)],
  ['Infinity', new Float(Infinity)],
  ['-Infinity', new Float(-Infinity)],
];
const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ['\\', '\\'],
  ['/', '/'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
]);

class JsonReader {
  #at = 0;
  #depth = 0;
  readonly places: JsonPlaces = new WeakMap();

  constructor(
    private readonly text: string,
    private readonly runtime: Runtime,
  ) {}

  document(): Value {
    if (this.text.startsWith('\ufeff')) this.#at = 1;
    this.#space();
    const value = this.#value();
    this.#space();
    if (this.#at < this.text.length) {
      const [start, end] = [this.#place(this.#at), this.#place(this.text.length)];
      throw new JsonError(`Extra data: ${start} - ${end} (char ${this.#at} - ${this.text.length})`, this.#at);
    }
    return value;
  }

  #value(): Value {
    this.runtime.charge(1, 8);
    switch (this.text[this.#at]) {
      case '"':
        return this.#string();
      case '{':
        return this.#nested(() => this.#object());
      case '[':
        return this.#nested(() => this.#array());
      default:
        return this.#scalar();
    }
  }

  #nested(read: () => Value): Value {
    if (++this.#depth > DEEPEST_NESTING) {
      throw new JsonError(
        `JSON nests more than ${DEEPEST_NESTING} levels: ${this.#whereabouts(this.#at)}`,
        this.#at,
      );
    }
    const value = read();
    this.#depth -= 1;
    return value;
  }

  #object(): Dict {
    const dict = new Dict();
    const places = new Map<string, readonly [number, number]>();
    this.places.set(dict, places);
    this.#at += 1;
    this.#space();
    if (this.#take('}')) return dict;
    for (;;) {
      const start = this.#at;
      if (this.text[start] !== '"') throw this.#expected('Expecting property name', start);
      const key = this.#string();
      this.#space();
      if (!this.#take(':')) throw this.#expected('Expecting : delimiter', this.#at);
      this.#space();
      dict.set(key, this.#value(), this.runtime);
      places.set(key, [start, this.#at]);
      this.#space();
      if (this.#take('}')) return dict;
      if (!this.#take(',')) throw this.#expected('Expecting , delimiter', this.#at);
      this.#space();
    }
  }

  #array(): List {
    const list = new List();
    const places = new Map<number, readonly [number, number]>();
    this.places.set(list, places);
    this.#at += 1;
    this.#space();
    if (this.#take(']')) return list;
    for (;;) {
      const start = this.#at;
      list.items.push(this.#value());
      places.set(list.items.length - 1, [start, this.#at]);
      this.#space();
      if (this.#take(']')) return list;
      if (!this.#take(',')) throw this.#expected('Expecting , delimiter', this.#at);
      this.#space();
    }
  }

  #string(): string {
    const start = this.#at;
    let value = '';
    this.#at += 1;
    for (;;) {
      PLAIN_TEXT.lastIndex = this.#at;
      value += PLAIN_TEXT.exec(this.text)?.[0] ?? '';
      this.#at = PLAIN_TEXT.lastIndex;
      const character = this.text[this.#at];
      if (character === '"') {
        this.#at += 1;
        return value;
      }
      if (character === undefined) throw this.#expected('Unterminated string starting at', start);
      if (character !== '\\') throw this.#expected('Invalid control character at', this.#at);
      value += this.#escape(start);
    }
  }

  #escape(start: number): string {
    const character = this.text[this.#at + 1];
    if (character === undefined) throw this.#expected('Unterminated string starting at', start);
    if (character !== 'u') {
      const value = ESCAPES.get(character);
      if (value === undefined) throw this.#expected(`Invalid \\escape`, this.#at);
      this.#at += 2;
      return value;
    }
    const digits = this.text.slice(this.#at + 2, this.#at + 6);
    if (!/^[0-9a-fA-F]{4}$/.test(digits)) throw this.#expected('Invalid \\uXXXX escape', this.#at);
    this.#at += 6;
    return String.fromCharCode(parseInt(digits, 16));
  }

  #scalar(): Value {
    for (const [word, value] of WORDS) {
      if (this.text.startsWith(word, this.#at)) {
        this.#at += word.length;
        return value;
      }
    }
    NUMBER.lastIndex = this.#at;
    const match = NUMBER.exec(this.text);
    if (!match) throw this.#expected('No JSON object could be decoded', this.#at);
    const [whole, integer = '', fraction, exponent] = match;
    this.#at += whole.length;
    if (fraction !== undefined || exponent !== undefined) return new Float(Number(whole));
    const number = Number(integer);
    if (Number.isSafeInteger(number)) return number === 0 ? 0 : number;
    this.runtime.charge(integer.length >> 4, integer.length);
    return BigInt(integer);
  }

  #space(): void {
    SPACE.lastIndex = this.#at;
    SPACE.test(this.text);
    this.#at = SPACE.lastIndex;
  }

  #take(character: string): boolean {
    if (this.text[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }

  /** Python gives no place for the value that is missing altogether; we do. */
  #expected(message: string, offset: number): JsonError {
    return new JsonError(`${message}: ${this.#whereabouts(offset)}`, offset);
  }

  #whereabouts(offset: number): string {
    return `${this.#place(offset)} (char ${offset})`;
  }

  #place(offset: number): string {
    const before = this.text.slice(0, offset);
    const line = before.split('\n').length;
    return `line ${line} column ${offset - before.lastIndexOf('\n')}`;
  }
}
