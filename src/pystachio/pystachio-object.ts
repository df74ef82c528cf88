import type { CallSite, DictKey, Keywords, Maybe, Runtime, Value } from '../language/value.js';
import { NOT_IMPLEMENTED } from '../language/value.js';
import type { MethodTable } from '../language/values/method-table.js';
import { NativeObject } from '../language/values/native-object.js';
import { Dict } from '../language/values/dict.js';
import type { CheckFailure } from './check.js';
import { bindScopes } from './environment.js';
import { toJson } from './json.js';
import { objectMethods } from './object-methods.js';
import { raising } from './pystachio-error.js';
import type { PystachioType } from './pystachio-type.js';
import type { Ref } from './ref.js';
import { concatScopes, type Found, type Namable, type Referent, type Scopes } from './scope.js';

/**
 * A value of the templating layer: a payload and the scopes bound to it. Immutable: every operation gives a
 * new object that shares what did not change. Construction is lazy; coercion happens at `interpolate` and
 * `check`.
 */
export abstract class PystachioObject extends NativeObject implements Referent, Namable {
  abstract readonly type: PystachioType;

  /** Whether a template tag stands anywhere inside: if not, interpolation depends on nothing outside. */
  abstract isTemplated(): boolean;

  constructor(readonly scopes: Scopes | null) {
    super();
  }

  /** The same payload with other scopes. */
  abstract withScopes(scopes: Scopes | null): PystachioObject;

  /**
   * Resolves templates and coerces values. `scopes` are all scopes in force, own ones included; references
   * left over are appended to `unbound`. Throws CoercionError, Uninterpolatable, InvalidRefError.
   */
  protected abstract interpolateIn(scopes: Scopes | null, unbound: Ref[], runtime: Runtime): PystachioObject;

  protected abstract checkIn(outer: Scopes | null, runtime: Runtime): CheckFailure | null;

  /** The payload as the language's own data: text, numbers, tuples, dicts. */
  abstract plain(runtime: Runtime): Value;

  /**
   * As `check`, for an object that is interpolated already: no template is resolved again.
   */
  abstract checkStored(runtime: Runtime): CheckFailure | null;

  /** Text of an already interpolated object: what `str` shows. */
  abstract text(runtime: Runtime): string;

  /** Whether two interpolated objects of one type hold the same. */
  protected abstract equalPayload(other: PystachioObject, runtime: Runtime): boolean;

  /** Appends the JSON of an interpolated object; pieces are joined once, so that the text is flat. */
  abstract writeJson(out: string[]): void;

  /** Text of the stored payload that two defaults share exactly when they are the same. */
  abstract signature(): string;

  #constant: PystachioObject | undefined;
  #valid = false;

  interpolate(outer: Scopes | null, unbound: Ref[], runtime: Runtime): PystachioObject {
    if (this.#constant) return this.#constant;
    if (this.isTemplated()) {
      const result = this.interpolateIn(concatScopes(this.scopes, outer), unbound, runtime);
      if (!result.isTemplated()) result.#constant = result;
      return result;
    }
    const constant = this.interpolateIn(this.scopes, unbound, runtime);
    constant.#constant = constant;
    return (this.#constant = constant);
  }

  /** The first reason why this is no valid value of its type; null when it is. */
  check(outer: Scopes | null, runtime: Runtime): CheckFailure | null {
    if (this.#valid) return null;
    const failure = this.checkIn(outer, runtime);
    if (!failure && !this.isTemplated()) this.#valid = true;
    return failure;
  }

  /** Whether `check` has found nothing wrong and nothing outside can change that. */
  protected get isKnownValid(): boolean {
    return this.#valid;
  }

  protected set isKnownValid(valid: boolean) {
    this.#valid = valid;
  }

  /** Interpolates in its own scopes only. */
  interpolated(runtime: Runtime): PystachioObject {
    return this.interpolate(null, [], runtime);
  }

  /** Adds scopes behind its own. */
  inScope(outer: Scopes | null): PystachioObject {
    return outer ? this.withScopes(concatScopes(this.scopes, outer)) : this;
  }

  /** Adds scopes in front of its own: later arguments beat earlier ones, keywords beat all. */
  bind(
    args: readonly Value[],
    keywords: Keywords,
    site: CallSite | undefined,
    runtime: Runtime,
  ): PystachioObject {
    return this.withScopes(bindScopes(args, keywords, this.scopes, site, runtime));
  }

  isDereferenceable(): boolean {
    return false;
  }

  find(_ref: Ref, _runtime: Runtime): Found | undefined {
    return undefined;
  }

  referenceText(runtime: Runtime): string {
    return this.interpolated(runtime).text(runtime);
  }

  /** Equal after interpolation, of one type. */
  sameAs(other: PystachioObject, runtime: Runtime): boolean {
    if (this === other) return true;
    if (!this.type.includes(other.type)) return false;
    return this.interpolated(runtime).equalPayload(other.interpolated(runtime), runtime);
  }

  typeName(): string {
    return this.type.name;
  }

  protected methods(): MethodTable<never> {
    return objectMethods;
  }

  override getAttribute(name: string, runtime: Runtime): Value | undefined {
    if (name === '__class__') return this.type;
    if (name === '__module__') return 'pystachio';
    return super.getAttribute(name, runtime);
  }

  override str(runtime: Runtime): string {
    return raising(runtime, () => this.referenceText(runtime));
  }

  override repr(runtime: Runtime): string {
    return this.str(runtime);
  }

  override equals(other: Value, runtime: Runtime): boolean {
    return other instanceof PystachioObject && raising(runtime, () => this.sameAs(other, runtime));
  }

  override dictKey(runtime: Runtime): DictKey {
    return raising(runtime, () => `\0P${this.type.name} ${toJson(this.interpolated(runtime))}`);
  }

  /** `template % {...}` and `template % struct`: bind, then interpolate. */
  override binary(operator: string, other: Value, reflected: boolean, runtime: Runtime): Maybe<Value> {
    if (operator !== '%' || reflected) return NOT_IMPLEMENTED;
    if (!(other instanceof Dict || other instanceof PystachioObject)) return NOT_IMPLEMENTED;
    return raising(runtime, () => this.bind([other], new Map(), undefined, runtime).interpolated(runtime));
  }
}
