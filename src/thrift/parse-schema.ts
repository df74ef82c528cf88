import { assert } from '../base/assert.js';
import type { EnumType, Field, Method, ScalarKind, Schema, StructType, ValueType } from './schema.js';

/**
 * Reads the part of the Thrift definition language that `grammar/*.thrift` uses: enum, struct, union,
 * service with `extends`, the scalar types, list, set, map, `//`, `#` and block comments. A command uses a few of the
 * structs: the fields of each are read when they are first asked for. The files are ours: a mistake in one is a bug
 * and throws with its line.
 */
export function parseSchema(text: string, path: string): Schema {
  const tokens = Tokens.of(text, path);
  const enums = new Map<string, EnumType>();
  const structs = new Map<string, StructType>();
  const methods = new Map<string, Method>();
  const lookUp = (name: string): ValueType | undefined => {
    const found = enums.get(name);
    if (found) return { kind: 'enum', enum: found };
    const struct = structs.get(name);
    return struct && { kind: 'struct', struct };
  };
  const services: Array<readonly [name: string, tokens: Tokens]> = [];
  while (!tokens.atEnd()) {
    const keyword = tokens.take();
    const name = tokens.takeName();
    if (keyword === 'enum') enums.set(name, parseEnum(tokens, name));
    else if (keyword === 'struct' || keyword === 'union') {
      tokens.expect('{');
      const body = tokens.takeUntil('}');
      structs.set(
        name,
        lazyStruct(name, keyword === 'union', () => parseFields(body, '}', lookUp)),
      );
    } else if (keyword === 'service') {
      if (tokens.skip('extends')) tokens.takeName();
      tokens.expect('{');
      services.push([name, tokens.takeUntil('}')]);
    } else tokens.fail(`a definition cannot begin with "${keyword}"`);
  }
  // Their results may be defined below them.
  for (const [name, body] of services)
    for (const method of parseMethods(body, name, lookUp)) methods.set(method.name, method);
  return { enums, structs, methods };
}

function lazyStruct(name: string, isUnion: boolean, parse: () => readonly Field[]): StructType {
  let fields: readonly Field[] | undefined;
  return {
    name,
    isUnion,
    get fields() {
      return (fields ??= parse());
    },
  };
}

type LookUp = (name: string) => ValueType | undefined;

function parseEnum(tokens: Tokens, name: string): EnumType {
  const numberOf = new Map<string, number>();
  const nameOf = new Map<number, string>();
  tokens.expect('{');
  while (!tokens.skip('}')) {
    const member = tokens.takeName();
    tokens.expect('=');
    const number = tokens.takeNumber();
    if (numberOf.has(member) || nameOf.has(number)) tokens.fail(`${name}.${member} is defined twice`);
    numberOf.set(member, number);
    nameOf.set(number, member);
    tokens.skipSeparator();
  }
  return { name, numberOf, nameOf };
}

function parseFields(tokens: Tokens, close: string, lookUp: LookUp): Field[] {
  const fields: Field[] = [];
  while (!tokens.skip(close)) {
    const id = tokens.takeNumber();
    tokens.expect(':');
    const optional = tokens.skip('optional');
    if (!optional) tokens.skip('required');
    const type = parseType(tokens, lookUp);
    const name = tokens.takeName();
    if (fields.some((field) => field.id === id || field.name === name))
      tokens.fail(`field ${id} or its name "${name}" is taken`);
    fields.push({ id, name, optional, type });
    tokens.skipSeparator();
  }
  return fields.sort((a, b) => a.id - b.id);
}

function parseMethods(tokens: Tokens, service: string, lookUp: LookUp): Method[] {
  const methods: Method[] = [];
  while (!tokens.skip('}')) {
    const result = parseType(tokens, lookUp);
    const name = tokens.takeName();
    tokens.expect('(');
    const body = tokens.takeUntil(')');
    // A caller may leave any argument out, as generated code does for a null.
    const parse = (): Field[] =>
      parseFields(body, ')', lookUp).map((field) => ({ ...field, optional: true }));
    methods.push({ name, service, result, parameters: lazyStruct(`${name} arguments`, false, parse) });
    tokens.skipSeparator();
  }
  return methods;
}

const SCALARS: ReadonlyMap<string, ScalarKind> = new Map<string, ScalarKind>([
  ['bool', 'bool'],
  ['byte', 'i8'],
  ['i8', 'i8'],
  ['i16', 'i16'],
  ['i32', 'i32'],
  ['i64', 'i64'],
  ['double', 'double'],
  ['string', 'string'],
]);

function parseType(tokens: Tokens, lookUp: LookUp): ValueType {
  const name = tokens.takeName();
  if (name === 'list' || name === 'set') {
    tokens.expect('<');
    const element = parseType(tokens, lookUp);
    tokens.expect('>');
    return { kind: name, element };
  }
  if (name === 'map') {
    tokens.expect('<');
    const key = parseType(tokens, lookUp);
    tokens.expect(',');
    const value = parseType(tokens, lookUp);
    tokens.expect('>');
    return { kind: 'map', key, value };
  }
  const scalar = SCALARS.get(name);
  if (scalar) return { kind: scalar };
  return lookUp(name) ?? tokens.fail(`the type "${name}" is not defined`);
}

const TOKEN = /[A-Za-z_][\w.]*|-?\d+|[{}()<>=:,;]|\/\/[^\n]*|#[^\n]*|\/\*[^]*?\*\/|\S/g;
const COMMENT = /^(?:#|\/[/*])/;

/** Every command reads a schema when it starts: places are worked out only for an error. */
class Tokens {
  #next = 0;

  private constructor(
    readonly text: string,
    readonly path: string,
    readonly tokens: readonly string[],
  ) {}

  static of(text: string, path: string): Tokens {
    const tokens = (text.match(TOKEN) ?? []).filter((token) => !COMMENT.test(token));
    const unknown = tokens.find((token) => !/^[\w{}()<>=:,;-]/.test(token));
    assert(unknown === undefined, `${path}: unexpected character ${JSON.stringify(unknown)}`);
    return new Tokens(text, path, tokens);
  }

  /** Skips all up to and with `close`, and returns a reader of just that. */
  takeUntil(close: string): Tokens {
    const body = new Tokens(this.text, this.path, this.tokens);
    body.#next = this.#next;
    const end = this.tokens.indexOf(close, this.#next);
    this.#next = end === -1 ? this.tokens.length : end + 1;
    if (end === -1) this.fail('the file ends too early');
    return body;
  }

  atEnd(): boolean {
    return this.#next >= this.tokens.length;
  }

  take(): string {
    return this.tokens[this.#next++] ?? this.fail('the file ends too early');
  }

  takeName(): string {
    const token = this.take();
    return /^[A-Za-z_]/.test(token) ? token : this.fail(`expected a name, not "${token}"`);
  }

  takeNumber(): number {
    const token = this.take();
    return /^-?\d+$/.test(token) ? Number(token) : this.fail(`expected a number, not "${token}"`);
  }

  expect(wanted: string): void {
    const token = this.take();
    if (token !== wanted) this.fail(`expected "${wanted}", not "${token}"`);
  }

  skip(wanted: string): boolean {
    if (this.tokens[this.#next] !== wanted) return false;
    this.#next++;
    return true;
  }

  skipSeparator(): void {
    if (!this.skip(',')) this.skip(';');
  }

  fail(message: string): never {
    const places = [...this.text.matchAll(TOKEN)].filter(([token]) => !COMMENT.test(token));
    const offset = places[Math.max(0, Math.min(this.#next, places.length) - 1)]?.index ?? 0;
    const line = this.text.slice(0, offset).split('\n').length;
    throw new Error(`${this.path}:${line}: ${message}`);
  }
}
