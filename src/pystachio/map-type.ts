import { failureWithin, type CheckFailure } from './check.js';
import {
  type CallSite,
  type DictKey,
  type Keywords,
  type Maybe,
  type Runtime,
  type Value,
} from '../language/value.js';
import { Dict } from '../language/values/dict.js';
import { Tuple } from '../language/values/tuple.js';
import { jsonScalar, jsonText, toJson } from './json.js';
import { DataOrigin } from './origin.js';
import { PystachioError, raising } from './pystachio-error.js';
import { PystachioObject } from './pystachio-object.js';
import { PystachioType, type Origin } from './pystachio-type.js';
import { sequenceItems } from './python-values.js';
import type { Ref } from './ref.js';
import type { Found, Scopes } from './scope.js';
import { SimpleObject } from './simple.js';

type Entry = readonly [key: PystachioObject, value: PystachioObject];

/** `Map(K, V)`. */
export class MapType extends PystachioType {
  readonly name: string;
  readonly schema: string;

  constructor(
    readonly key: PystachioType,
    readonly value: PystachioType,
  ) {
    super();
    this.name = `${key.name}${value.name}Map`;
    this.schema = `Map<${key.schema},${value.schema}>`;
  }

  wrap(value: Value, origin: Origin | undefined, runtime: Runtime): MapObject {
    return this.#fromArguments([value], origin, runtime);
  }

  protected construct(
    args: readonly Value[],
    keywords: Keywords,
    site: CallSite,
    runtime: Runtime,
  ): PystachioObject {
    if (keywords.size > 0) throw this.#unexpected([...args], runtime);
    return this.#fromArguments(args, new DataOrigin(() => site.span), runtime);
  }

  #fromArguments(args: readonly Value[], origin: Origin | undefined, runtime: Runtime): MapObject {
    const pairs = this.#pairs(args, runtime);
    const part = new DataOrigin(() => origin?.span());
    const entries = pairs.map(([key, value]): Entry => [
      this.key.coerce(key, part, runtime),
      this.#coerceValue(key, value, part, runtime),
    ]);
    return new MapObject(this, entries, null, part);
  }

  #coerceValue(key: Value, value: Value, origin: Origin, runtime: Runtime): PystachioObject {
    try {
      return this.value.coerce(value, origin, runtime);
    } catch (error) {
      if (!(error instanceof PystachioError)) throw error;
      throw error.within(undefined, `[${runtime.str(key)}]`, origin.partSpan(runtime.str(key)));
    }
  }

  #pairs(args: readonly Value[], runtime: Runtime): Array<readonly [Value, Value]> {
    const [first] = args;
    if (args.length === 1 && first instanceof Dict) {
      return Array.from(first.entries.values(), ({ key, value }) => [key, value] as const);
    }
    if (args.length === 1 && first instanceof MapObject) return [...first.entries];
    return args.map((argument) => {
      const pair = sequenceItems(argument, runtime);
      if (pair?.length !== 2) throw this.#unexpected(args, runtime);
      return [pair[0] as Value, pair[1] as Value] as const;
    });
  }

  #unexpected(args: readonly Value[], runtime: Runtime): PystachioError {
    const shown = new Tuple(args).repr(runtime);
    return new PystachioError('ValueError', `Unexpected input to MapContainer: ${shown}`, {
      code: 'wrong-type',
      notes: [`expected a dict of ${this.key.name} to ${this.value.name}`],
    });
  }
}

/** A map in the order given. A key that stands twice is kept twice: `get()` shows the last, indexing the first. */
export class MapObject extends PystachioObject {
  #templated: boolean | undefined;

  constructor(
    readonly type: MapType,
    readonly entries: readonly Entry[],
    scopes: Scopes | null,
    readonly origin: Origin | undefined,
  ) {
    super(scopes);
  }

  isTemplated(): boolean {
    return (this.#templated ??= this.entries.some(
      ([key, value]) => key.isTemplated() || value.isTemplated(),
    ));
  }

  withScopes(scopes: Scopes | null): MapObject {
    return new MapObject(this.type, this.entries, scopes, this.origin);
  }

  protected interpolateIn(scopes: Scopes | null, unbound: Ref[], runtime: Runtime): MapObject {
    let changed = scopes !== null;
    const results = this.entries.map(([key, value]): Entry => {
      try {
        const result: Entry = [
          key.interpolate(scopes, unbound, runtime),
          value.interpolate(scopes, unbound, runtime),
        ];
        changed ||= result[0] !== key || result[1] !== value;
        return result;
      } catch (error) {
        throw this.#located(error, key, runtime);
      }
    });
    return changed ? new MapObject(this.type, results, null, this.origin) : this;
  }

  /**
   * The original's messages show the key and the value, which interpolates them again: a value that cannot
   * be interpolated throws its error instead of becoming a failure.
   */
  protected checkIn(outer: Scopes | null, runtime: Runtime): CheckFailure | null {
    const { scopes } = this.inScope(outer);
    for (const [key, value] of this.entries) {
      const badKey = key.check(scopes, runtime);
      if (badKey) return this.#badKey(key, badKey, key.inScope(scopes).referenceText(runtime), runtime);
      const badValue = value.check(scopes, runtime);
      if (badValue) {
        const [keyShown = '', shown = ''] = [key, value].map((each) =>
          this.#shown(each, scopes, key, runtime),
        );
        return this.#badValue(key, badValue, keyShown, shown, runtime);
      }
    }
    return null;
  }

  #shown(object: PystachioObject, scopes: Scopes | null, key: PystachioObject, runtime: Runtime): string {
    try {
      return object.inScope(scopes).referenceText(runtime);
    } catch (error) {
      throw this.#located(error, key, runtime);
    }
  }

  #located(error: unknown, key: PystachioObject, runtime: Runtime): unknown {
    if (!(error instanceof PystachioError)) return error;
    const text = keyText(key, runtime);
    return error.within(undefined, `[${text}]`, this.origin?.partSpan(text));
  }

  override isDereferenceable(): boolean {
    return true;
  }

  /** Keys are compared as stored, without the scopes around: a templated key does not match. */
  override find(ref: Ref, runtime: Runtime): Found | undefined {
    const { head, tail } = ref;
    if (head.kind !== 'index') return undefined;
    const entry = this.#entryFor(this.type.key.wrap(head.name, undefined, runtime), runtime);
    if (!entry) return undefined;
    const value = entry[1].inScope(this.scopes);
    if (!tail) return value;
    return value.isDereferenceable() ? value.find(tail, runtime) : undefined;
  }

  #byKey: Map<DictKey, Entry> | undefined;

  /** The first entry of a key; the index is made once, so that a thousand look-ups stay linear. */
  #entryFor(key: PystachioObject, runtime: Runtime): Entry | undefined {
    if (!this.#byKey) {
      this.#byKey = new Map();
      for (const entry of this.entries) {
        const stored = entry[0].dictKey(runtime);
        if (!this.#byKey.has(stored)) this.#byKey.set(stored, entry);
      }
    }
    return this.#byKey.get(key.dictKey(runtime));
  }

  plain(runtime: Runtime): Dict {
    const dict = new Dict();
    for (const [key, value] of this.entries) dict.set(key.plain(runtime), value.plain(runtime), runtime);
    return dict;
  }

  text(runtime: Runtime): string {
    const pairs = this.entries.map(
      ([key, value]) => `${key.referenceText(runtime)} => ${value.referenceText(runtime)}`,
    );
    return `${this.type.name}(${pairs.join(', ')})`;
  }

  writeJson(out: string[]): void {
    if (this.entries.length === 0) {
      out.push('{}');
      return;
    }
    const members = new Map(this.entries.map(([key, value]) => [jsonKey(key), value] as const));
    let before = '{';
    for (const key of [...members.keys()].sort()) {
      out.push(before, key, ': ');
      members.get(key)?.writeJson(out);
      before = ', ';
    }
    out.push('}');
  }

  checkStored(runtime: Runtime): CheckFailure | null {
    for (const [key, value] of this.entries) {
      const badKey = key.checkStored(runtime);
      if (badKey) return this.#badKey(key, badKey, key.text(runtime), runtime);
      const badValue = value.checkStored(runtime);
      if (badValue) return this.#badValue(key, badValue, key.text(runtime), value.text(runtime), runtime);
    }
    return null;
  }

  #badKey(key: PystachioObject, failure: CheckFailure, shown: string, runtime: Runtime): CheckFailure {
    const text = keyText(key, runtime);
    const message = `${this.type.name} key ${shown} failed check: ${failure.message}`;
    return failureWithin(failure, `[${text}]`, message, this.origin?.partSpan(text));
  }

  #badValue(
    key: PystachioObject,
    failure: CheckFailure,
    keyShown: string,
    shown: string,
    runtime: Runtime,
  ): CheckFailure {
    const text = keyText(key, runtime);
    const message = `${this.type.name}[${keyShown}] value ${shown} failed check: ${failure.message}`;
    return failureWithin(failure, `[${text}]`, message, this.origin?.partSpan(text));
  }

  signature(): string {
    return `{${this.entries.map(([key, value]) => `${key.signature()}:${value.signature()}`).join(',')}}`;
  }

  protected equalPayload(other: PystachioObject, runtime: Runtime): boolean {
    if (!(other instanceof MapObject)) return false;
    return (
      this.entries.length === other.entries.length &&
      this.entries.every(([key, value], index) => {
        const [otherKey, otherValue] = other.entries[index] as Entry;
        return key.sameAs(otherKey, runtime) && value.sameAs(otherValue, runtime);
      })
    );
  }

  override iterate(runtime: Runtime): Iterable<Value> {
    return raising(runtime, () => this.entries.map(([key]) => key.interpolate(this.scopes, [], runtime)));
  }

  #lookUp(key: Value, runtime: Runtime): PystachioObject | undefined {
    const wanted = this.type.key.coerce(key, undefined, runtime).interpolated(runtime);
    const entry = this.entries.find(([each]) =>
      each.interpolate(this.scopes, [], runtime).sameAs(wanted, runtime),
    );
    return entry?.[1].interpolate(this.scopes, [], runtime);
  }

  override contains(item: Value, runtime: Runtime): Maybe<boolean> {
    return raising(runtime, () => this.#lookUp(item, runtime) !== undefined);
  }

  override getItem(index: Value, runtime: Runtime): Maybe<Value> {
    return raising(runtime, () => {
      const found = this.#lookUp(index, runtime);
      if (!found)
        throw new PystachioError('KeyError', `${runtime.str(index)} not found`, { code: 'key-error' });
      return found;
    });
  }
}

function keyText(key: PystachioObject, runtime: Runtime): string {
  return key instanceof SimpleObject ? runtime.str(key.payload) : key.referenceText(runtime);
}

/** JSON keys are text: numbers and booleans become theirs, as in Python. */
function jsonKey(key: PystachioObject): string {
  if (key instanceof SimpleObject && typeof key.payload === 'string') return jsonText(key.payload);
  if (key instanceof SimpleObject) return jsonText(jsonScalar(key.payload));
  return jsonText(toJson(key));
}
