import { parseInteger } from '../text/parse-number.js';
import { Float, NO_KEYWORDS, type Runtime, type Value } from '../value.js';
import { Dict } from '../values/dict.js';
import { List } from '../values/list.js';
import { Tuple } from '../values/tuple.js';

export interface JsonHooks {
  readonly pairs: Value;
  readonly object: Value;
}

/** `json.loads(text)`: own reader, because ints must keep all digits and `__proto__` must stay a plain key. */
export function readJson(text: string, hooks: JsonHooks, runtime: Runtime): Value {
  return new Reader(text, hooks, runtime).document();
}

const NUMBER = /(-?(?:0|[1-9]\d*))(\.\d+)?([eE][-+]?\d+)?/y;
const PLAIN = /[^"\\\x00-\x1f]*/y;
const SPACE = /[ \t\n\r]*/y;

const WORDS: ReadonlyArray<readonly [word: string, value: Value]> = [
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

class Reader {
  #at = 0;

  constructor(
    readonly text: string,
    readonly hooks: JsonHooks,
    readonly runtime: Runtime,
  ) {}

  document(): Value {
    this.runtime.charge(this.text.length >> 4, this.text.length);
    this.#space();
    const value = this.#value();
    this.#space();
    if (this.#at < this.text.length) this.#fail('Extra data', this.#at);
    return value;
  }

  #value(): Value {
    this.runtime.charge(1, 8);
    const character = this.text[this.#at];
    if (character === '"') return this.#string();
    if (character === '{') return this.runtime.nested(() => this.#object());
    if (character === '[') return this.runtime.nested(() => this.#array());
    for (const [word, value] of WORDS) {
      if (this.text.startsWith(word, this.#at)) {
        this.#at += word.length;
        return value;
      }
    }
    NUMBER.lastIndex = this.#at;
    const match = NUMBER.exec(this.text);
    if (!match)
      return this.#fail(
        this.runtime.python3 ? 'Expecting value' : 'No JSON object could be decoded',
        this.#at,
      );
    this.#at = NUMBER.lastIndex;
    const [whole, integer = '', fraction, exponent] = match;
    if (fraction !== undefined || exponent !== undefined) return new Float(Number(whole));
    return parseInteger(integer, 10) ?? 0;
  }

  #array(): Value {
    const items: Value[] = [];
    this.#at += 1;
    this.#space();
    if (this.#take(']')) return new List(items);
    for (;;) {
      items.push(this.#value());
      this.#space();
      if (this.#take(']')) return new List(items);
      if (!this.#take(',')) this.#fail(this.#expecting(','), this.#at);
      this.#space();
    }
  }

  #object(): Value {
    const pairs: [string, Value][] = [];
    this.#at += 1;
    this.#space();
    while (!this.#take('}')) {
      if (pairs.length > 0) {
        if (!this.#take(',')) this.#fail(this.#expecting(','), this.#at);
        this.#space();
      }
      if (this.text[this.#at] !== '"') {
        const wanted = 'Expecting property name enclosed in double quotes';
        this.#fail(this.runtime.python3 ? wanted : 'Expecting property name', this.#at);
      }
      const key = this.#string();
      this.#space();
      if (!this.#take(':')) this.#fail(this.#expecting(':'), this.#at);
      this.#space();
      pairs.push([key, this.#value()]);
      this.#space();
    }
    return this.#made(pairs);
  }

  #made(pairs: ReadonlyArray<readonly [string, Value]>): Value {
    const { runtime, hooks } = this;
    if (hooks.pairs !== null) {
      const list = new List(pairs.map(([key, value]) => new Tuple([key, value])));
      return runtime.call(hooks.pairs, [list], NO_KEYWORDS, runtime.site());
    }
    const dict = Dict.fromEntries(pairs, runtime);
    return hooks.object === null ? dict : runtime.call(hooks.object, [dict], NO_KEYWORDS, runtime.site());
  }

  #string(): string {
    const start = this.#at;
    this.#at += 1;
    let result = '';
    for (;;) {
      PLAIN.lastIndex = this.#at;
      result += PLAIN.exec(this.text)?.[0] ?? '';
      this.#at = PLAIN.lastIndex;
      const character = this.text[this.#at];
      if (character === '"') {
        this.#at += 1;
        return result;
      }
      if (character === undefined) return this.#fail('Unterminated string starting at', start);
      if (character !== '\\') return this.#fail('Invalid control character at', this.#at);
      result += this.#escape();
    }
  }

  #escape(): string {
    const kind = this.text[this.#at + 1] ?? '';
    if (kind === 'u') {
      const digits = this.text.slice(this.#at + 2, this.#at + 6);
      if (!/^[0-9a-fA-F]{4}$/.test(digits)) return this.#fail('Invalid \\uXXXX escape', this.#at + 1);
      this.#at += 6;
      return String.fromCharCode(Number.parseInt(digits, 16));
    }
    const character = ESCAPES.get(kind);
    if (character === undefined) return this.#fail('Invalid \\escape', this.#at);
    this.#at += 2;
    return character;
  }

  #expecting(character: string): string {
    return this.runtime.python3 ? `Expecting '${character}' delimiter` : `Expecting ${character} delimiter`;
  }

  #take(character: string): boolean {
    if (this.text[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }

  #space(): void {
    SPACE.lastIndex = this.#at;
    SPACE.exec(this.text);
    this.#at = SPACE.lastIndex;
  }

  #fail(message: string, at: number): never {
    const before = this.text.slice(0, at);
    const line = before.split('\n').length;
    const column = at - before.lastIndexOf('\n');
    return this.runtime.raise('ValueError', `${message}: line ${line} column ${column} (char ${at})`, {
      code: 'json-syntax',
      notes: ['the text is not valid JSON'],
    });
  }
}
