import type { Span } from '../base/source.js';
import type { CallSite, Keywords, Runtime, Value } from '../language/value.js';
import { Float, PyObject } from '../language/value.js';
import { Dict } from '../language/values/dict.js';
import { isReferent, Scopes, type Found, type Namable } from './scope.js';
import { strFloat } from '../language/text/number-text.js';
import { PystachioError } from './pystachio-error.js';
import { Ref } from './ref.js';

/** A table of bindings: addresses and what they stand for. Immutable. */
export class Environment extends PyObject implements Namable {
  constructor(
    private readonly table: ReadonlyMap<string, Found>,
    /** The call that bound these names; absent for those of the command line and of the loader. */
    readonly site?: CallSite,
    /** How a message names where they come from: `--bind`. */
    readonly source?: string,
  ) {
    super();
  }

  typeName(): string {
    return 'Environment';
  }

  get size(): number {
    return this.table.size;
  }

  entries(): Iterable<readonly [string, Found]> {
    return this.table;
  }

  /** The exact address first; then what is bound to a prefix of it, the longest first. */
  find(ref: Ref, runtime: Runtime): Found | undefined {
    const exact = this.table.get(ref.address);
    if (exact !== undefined) return exact;
    if (ref.components.length === 1 || !this.#holdsObjects()) return undefined;
    for (let length = ref.components.length - 1; length > 0; length--) {
      const prefix = Ref.of(ref.components.slice(0, length));
      const value = this.table.get(prefix.address);
      if (value === undefined || typeof value === 'string' || !value.isDereferenceable()) continue;
      const found = value.find(Ref.of(ref.components.slice(length)), runtime);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #hasObjects: boolean | undefined;

  /** Only objects can answer more than their own address. */
  #holdsObjects(): boolean {
    if (this.#hasObjects === undefined) {
      this.#hasObjects = false;
      for (const value of this.table.values()) if (typeof value !== 'string') this.#hasObjects = true;
    }
    return this.#hasObjects;
  }

  /** Where a name was bound, as far as it is known. */
  spanOf(name: string): Span | undefined {
    return this.site?.keywordSpan(name);
  }

  /** A binding of plain texts. */
  static ofTexts(texts: Iterable<readonly [string, string]>, source: string): Environment {
    const table = new Map<string, Found>();
    for (const [name, text] of texts) table.set(Ref.parse(name).address, text);
    return new Environment(table, undefined, source);
  }

  override repr(runtime: Runtime): string {
    const shown = Array.from(this.table, ([name, value]) => `${name}: ${foundText(value, runtime)}`);
    return `Environment({${shown.join(', ')}})`;
  }
}

export function foundText(found: Found, runtime: Runtime): string {
  return typeof found === 'string' ? found : found.referenceText(runtime);
}

/** The scopes of `x.bind(...)`: keywords first, then positional arguments from the last to the first. */
export function bindScopes(
  args: readonly Value[],
  keywords: Keywords,
  behind: Scopes | null,
  site: CallSite | undefined,
  runtime: Runtime,
): Scopes | null {
  let scopes = behind;
  for (const argument of args) scopes = new Scopes(toScope(argument, site, runtime), scopes);
  if (keywords.size > 0) scopes = new Scopes(environmentOf(keywords, site, runtime), scopes);
  return scopes;
}

/** The scopes of `x.in_scope(...)`, in the order given. */
export function scopesOf(
  args: readonly Value[],
  keywords: Keywords,
  site: CallSite | undefined,
  runtime: Runtime,
): Scopes | null {
  let scopes = keywords.size > 0 ? new Scopes(environmentOf(keywords, site, runtime), null) : null;
  for (const argument of [...args].reverse()) scopes = new Scopes(toScope(argument, site, runtime), scopes);
  return scopes;
}

/** Bindings from `name=value` pairs. */
export function environmentOf(
  values: Iterable<readonly [string, Value]>,
  site: CallSite | undefined,
  runtime: Runtime,
): Environment {
  const table = new Map<string, Found>();
  for (const [name, value] of values) addBinding(table, Ref.parse(name), value, runtime);
  return new Environment(table, site);
}

/** `Environment(dict, ..., name=value)`. */
export function mergedEnvironment(
  args: readonly Value[],
  keywords: Keywords,
  site: CallSite,
  runtime: Runtime,
): Environment {
  const table = new Map<string, Found>();
  for (const argument of args) {
    if (argument instanceof Environment)
      for (const [name, value] of argument.entries()) table.set(name, value);
    else if (argument instanceof Dict) addDict(table, null, argument, runtime);
    else {
      throw new PystachioError(
        'ValueError',
        `Environment expects dict or Environment, got ${runtime.repr(argument)}`,
      );
    }
  }
  for (const [name, value] of keywords) addBinding(table, Ref.parse(name), value, runtime);
  return new Environment(table, site);
}

function toScope(value: Value, site: CallSite | undefined, runtime: Runtime): Namable {
  if (value instanceof Environment) return value;
  if (value instanceof Dict) {
    const table = new Map<string, Found>();
    addDict(table, null, value, runtime);
    return new Environment(table, site);
  }
  if (value instanceof PyObject && isReferent(value)) return value;
  // The original took a bare text here and failed later, at the first look-up.
  if (typeof value === 'string' || typeof value === 'number') {
    throw new PystachioError('ValueError', `bind() takes names and values, got ${runtime.repr(value)}`, {
      suggestion: 'Write .bind(name=value) or .bind({"name": value}).',
    });
  }
  throw refused(value, runtime);
}

function addDict(table: Map<string, Found>, prefix: Ref | null, dict: Dict, runtime: Runtime): void {
  for (const { key, value } of dict.entries.values()) {
    if (typeof key !== 'string') {
      throw new PystachioError('InvalidRefError', `Invalid address: ${runtime.repr(key)}`, {
        code: 'invalid-reference',
        notes: ['the keys of a binding are addresses: text such as "name" or "ports[http]"'],
      });
    }
    const ref = Ref.parse(key);
    addBinding(table, prefix ? prefix.concat(ref) : ref, value, runtime);
  }
}

const DEEPEST_BINDING = 100;

function addBinding(table: Map<string, Found>, ref: Ref, value: Value, runtime: Runtime): void {
  if (value instanceof Dict) {
    if (ref.components.length > DEEPEST_BINDING) {
      throw new PystachioError('ValueError', `a binding nests more than ${DEEPEST_BINDING} dicts`);
    }
    addDict(table, ref, value, runtime);
  } else if (value instanceof Environment) {
    for (const [name, found] of value.entries()) table.set(ref.concat(Ref.parse(name)).address, found);
  } else table.set(ref.address, toFound(value, runtime));
}

function toFound(value: Value, runtime: Runtime): Found {
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
    case 'bigint':
      return String(value);
    case 'boolean':
      return value ? 'True' : 'False';
    default:
      if (value instanceof Float) return strFloat(value.value);
      if (value instanceof PyObject && isReferent(value)) return value;
      throw refused(value, runtime);
  }
}

function refused(value: Value, runtime: Runtime): PystachioError {
  const type = runtime.typeName(value);
  const wrap = type === 'list' || type === 'tuple';
  return new PystachioError(
    'ValueError',
    `Environment values must be strings, numbers, Objects or other Environments. Got <type '${type}'> instead.`,
    {
      code: 'bad-binding',
      suggestion: wrap ? 'Wrap it: .bind(name=List(String)([...])), read as {{name[0]}}.' : undefined,
    },
  );
}
