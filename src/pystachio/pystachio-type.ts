import type { StackFrame } from '../base/diagnostic.js';
import type { Span } from '../base/source.js';
import { PyObject, type CallSite, type Keywords, type Runtime, type Value } from '../language/value.js';
import type { PystachioObject } from './pystachio-object.js';
import { raising } from './pystachio-error.js';

/** Where a value of the config came from; spans are computed when a message needs them. */
export interface Origin {
  /** The call or literal that made the whole value. */
  span(): Span | undefined;
  /** Where one field, element or key of it was given. */
  partSpan(name: string): Span | undefined;
  /** The calls that led to it, innermost first. */
  stack?(): readonly StackFrame[];
  /** Records that a part of the value was wrong and is left out. */
  leaveOut?(): void;
  /** Whether the value is incomplete since a wrong part was left out. */
  readonly isIncomplete?: boolean;
}

/**
 * A type of the templating layer: a simple type, a container, a Struct, a Choice. Identity is structural:
 * two types with the same name and the same schema are one type, whatever made them.
 */
export abstract class PystachioType extends PyObject {
  abstract readonly name: string;

  /** Text that equals another type's exactly when the two are interchangeable. */
  abstract readonly schema: string;

  /** Wraps one value, as a struct does with the value of a field. */
  abstract wrap(value: Value, origin: Origin | undefined, runtime: Runtime): PystachioObject;

  /** `Type(...)` as a program writes it. */
  protected abstract construct(
    args: readonly Value[],
    keywords: Keywords,
    site: CallSite,
    runtime: Runtime,
  ): PystachioObject;

  accepts(value: Value): value is PystachioObject {
    return value instanceof PyObject && 'type' in value && this.includes(value.type as PystachioType);
  }

  /** Whether values of `other` are values of this type. */
  includes(other: PystachioType): boolean {
    return other === this || (other instanceof PystachioType && other.schema === this.schema);
  }

  /** The value itself when it has this type, else wrapped. */
  coerce(value: Value, origin: Origin | undefined, runtime: Runtime): PystachioObject {
    return this.accepts(value) ? value : this.wrap(value, origin, runtime);
  }

  typeName(): string {
    return 'type';
  }

  override isCallable(): boolean {
    return true;
  }

  override call(args: readonly Value[], keywords: Keywords, site: CallSite, runtime: Runtime): Value {
    return raising(runtime, () => this.construct(args, keywords, site, runtime));
  }

  override isInstance(value: Value): boolean {
    return this.accepts(value);
  }

  override getAttribute(name: string, _runtime: Runtime): Value | undefined {
    if (name === '__name__') return this.name;
    if (name === '__module__') return 'pystachio';
    if (name === '__doc__') return null;
    return undefined;
  }

  override equals(other: Value): boolean {
    return other instanceof PystachioType && this.includes(other) && other.includes(this);
  }

  override dictKey(): string {
    return `\0T${this.schema}`;
  }

  override repr(): string {
    return `<class 'pystachio.${this.name}'>`;
  }
}
