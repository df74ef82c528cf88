/**
 * Reads parsed JSON that came from outside: every look-up is an own property, every mismatch names the path
 * of the field, what was expected and what was given.
 */
export class JsonMismatch extends Error {
  override readonly name = 'JsonMismatch';
}

export class JsonReader {
  private constructor(
    private readonly value: unknown,
    readonly path: string,
  ) {}

  static of(value: unknown, path: string): JsonReader {
    return new JsonReader(value, path);
  }

  /** Text that must be JSON; `what` names it in the message. */
  static parse(text: string, what: string): JsonReader {
    try {
      return new JsonReader(JSON.parse(text) as unknown, what);
    } catch (error) {
      throw new JsonMismatch(`${what} is not JSON: ${(error as Error).message}`);
    }
  }

  get raw(): unknown {
    return this.value;
  }

  /** A field of an object; `null` counts as absent, as Thrift's JSON writers have it. */
  field(name: string): JsonReader | undefined {
    const object = this.object();
    const value: unknown = Object.hasOwn(object, name) ? object[name] : undefined;
    return value === undefined || value === null ? undefined : new JsonReader(value, `${this.path}.${name}`);
  }

  required(name: string): JsonReader {
    const field = this.field(name);
    if (!field) throw new JsonMismatch(`${this.path}.${name} is missing`);
    return field;
  }

  items(): JsonReader[] {
    if (!Array.isArray(this.value)) throw this.mismatch('a list');
    return this.value.map((item: unknown, index) => new JsonReader(item, `${this.path}[${index}]`));
  }

  entries(): Array<readonly [string, JsonReader]> {
    return Object.entries(this.object()).map(([name, value]) => [
      name,
      new JsonReader(value, `${this.path}.${name}`),
    ]);
  }

  string(): string {
    if (typeof this.value !== 'string') throw this.mismatch('a text');
    return this.value;
  }

  /** Numbers may arrive as text: a reference in a numeric field is bound late. */
  number(): number {
    const value = this.value;
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
    if (typeof number !== 'number' || !Number.isFinite(number)) throw this.mismatch('a number');
    return number;
  }

  integer(): number {
    const number = this.number();
    if (!Number.isSafeInteger(number)) throw this.mismatch('a whole number');
    return number;
  }

  boolean(): boolean {
    if (typeof this.value === 'boolean') return this.value;
    if (this.value === 1 || this.value === 0) return this.value === 1;
    throw this.mismatch('true or false');
  }

  private object(): Record<string, unknown> {
    if (typeof this.value !== 'object' || this.value === null || Array.isArray(this.value))
      throw this.mismatch('an object');
    return this.value as Record<string, unknown>;
  }

  private mismatch(expected: string): JsonMismatch {
    return new JsonMismatch(`${this.path} must be ${expected}, not ${describe(this.value)}`);
  }
}

const LONGEST_SHOWN = 60;

function describe(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  const text = JSON.stringify(value);
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}...` : text;
}
