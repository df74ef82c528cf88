import { assert } from '../base/assert.js';
import { PyObject, type CallSite, type Keywords, type Runtime, type Value } from '../language/value.js';
import { Dict } from '../language/values/dict.js';
import { List } from '../language/values/list.js';
import { methodTable, type MethodTable } from '../language/values/method-table.js';
import { arityMessage } from '../language/values/signature.js';
import { Tuple } from '../language/values/tuple.js';
import type { CheckFailure } from './check.js';
import { cannotCoerce } from './coerce.js';
import { objectMethods } from './object-methods.js';
import { isValueError, PystachioError, raising } from './pystachio-error.js';
import { PystachioObject } from './pystachio-object.js';
import { PystachioType, type Origin } from './pystachio-type.js';
import type { Ref } from './ref.js';
import type { Scopes } from './scope.js';

/** `Choice([A, B])`: a value of one of several types. */
export class ChoiceType extends PystachioType {
  readonly schema: string;

  constructor(
    readonly name: string,
    readonly alternatives: readonly PystachioType[],
  ) {
    super();
    this.schema = `Choice ${name}(${alternatives.map((alternative) => alternative.schema).join('|')})`;
  }

  wrap(value: Value, origin: Origin | undefined, _runtime: Runtime): ChoiceObject {
    return new ChoiceObject(this, value, null, origin);
  }

  protected construct(
    args: readonly Value[],
    keywords: Keywords,
    site: CallSite,
    runtime: Runtime,
  ): PystachioObject {
    if (args.length !== 1 || keywords.size > 0) {
      throw new PystachioError('TypeError', arityMessage('__init__', 2, 2, args.length + keywords.size + 1));
    }
    return this.wrap(args[0] as Value, { span: () => site.span, partSpan: () => site.span }, runtime);
  }
}

/**
 * Keeps the raw value and decides at interpolation or check. A value that already has the type of an
 * alternative is taken as it is. Otherwise the alternatives are tried in order and the first that accepts
 * the value wins; one that knows a field of a dict not at all does not end the search, as it did in the
 * original.
 */
export class ChoiceObject extends PystachioObject {
  constructor(
    readonly type: ChoiceType,
    readonly payload: Value,
    scopes: Scopes | null,
    readonly origin: Origin | undefined,
  ) {
    super(scopes);
  }

  isTemplated(): boolean {
    return mayHoldTags(this.payload, 0);
  }

  withScopes(scopes: Scopes | null): ChoiceObject {
    return new ChoiceObject(this.type, this.payload, scopes, this.origin);
  }

  override interpolate(outer: Scopes | null, unbound: Ref[], runtime: Runtime): ChoiceObject {
    const result = super.interpolate(outer, unbound, runtime);
    assert(result instanceof ChoiceObject, 'a choice stays one');
    return result;
  }

  protected interpolateIn(scopes: Scopes | null, unbound: Ref[], runtime: Runtime): ChoiceObject {
    const chosen = this.#choose(scopes, runtime);
    const object = chosen.interpolate(scopes, unbound, runtime);
    return object === this.payload && !this.scopes
      ? this
      : new ChoiceObject(this.type, object, null, this.origin);
  }

  /** The concrete object, interpolated. */
  unwrap(runtime: Runtime): PystachioObject {
    return this.interpolate(null, [], runtime).payload as PystachioObject;
  }

  protected checkIn(outer: Scopes | null, runtime: Runtime): CheckFailure | null {
    const { scopes } = this.inScope(outer);
    const typed = this.#typed();
    if (typed) return typed.check(scopes, runtime);
    let only: CheckFailure | null = null;
    let failures = 0;
    for (const candidate of this.#candidates(runtime)) {
      const failure = candidate.check(scopes, runtime);
      if (!failure) return null;
      only = failure;
      failures += 1;
    }
    if (failures === 1 && only) return only;
    const shown = runtime.str(this.payload);
    return {
      message: `${this.type.name} typecheck failed: value ${shown} did not match any of its alternatives`,
      path: [],
      reason: 'choice',
      wanted: this.#alternativeNames(),
      span: this.origin?.span(),
    };
  }

  #typed(): PystachioObject | undefined {
    const { payload } = this;
    return this.type.alternatives.some((alternative) => alternative.accepts(payload))
      ? (payload as PystachioObject)
      : undefined;
  }

  /** The first alternative that interpolates; one that also checks is preferred. */
  #choose(scopes: Scopes | null, runtime: Runtime): PystachioObject {
    const typed = this.#typed();
    if (typed) return typed;
    let first: PystachioObject | undefined;
    for (const candidate of this.#candidates(runtime)) {
      if (!interpolates(candidate, scopes, runtime)) continue;
      first ??= candidate;
      if (candidate.check(scopes, runtime) === null) return candidate;
    }
    if (first) return first;
    if (this.#firstUnknown) throw this.#describeUnknown(this.#firstUnknown);
    throw cannotCoerce(this.payload, this.type.name, runtime);
  }

  #firstUnknown: PystachioError | undefined;

  *#candidates(runtime: Runtime): Iterable<PystachioObject> {
    for (const alternative of this.type.alternatives) {
      try {
        yield alternative.wrap(this.payload, this.origin, runtime);
      } catch (error) {
        if (error instanceof PystachioError && error.details.code === 'unknown-field')
          this.#firstUnknown ??= error;
        else if (!isValueError(error)) throw error;
      }
    }
  }

  #describeUnknown(error: PystachioError): PystachioError {
    const notes = [`expected one of ${this.#alternativeNames()}`, ...(error.details.notes ?? [])];
    return new PystachioError('AttributeError', error.message, { ...error.details, notes });
  }

  #alternativeNames(): string {
    return this.type.alternatives.map((alternative) => alternative.name).join(', ');
  }

  plain(runtime: Runtime): Value {
    return this.payload instanceof PystachioObject ? this.payload.plain(runtime) : this.payload;
  }

  text(runtime: Runtime): string {
    return this.payload instanceof PystachioObject ? this.payload.text(runtime) : runtime.str(this.payload);
  }

  writeJson(out: string[]): void {
    if (this.payload instanceof PystachioObject) this.payload.writeJson(out);
    else out.push('null');
  }

  checkStored(runtime: Runtime): CheckFailure | null {
    return this.payload instanceof PystachioObject
      ? this.payload.checkStored(runtime)
      : this.check(null, runtime);
  }

  signature(): string {
    return this.payload instanceof PystachioObject ? this.payload.signature() : typeof this.payload;
  }

  protected equalPayload(other: PystachioObject, runtime: Runtime): boolean {
    if (!(other instanceof ChoiceObject)) return false;
    return runtime.equals(this.payload, other.payload);
  }

  protected override methods(): MethodTable<never> {
    return choiceMethods;
  }

  override repr(runtime: Runtime): string {
    return raising(runtime, () => `${this.type.name}(${runtime.repr(this.payload)})`);
  }
}

const choiceMethods: MethodTable<never> = new Map([
  ...objectMethods,
  ...methodTable<ChoiceObject>([
    ['unwrap', '', (self, _args, runtime) => raising(runtime, () => self.unwrap(runtime))],
  ]),
]);

function interpolates(candidate: PystachioObject, scopes: Scopes | null, runtime: Runtime): boolean {
  try {
    candidate.interpolate(scopes, [], runtime);
    return true;
  } catch (error) {
    if (isValueError(error) || (error instanceof PystachioError && error.details.code === 'unknown-field'))
      return false;
    throw error;
  }
}

const DEEPEST_DATA = 50;

function mayHoldTags(value: Value, depth: number): boolean {
  if (typeof value === 'string') return value.includes('{{');
  if (value instanceof PystachioObject) return value.isTemplated();
  if (!(value instanceof PyObject)) return false;
  if (depth > DEEPEST_DATA) return true;
  if (value instanceof List || value instanceof Tuple)
    return value.items.some((item) => mayHoldTags(item, depth + 1));
  if (value instanceof Dict) {
    return Array.from(value.entries.values()).some(
      ({ key, value: item }) => mayHoldTags(key, depth + 1) || mayHoldTags(item, depth + 1),
    );
  }
  return false;
}
