import { Float, type Value } from '../language/value.js';
import { ChoiceType } from '../pystachio/choice-type.js';
import { EnumType } from '../pystachio/enum-type.js';
import type { Field } from '../pystachio/field.js';
import { ListObject, ListType } from '../pystachio/list-type.js';
import { MapObject, MapType } from '../pystachio/map-type.js';
import type { PystachioObject } from '../pystachio/pystachio-object.js';
import type { PystachioType } from '../pystachio/pystachio-type.js';
import {
  BooleanType,
  FloatType,
  IntegerType,
  SimpleObject,
  SimpleType,
  StringType,
} from '../pystachio/simple.js';
import { StructObject } from '../pystachio/struct-object.js';
import { StructType } from '../pystachio/struct-type.js';

/**
 * Words to write the schema's tables with. A row is `[field, type]` for an optional field, `[field, type,
 * REQUIRED]`, or `[field, type, default]`; rows stand in the order in which `check()` looks at the fields.
 */
export const REQUIRED: unique symbol = Symbol('required');

export type Row = readonly [name: string, type: PystachioType, rule?: typeof REQUIRED | Default];

type Default =
  string | number | boolean | PystachioObject | readonly never[] | Readonly<Record<string, string>>;

export function struct(name: string, rows: readonly Row[]): StructType {
  return new StructType(name, rows.map(toField));
}

export function list(element: PystachioType): ListType {
  return new ListType(element);
}

export function map(key: PystachioType, value: PystachioType): MapType {
  return new MapType(key, value);
}

export function choice(...alternatives: PystachioType[]): ChoiceType {
  return new ChoiceType(
    `Choice_${alternatives.map((alternative) => alternative.name).join('_')}`,
    alternatives,
  );
}

export function enumeration(title: string, ...members: string[]): EnumType {
  return new EnumType(`Enum_${members.join('_')}`, members, title);
}

/** An instance with some fields set, as the schema's own values are. */
export function instance(type: StructType, fields: Readonly<Record<string, Default>> = {}): StructObject {
  const values = type.defaults.slice();
  for (const [name, value] of Object.entries(fields)) {
    const slot = type.slots.get(name);
    const field = slot === undefined ? undefined : type.fields[slot];
    if (slot !== undefined && field) values[slot] = toObject(field.type, value);
  }
  return new StructObject(type, values, null, undefined);
}

export { BooleanType as bool, FloatType as float, IntegerType as int, StringType as text };

function toField([name, type, rule]: Row): Field {
  if (rule === undefined) return { name, type, required: false, default: undefined };
  if (rule === REQUIRED) return { name, type, required: true, default: undefined };
  return { name, type, required: false, default: toObject(type, rule) };
}

function toObject(type: PystachioType, value: Default): PystachioObject {
  if (type instanceof SimpleType) {
    const payload = typeof value === 'number' && type === FloatType ? new Float(value) : value;
    return new SimpleObject(type, payload as Value, null);
  }
  if (type instanceof ListType) return new ListObject(type, [], null);
  if (type instanceof MapType) {
    const entries = Object.entries(value as Readonly<Record<string, string>>).map(
      ([key, each]) =>
        [new SimpleObject(StringType, key, null), new SimpleObject(StringType, each, null)] as const,
    );
    return new MapObject(type, entries, null, undefined);
  }
  return value as PystachioObject;
}
