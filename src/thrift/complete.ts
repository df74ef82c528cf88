import type { StructType, ValueType } from './schema.js';
import { ThriftError, within } from './thrift-error.js';

/**
 * Fills what a sender may leave out although the field is not optional, as the original's generated readers
 * do: 0, false, the empty text, the empty container. A missing struct, union or enum has no such value and
 * throws a ThriftError with its path.
 */
export function complete(type: ValueType, value: unknown): unknown {
  switch (type.kind) {
    case 'struct':
      return completeStruct(type.struct, value as Readonly<Record<string, unknown>>);
    case 'list':
    case 'set':
      return isPlain(type.element)
        ? value
        : (value as readonly unknown[]).map((item, index) => step(`[${index}]`, type.element, item));
    default:
      return value;
  }
}

/** The reason of the ThriftError for a missing struct. */
export const MISSING = 'is missing';

function completeStruct(struct: StructType, value: Readonly<Record<string, unknown>>): unknown {
  const result: Record<string, unknown> = {};
  for (const { name, type, optional } of struct.fields) {
    const item = value[name];
    if (item !== undefined) result[name] = step(name, type, item);
    else if (!optional && !struct.isUnion) result[name] = emptyValue(name, type);
  }
  return result;
}

function step(name: string, type: ValueType, value: unknown): unknown {
  try {
    return complete(type, value);
  } catch (error) {
    throw within(error, name);
  }
}

function isPlain(type: ValueType): boolean {
  return type.kind !== 'struct' && type.kind !== 'list' && type.kind !== 'set';
}

function emptyValue(name: string, type: ValueType): unknown {
  switch (type.kind) {
    case 'bool':
      return false;
    case 'string':
      return '';
    case 'list':
    case 'set':
      return [];
    case 'map':
      return new Map();
    case 'enum':
    case 'struct':
      throw new ThriftError(MISSING, name);
    default:
      return 0;
  }
}
