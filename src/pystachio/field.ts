import { PyObject } from '../language/value.js';
import { EMPTY } from './empty.js';
import type { PystachioObject } from './pystachio-object.js';
import type { PystachioType } from './pystachio-type.js';
import type { Runtime, Value } from '../language/value.js';

/** One field of a Struct. */
export interface Field {
  readonly name: string;
  readonly type: PystachioType;
  readonly required: boolean;
  readonly default: PystachioObject | undefined;
}

/** What `Required(T)` and `Default(T, value)` give: a type with its place in a Struct. */
export class FieldMarker extends PyObject {
  constructor(
    readonly type: PystachioType,
    readonly required: boolean,
    readonly fallback: PystachioObject | undefined,
  ) {
    super();
  }

  typeName(): string {
    return 'TypeSignature';
  }

  override repr(): string {
    const fallback = this.fallback ? 'set' : 'Empty';
    return `TypeSignature(${this.type.name}, required: ${this.required ? 'True' : 'False'}, default: ${fallback})`;
  }
}

export function required(type: PystachioType): FieldMarker {
  return new FieldMarker(type, true, undefined);
}

/**
 * The value is wrapped at once and loses its bindings, because the original serialises it with its class.
 */
export function withDefault(type: PystachioType, value: Value, runtime: Runtime): FieldMarker {
  if (value === EMPTY) return new FieldMarker(type, false, undefined);
  return new FieldMarker(type, false, type.coerce(value, undefined, runtime).withScopes(null));
}
