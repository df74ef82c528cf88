import { unionProblem } from './binary-protocol.js';
import { checkDouble, checkInteger, checkText } from './check-value.js';
import { nearest } from '../base/nearest.js';
import type { StructType, ValueType } from './schema.js';
import { describe, ThriftError, within } from './thrift-error.js';

/**
 * Plain JSON of the same values: field names, enum names, unions with one key, maps as objects. `/apibeta`
 * and the agents' protocol use it. What JSON cannot be, a `Map`, is the only difference to the value itself.
 */
export function toJson(type: ValueType, value: unknown): unknown {
  switch (type.kind) {
    case 'list':
    case 'set':
      if (!Array.isArray(value)) throw new ThriftError(`expected a list, not ${describe(value)}`);
      return value.map((item) => toJson(type.element, item));
    case 'map':
      if (!(value instanceof Map)) throw new ThriftError(`expected a Map, not ${describe(value)}`);
      // Own properties whatever the key: `__proto__` is a name like any other.
      return Object.fromEntries(
        [...(value as Map<unknown, unknown>)].map(([key, item]) => [String(key), toJson(type.value, item)]),
      );
    case 'struct': {
      if (typeof value !== 'object' || value === null)
        throw new ThriftError(`expected a ${type.struct.name}, not ${describe(value)}`);
      const result: Record<string, unknown> = {};
      for (const field of type.struct.fields) {
        const item = (value as Record<string, unknown>)[field.name];
        if (item !== undefined && item !== null) result[field.name] = toJson(field.type, item);
      }
      return result;
    }
    default:
      return value;
  }
}

/** `refuse` answers a misspelt field with the nearest right name; `skip` lets a newer sender add fields. */
export type UnknownFields = 'refuse' | 'skip';

/** The value of a parsed JSON document; a null field counts as absent. */
export function fromJson(type: ValueType, value: unknown, unknownFields: UnknownFields = 'skip'): unknown {
  switch (type.kind) {
    case 'bool':
      if (typeof value !== 'boolean') throw new ThriftError(`expected true or false, not ${describe(value)}`);
      return value;
    case 'i8':
    case 'i16':
    case 'i32':
    case 'i64':
      return checkInteger(type.kind, value);
    case 'double':
      return checkDouble(value);
    case 'string':
      return checkText(value);
    case 'enum':
      if (typeof value !== 'string' || !type.enum.numberOf.has(value))
        throw new ThriftError(
          `${type.enum.name} has no value ${describe(value)}${hint(value, type.enum.numberOf.keys())}`,
        );
      return value;
    case 'struct':
      return structFromJson(type.struct, value, unknownFields);
    case 'list':
    case 'set':
      if (!Array.isArray(value)) throw new ThriftError(`expected a list, not ${describe(value)}`);
      return value.map((item, index) => {
        try {
          return fromJson(type.element, item, unknownFields);
        } catch (error) {
          throw within(error, `[${index}]`);
        }
      });
    case 'map':
      return mapFromJson(type.key, type.value, value, unknownFields);
  }
}

function structFromJson(struct: StructType, value: unknown, unknownFields: UnknownFields): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new ThriftError(`expected the fields of a ${struct.name}, not ${describe(value)}`);
  const result: Record<string, unknown> = {};
  let count = 0;
  for (const [name, item] of Object.entries(value)) {
    const field = struct.fields.find((candidate) => candidate.name === name);
    if (!field && unknownFields === 'refuse')
      throw new ThriftError(
        `${struct.name} has no field ${describe(name)}${hint(
          name,
          struct.fields.map((each) => each.name),
        )}`,
      );
    if (!field || item === null) continue;
    try {
      result[field.name] = fromJson(field.type, item, unknownFields);
    } catch (error) {
      throw within(error, field.name);
    }
    count++;
  }
  if (struct.isUnion && count !== 1) throw new ThriftError(unionProblem(struct.name, count));
  return result;
}

function mapFromJson(
  key: ValueType,
  element: ValueType,
  value: unknown,
  unknownFields: UnknownFields,
): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new ThriftError(`expected an object, not ${describe(value)}`);
  return new Map(
    Object.entries(value).map(([name, item]) => {
      try {
        return [
          fromJson(key, key.kind === 'string' ? name : Number(name)),
          fromJson(element, item, unknownFields),
        ];
      } catch (error) {
        throw within(error, `[${name}]`);
      }
    }),
  );
}

function hint(given: unknown, names: Iterable<string>): string {
  const near = typeof given === 'string' ? nearest(given, names) : undefined;
  return near === undefined ? '' : `; did you mean "${near}"?`;
}
