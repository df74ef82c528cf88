import { assert } from '../base/assert.js';
import { nearest } from '../base/nearest.js';
import type { CallSite, Keywords, Runtime, Value } from '../language/value.js';
import { Dict } from '../language/values/dict.js';
import { failureWithin, type CheckFailure } from './check.js';
import { EMPTY } from './empty.js';
import { Accessor, Presence } from './struct-accessors.js';
import { originOf } from './origin.js';
import { PystachioError, raising } from './pystachio-error.js';
import { PystachioObject } from './pystachio-object.js';
import type { Origin } from './pystachio-type.js';
import type { Ref } from './ref.js';
import { concatScopes, Frame, Scopes, type Fields, type Found } from './scope.js';
import { bindMember } from './struct-definition.js';
import type { FieldValues, StructType } from './struct-type.js';

/** An instance of a Struct. It remembers where it and each of its fields were written. */
export class StructObject extends PystachioObject implements Fields {
  #templated: boolean | undefined;
  #json: string | undefined;
  /** What is written a second time is shared by several jobs: its text is kept then. */
  #wasWritten = false;

  constructor(
    readonly type: StructType,
    readonly values: FieldValues,
    scopes: Scopes | null,
    readonly origin: Origin | undefined,
  ) {
    super(scopes);
  }

  /** The stored value of a field, neither in scope nor interpolated. */
  field(name: string): PystachioObject | undefined {
    const slot = this.type.slots.get(name);
    return slot === undefined ? undefined : this.values[slot];
  }

  has(name: string): boolean {
    return this.field(name) !== undefined;
  }

  /** A field interpolated in this struct's scopes: what `x.field()` gives. */
  read(name: string, runtime: Runtime, unbound: Ref[] = []): PystachioObject | undefined {
    const value = this.field(name);
    if (!value) return undefined;
    try {
      return value.interpolate(this.#frame(this.scopes), unbound, runtime);
    } catch (error) {
      throw this.#located(error, name);
    }
  }

  /** The scopes that the fields see, behind their own. */
  fieldScopes(outer: Scopes | null): Scopes {
    return this.#frame(concatScopes(this.scopes, outer));
  }

  /** Interpolates every field; references left over in the field `apart` are collected by themselves. */
  interpolateApart(apart: string, inside: Ref[], elsewhere: Ref[], runtime: Runtime): StructObject {
    if (!this.isTemplated()) return this.interpolate(null, elsewhere, runtime);
    const frame = this.#frame(this.scopes);
    const values = this.values.map((value, slot) => {
      const field = this.type.fields[slot]?.name ?? '';
      try {
        return value?.interpolate(frame, field === apart ? inside : elsewhere, runtime);
      } catch (error) {
        throw this.#located(error, field);
      }
    });
    return new StructObject(this.type, values, null, this.origin);
  }

  /** The struct with fields replaced; own bindings are kept. */
  with(changes: Keywords, site: CallSite | undefined, runtime: Runtime): StructObject {
    const origin = site ? originOf(site, 0, this.origin, runtime) : this.origin;
    const values = this.type.override(this.values, changes, origin ?? NOWHERE, runtime);
    return new StructObject(this.type, values, this.scopes, origin);
  }

  isTemplated(): boolean {
    return (this.#templated ??= this.values.some((value) => value?.isTemplated()));
  }

  withScopes(scopes: Scopes | null): StructObject {
    return new StructObject(this.type, this.values, scopes, this.origin);
  }

  override interpolate(outer: Scopes | null, unbound: Ref[], runtime: Runtime): StructObject {
    const result = super.interpolate(outer, unbound, runtime);
    assert(result instanceof StructObject, 'a struct stays one');
    return result;
  }

  protected interpolateIn(scopes: Scopes | null, unbound: Ref[], runtime: Runtime): StructObject {
    const frame = this.#frame(scopes);
    const { values, type } = this;
    const results: (PystachioObject | undefined)[] = new Array<undefined>(values.length);
    let changed = scopes !== null;
    let slot = 0;
    try {
      for (; slot < values.length; slot++) {
        const value = values[slot];
        if (!value) continue;
        const result = value.interpolate(frame, unbound, runtime);
        results[slot] = result;
        changed ||= result !== value;
      }
    } catch (error) {
      throw this.#located(error, type.fields[slot]?.name ?? '');
    }
    return changed ? new StructObject(type, results, null, this.origin) : this;
  }

  protected checkIn(outer: Scopes | null, runtime: Runtime): CheckFailure | null {
    const frame = this.#frame(this.inScope(outer).scopes);
    const { type, values } = this;
    for (let slot = 0; slot < values.length; slot++) {
      const value = values[slot];
      const field = type.fields[slot];
      if (!field) continue;
      if (!value) {
        if (field.required) return this.#missing(field.name, field.type.name);
        continue;
      }
      const failure = this.#checkField(value, field.name, frame, runtime);
      if (failure) return this.#failed(failure, field.name);
    }
    return null;
  }

  #checkField(value: PystachioObject, name: string, frame: Scopes, runtime: Runtime): CheckFailure | null {
    try {
      return value.check(frame, runtime);
    } catch (error) {
      throw this.#located(error, name);
    }
  }

  #missing(field: string, wanted: string): CheckFailure {
    return {
      message: `${this.type.name}[${field}] is required.`,
      path: [field],
      reason: 'required',
      wanted,
      span: this.origin?.span(),
    };
  }

  #located(error: unknown, field: string): unknown {
    if (!(error instanceof PystachioError)) return error;
    return error.within(this.type.name, field, this.origin?.partSpan(field) ?? this.origin?.span());
  }

  #frame(scopes: Scopes | null): Scopes {
    return new Scopes(new Frame(this, scopes), null);
  }

  override isDereferenceable(): boolean {
    return true;
  }

  override find(ref: Ref, runtime: Runtime): Found | undefined {
    const { head, tail } = ref;
    if (head.kind !== 'field') return undefined;
    const value = this.field(head.name)?.inScope(this.#frame(this.scopes));
    if (!value || !tail) return value;
    return value.isDereferenceable() ? value.find(tail, runtime) : undefined;
  }

  plain(runtime: Runtime): Dict {
    const dict = new Dict();
    this.type.fields.forEach((field, slot) => {
      const value = this.values[slot];
      if (value) dict.set(field.name, value.plain(runtime), runtime);
    });
    return dict;
  }

  text(runtime: Runtime): string {
    const parts: string[] = [];
    this.type.fields.forEach((field, slot) => {
      const value = this.values[slot];
      if (value) parts.push(`${field.name}=${value.referenceText(runtime)}`);
    });
    return `${this.type.name}(${parts.join(`,\n${' '.repeat(this.type.name.length + 1)}`)})`;
  }

  writeJson(out: string[]): void {
    if (this.#json !== undefined) out.push(this.#json);
    else if (this.#wasWritten && this.isKnownValid) out.push((this.#json = this.jsonWithout(NOTHING)));
    else this.#writeFields(out, NOTHING);
    this.#wasWritten = true;
  }

  /** The JSON without some fields. */
  jsonWithout(left: ReadonlySet<string>): string {
    const out: string[] = [];
    this.#writeFields(out, left);
    return out.join('');
  }

  #writeFields(out: string[], left: ReadonlySet<string>): void {
    let before = '{';
    for (const { slot, key, name } of this.type.jsonOrder) {
      const value = this.values[slot];
      if (!value || left.has(name)) continue;
      out.push(before, key);
      value.writeJson(out);
      before = ', ';
    }
    out.push(before === '{' ? '{}' : '}');
  }

  checkStored(runtime: Runtime): CheckFailure | null {
    if (this.isKnownValid) return null;
    const { type, values } = this;
    for (let slot = 0; slot < values.length; slot++) {
      const value = values[slot];
      const field = type.fields[slot];
      if (!field) continue;
      if (!value) {
        if (field.required) return this.#missing(field.name, field.type.name);
        continue;
      }
      const failure = value.checkStored(runtime);
      if (failure) return this.#failed(failure, field.name);
    }
    if (!this.isTemplated()) this.isKnownValid = true;
    return null;
  }

  #failed(failure: CheckFailure, field: string): CheckFailure {
    const message = `${this.type.name}[${field}] failed: ${failure.message}`;
    return failureWithin(failure, field, message, this.origin?.partSpan(field));
  }

  signature(): string {
    return `{${this.values.map((value) => value?.signature() ?? '').join(',')}}`;
  }

  protected equalPayload(other: PystachioObject, runtime: Runtime): boolean {
    if (!(other instanceof StructObject)) return false;
    return this.values.every((value, slot) => {
      const theirs = other.values[slot];
      return value && theirs ? value.sameAs(theirs, runtime) : value === theirs;
    });
  }

  override isCallable(): boolean {
    return true;
  }

  override call(args: readonly Value[], keywords: Keywords, site: CallSite, runtime: Runtime): Value {
    if (args.length > 0) {
      return runtime.raise('TypeError', `__call__() takes exactly 1 argument (${args.length + 1} given)`, {
        suggestion: `Name the fields: ${this.type.name.toLowerCase()}(field=value).`,
      });
    }
    return raising(runtime, () => this.with(keywords, site, runtime));
  }

  override getAttribute(name: string, runtime: Runtime): Value | undefined {
    const method = super.getAttribute(name, runtime) ?? bindMember(this, name);
    if (method !== undefined) return method;
    if (this.type.slots.has(name)) return new Accessor(this, name);
    if (name.startsWith('has_') && this.type.slots.has(name.slice(4)))
      return new Presence(this, name.slice(4));
    if (name.startsWith('__')) return undefined;
    const meant = nearest(name, [...this.type.slots.keys(), ...this.attributeNames()]);
    return runtime.raise('AttributeError', `${this.type.name} has no attribute ${name}`, {
      code: 'unknown-field',
      notes: [`the fields of ${this.type.name} are ${[...this.type.slots.keys()].sort().join(', ')}`],
      suggestion: meant && `Did you mean "${meant}"?`,
    });
  }

  override callMethod(
    name: string,
    args: readonly Value[],
    keywords: Keywords,
    site: CallSite,
    runtime: Runtime,
  ): Value | undefined {
    const method = super.callMethod(name, args, keywords, site, runtime);
    if (method !== undefined) return method;
    if (
      args.length === 0 &&
      keywords.size === 0 &&
      this.type.slots.has(name) &&
      !this.type.members.has(name)
    ) {
      return raising(runtime, () => this.read(name, runtime) ?? EMPTY);
    }
    const attribute = this.getAttribute(name, runtime);
    return attribute === undefined ? undefined : runtime.call(attribute, args, keywords, site);
  }
}

const NOTHING: ReadonlySet<string> = new Set();
const NOWHERE: Origin = { span: () => undefined, partSpan: () => undefined };
