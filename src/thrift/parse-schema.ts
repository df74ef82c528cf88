import { assert, present } from '../base/assert.js';
import type { EnumType, Field, Method, ScalarKind, Schema, StructType, ValueType } from './schema.js';

/**
 * Reads the part of the Thrift definition language that `grammar/*.thrift` uses: enum, struct, union,
 * service with `extends`, the scalar types, list, set, map, `//`, `#` and block comments. The files are ours:
 * a mistake in one is a bug and throws with its line.
 */
export function parseSchema(text: string, path: string): Schema {
  const tokens = new Tokens(text, path);
  const enums = new Map<string, EnumType>();
  const structs = new Map<string, OpenStruct>();
  const methods = new Map<string, Method>();
  const lookUp = (name: string): ValueType | undefined => {
    const found = enums.get(name);
    if (found) return { kind: 'enum', enum: found };
    const struct = structs.get(name);
    return struct && { kind: 'struct', struct };
  };
  // Names first, so that a type may be used above its definition.
  for (const [keyword, name] of tokens.declarations())
    if (keyword !== 'enum') structs.set(name, { name, isUnion: keyword === 'union', fields: [] });

  while (!tokens.atEnd()) {
    const keyword = tokens.take();
    const name = tokens.takeName();
    if (keyword === 'enum') enums.set(name, parseEnum(tokens, name));
    else if (keyword === 'struct' || keyword === 'union') {
      tokens.expect('{');
      present(structs.get(name), name).fields.push(...parseFields(tokens, '}', lookUp));
    } else if (keyword === 'service') {
      for (const method of parseService(tokens, name, lookUp)) methods.set(method.name, method);
    } else tokens.fail(`a definition cannot begin with "${keyword}"`);
  }
  return { enums, structs, methods };
}

type LookUp = (name: string) => ValueType | undefined;

interface OpenStruct extends StructType {
  readonly fields: Field[];
}

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

function parseService(tokens: Tokens, service: string, lookUp: LookUp): Method[] {
  if (tokens.skip('extends')) tokens.takeName();
  tokens.expect('{');
  const methods: Method[] = [];
  while (!tokens.skip('}')) {
    const result = parseType(tokens, lookUp);
    const name = tokens.takeName();
    tokens.expect('(');
    // A caller may leave any argument out, as generated code does for a null.
    const fields = parseFields(tokens, ')', lookUp).map((field) => ({ ...field, optional: true }));
    methods.push({
      name,
      service,
      result,
      parameters: { name: `${name} arguments`, isUnion: false, fields },
    });
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

const TOKEN = /\s+|\/\/[^\n]*|#[^\n]*|\/\*[^]*?\*\/|([A-Za-z_][\w.]*|-?\d+|[{}()<>=:,;])|([^])/g;

class Tokens {
  readonly #tokens: Array<{ readonly text: string; readonly offset: number }> = [];
  #next = 0;

  constructor(
    readonly text: string,
    readonly path: string,
  ) {
    for (const match of text.matchAll(TOKEN)) {
      assert(match[2] === undefined, `${path}: unexpected character ${JSON.stringify(match[2])}`);
      if (match[1] !== undefined) this.#tokens.push({ text: match[1], offset: match.index });
    }
  }

  /** Every struct and union with its name, wherever it stands. */
  *declarations(): Generator<readonly [string, string]> {
    for (const [index, { text }] of this.#tokens.entries()) {
      const name = this.#tokens[index + 1]?.text;
      if ((text === 'struct' || text === 'union') && name !== undefined) yield [text, name];
    }
  }

  atEnd(): boolean {
    return this.#next >= this.#tokens.length;
  }

  take(): string {
    return this.#tokens[this.#next++]?.text ?? this.fail('the file ends too early');
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
    if (this.#tokens[this.#next]?.text !== wanted) return false;
    this.#next++;
    return true;
  }

  skipSeparator(): void {
    if (!this.skip(',')) this.skip(';');
  }

  fail(message: string): never {
    const offset = this.#tokens[Math.max(0, this.#next - 1)]?.offset ?? 0;
    const line = this.text.slice(0, offset).split('\n').length;
    throw new Error(`${this.path}:${line}: ${message}`);
  }
}
