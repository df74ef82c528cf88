import { assert } from '../base/assert.js';
import {
  Float,
  type CallSite,
  type Keywords,
  type Maybe,
  type Runtime,
  type Value,
} from '../language/value.js';
import { NOT_IMPLEMENTED } from '../language/value.js';
import { arityMessage } from '../language/values/signature.js';
import type { CheckFailure } from './check.js';
import { coerceBoolean, coerceFloat, coerceInteger, coerceString } from './coerce.js';
import { jsonScalar } from './json.js';
import { isInterpolationFailure, PystachioError, raising } from './pystachio-error.js';
import { PystachioObject } from './pystachio-object.js';
import { PystachioType, type Origin } from './pystachio-type.js';
import type { Ref } from './ref.js';
import { provenances, resolveText } from './resolve.js';
import type { Scopes } from './scope.js';
import { plainOf } from '../language/values/plain-of.js';

type Coerce = (value: Value, type: string, runtime: Runtime) => Value;

const LONGEST_SHARED = 1_000;
const MOST_SHARED = 2_000;

/** String, Integer, Float, Boolean and the enumerations. */
export class SimpleType extends PystachioType {
  readonly schema: string;

  constructor(
    readonly name: string,
    readonly coerceValue: Coerce,
    /** Whether a canonical value of the type; a template left over is text and fails here, except in String. */
    readonly isCanonical: (value: Value) => boolean,
    /** How a failed check names the type: `an integer`. */
    readonly noun: string,
  ) {
    super();
    this.schema = name;
  }

  /** A thousand jobs say `cpu=1` and `name='fetch'`: what is plain data is made once. */
  wrap(value: Value, _origin: Origin | undefined, _runtime: Runtime): SimpleObject {
    const payload = plainOf(value);
    if (typeof payload === 'object') return new SimpleObject(this, payload, null);
    if (typeof payload === 'string' && payload.length > LONGEST_SHARED)
      return new SimpleObject(this, payload, null);
    let object = this.#shared.get(payload);
    if (!object) {
      object = new SimpleObject(this, payload, null);
      if (this.#shared.size >= MOST_SHARED) this.#shared.clear();
      this.#shared.set(payload, object);
    }
    return object;
  }

  readonly #shared = new Map<Value, SimpleObject>();

  protected construct(
    args: readonly Value[],
    keywords: Keywords,
    site: CallSite,
    runtime: Runtime,
  ): PystachioObject {
    if (args.length !== 1 || keywords.size > 0) {
      throw new PystachioError('TypeError', arityMessage('__init__', 2, 2, args.length + keywords.size + 1), {
        notes: [`${this.name}(value) wraps exactly one value`],
      });
    }
    return this.make(args[0] as Value, site, runtime);
  }

  /** `Type(value)`: an object of its own, which `is` tells from others. */
  protected make(value: Value, _site: CallSite, _runtime: Runtime): SimpleObject {
    return new SimpleObject(this, plainOf(value), null);
  }

  /** The failure of a value that is not canonical after interpolation. */
  checkText(value: Value, runtime: Runtime): string {
    return `${unicodeRepr(value, runtime)} not ${this.noun}`;
  }
}

/** Text in messages shows as Python 2's unicode, because that is what interpolation gives. */
export function unicodeRepr(value: Value, runtime: Runtime): string {
  return (typeof value === 'string' && !runtime.python3 ? 'u' : '') + runtime.repr(value);
}

export const StringType = new SimpleType(
  'String',
  coerceString,
  (value) => typeof value === 'string',
  'a string',
);

export const IntegerType = new SimpleType(
  'Integer',
  coerceInteger,
  (value) => typeof value === 'number' || typeof value === 'bigint',
  'an integer',
);

export const FloatType = new SimpleType('Float', coerceFloat, (value) => value instanceof Float, 'a float');

export const BooleanType = new SimpleType(
  'Boolean',
  coerceBoolean,
  (value) => typeof value === 'boolean',
  'a boolean',
);

export class SimpleObject extends PystachioObject {
  readonly #templated: boolean;

  constructor(
    readonly type: SimpleType,
    /** As given, not yet coerced. */
    readonly payload: Value,
    scopes: Scopes | null,
  ) {
    super(scopes);
    this.#templated = typeof payload === 'string' && payload.includes('{{');
  }

  isTemplated(): boolean {
    return this.#templated;
  }

  withScopes(scopes: Scopes | null): SimpleObject {
    return new SimpleObject(this.type, this.payload, scopes);
  }

  override interpolate(outer: Scopes | null, unbound: Ref[], runtime: Runtime): SimpleObject {
    const result = super.interpolate(outer, unbound, runtime);
    assert(result instanceof SimpleObject, 'a leaf stays one');
    return result;
  }

  /** Resolved leaves keep their scopes, leaves with references left over lose them. */
  protected interpolateIn(scopes: Scopes | null, unbound: Ref[], runtime: Runtime): SimpleObject {
    const { type, payload } = this;
    if (!this.#templated) {
      const value = type.coerceValue(payload, type.name, runtime);
      return value === payload ? this : new SimpleObject(type, value, this.scopes);
    }
    const before = unbound.length;
    const text = resolveText(payload as string, scopes, unbound, runtime);
    if (unbound.length > before) return new SimpleObject(type, text, null);
    return new SimpleObject(type, this.#coerceResolved(text, scopes, runtime), scopes);
  }

  /** What a template came to is hard to guess from the file: a refusal says where the parts came from. */
  #coerceResolved(text: string, scopes: Scopes | null, runtime: Runtime): Value {
    const { type, payload } = this;
    try {
      return type.coerceValue(text, type.name, runtime);
    } catch (error) {
      if (!(error instanceof PystachioError)) throw error;
      const origins = [
        `the value is written as "${payload as string}"`,
        ...provenances(payload as string, scopes, runtime),
      ];
      error.details = { ...error.details, notes: [...(error.details.notes ?? []), ...origins] };
      throw error;
    }
  }

  protected checkIn(outer: Scopes | null, runtime: Runtime): CheckFailure | null {
    const { type } = this;
    try {
      const { payload } = this.interpolate(outer, [], runtime);
      if (type.isCanonical(payload)) return null;
      return {
        message: type.checkText(payload, runtime),
        path: [],
        reason: 'type',
        wanted: type.name,
        span: undefined,
      };
    } catch (error) {
      if (!isInterpolationFailure(error)) throw error;
      const message = `Unable to interpolate: ${error.message}`;
      return {
        message,
        path: [],
        reason: 'interpolation',
        wanted: type.name,
        span: error.details.span,
        error,
      };
    }
  }

  plain(_runtime: Runtime): Value {
    return this.payload;
  }

  text(runtime: Runtime): string {
    return coerceString(this.payload, 'String', runtime);
  }

  writeJson(out: string[]): void {
    out.push(jsonScalar(this.payload));
  }

  checkStored(runtime: Runtime): CheckFailure | null {
    const { type, payload } = this;
    if (type.isCanonical(payload)) return null;
    return {
      message: type.checkText(payload, runtime),
      path: [],
      reason: 'type',
      wanted: type.name,
      span: undefined,
    };
  }

  signature(): string {
    return this.payload === null || typeof this.payload !== 'object' || this.payload instanceof Float
      ? jsonScalar(this.payload)
      : this.payload.typeName();
  }

  protected equalPayload(other: PystachioObject, runtime: Runtime): boolean {
    if (!(other instanceof SimpleObject)) return false;
    return this.payload === other.payload || runtime.equals(this.payload, other.payload);
  }

  override compare(other: Value, runtime: Runtime): Maybe<number> {
    if (!(other instanceof SimpleObject) || !this.type.includes(other.type)) return NOT_IMPLEMENTED;
    return raising(runtime, () => {
      const [a, b] = [this, other].map((each) => each.interpolate(null, [], runtime).payload);
      return runtime.compare(a as Value, b as Value);
    });
  }

  override repr(runtime: Runtime): string {
    return `${this.type.name}(${this.str(runtime)})`;
  }
}
