import {
  PyObject,
  type CallSite,
  type ClassBody,
  type Keywords,
  type Runtime,
  type Value,
} from '../language/value.js';
import { FieldMarker, type Field } from './field.js';
import { PystachioError, raising } from './pystachio-error.js';
import { PystachioType } from './pystachio-type.js';
import type { StructObject } from './struct-object.js';
import { StructType } from './struct-type.js';

/** `Struct`: the base of `class Name(Struct): ...`. */
class StructBase extends PyObject {
  typeName(): string {
    return 'type';
  }

  override getAttribute(name: string): Value | undefined {
    return name === '__name__' ? 'Struct' : undefined;
  }

  override repr(): string {
    return "<class 'pystachio.composite.Struct'>";
  }

  /** As in the original, where Struct only makes classes and is the base of none of them. */
  override isInstance(_value: Value): boolean {
    return false;
  }

  override subclass(definition: ClassBody, runtime: Runtime): Value {
    return raising(runtime, () => defineStruct(definition));
  }
}

export const STRUCT: PyObject = new StructBase();

/** A class that extends Struct itself: types and markers become fields, everything else is dropped. */
export function defineStruct(definition: ClassBody): StructType {
  refuseSeveralBases(definition);
  const fields: Field[] = [];
  for (const [name, value] of definition.attributes) {
    const field = fieldOf(name, value);
    if (field) fields.push(field);
  }
  return new StructType(definition.name, fields);
}

/**
 * A class that extends a Struct class. It has the fields of its base and its own; a plain value for an
 * inherited field is a new default; methods and constants are kept. (In the original such a class silently
 * lost its new fields.)
 */
export function deriveStructType(base: StructType, definition: ClassBody, runtime: Runtime): StructType {
  refuseSeveralBases(definition);
  const fields = new Map(base.fields.map((field) => [field.name, field]));
  const members = new Map(base.members);
  for (const [name, value] of definition.attributes) {
    const field = fieldOf(name, value);
    const inherited = fields.get(name);
    if (field) fields.set(name, field);
    else if (inherited && isData(value)) {
      const fallback = inherited.type.coerce(value, undefined, runtime).withScopes(null);
      fields.set(name, { ...inherited, required: false, default: fallback });
    } else members.set(name, value);
  }
  return new StructType(definition.name, [...fields.values()], base, members);
}

/** A method of the struct's class, bound to it; or a constant. */
export function bindMember(struct: StructObject, name: string): Value | undefined {
  const member = struct.type.members.get(name);
  if (member instanceof PyObject && member.isCallable() && !(member instanceof PystachioType)) {
    return new BoundMember(struct, member);
  }
  return member;
}

function fieldOf(name: string, value: Value): Field | undefined {
  if (value instanceof PystachioType) return { name, type: value, required: false, default: undefined };
  if (value instanceof FieldMarker) {
    return { name, type: value.type, required: value.required, default: value.fallback };
  }
  return undefined;
}

function isData(value: Value): boolean {
  return !(value instanceof PyObject) || !value.isCallable() || 'type' in value;
}

function refuseSeveralBases(definition: ClassBody): void {
  if (definition.bases.length <= 1) return;
  throw new PystachioError(
    'TypeError',
    'Error when calling the metaclass bases\n    metaclass conflict: the metaclass of a derived class must be ' +
      'a (non-strict) subclass of the metaclasses of all its bases',
    {
      span: definition.site.span,
      notes: ['a Struct extends Struct, or one other Struct, and nothing besides'],
    },
  );
}

class BoundMember extends PyObject {
  constructor(
    private readonly struct: StructObject,
    private readonly method: PyObject,
  ) {
    super();
  }

  typeName(): string {
    return 'instancemethod';
  }

  override isCallable(): boolean {
    return true;
  }

  override call(args: readonly Value[], keywords: Keywords, site: CallSite, runtime: Runtime): Value {
    return runtime.call(this.method, [this.struct, ...args], keywords, site);
  }
}
