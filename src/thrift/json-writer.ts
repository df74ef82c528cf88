import type { BinaryOutput } from './binary-buffer.js';
import { SHARED_STRUCTS, unionProblem } from './binary-protocol.js';
import { checkDouble, checkInteger, checkText } from './check-value.js';
import type { StructType, ValueType } from './schema.js';
import { describe, ThriftError, within } from './thrift-error.js';

/** The type tags of the JSON protocol. */
export const JSON_TAGS = {
  bool: 'tf',
  i8: 'i8',
  i16: 'i16',
  i32: 'i32',
  enum: 'i32',
  i64: 'i64',
  double: 'dbl',
  string: 'str',
  struct: 'rec',
  list: 'lst',
  set: 'set',
  map: 'map',
} as const;

/**
 * Writes values in Thrift's JSON protocol (see json-protocol), straight to bytes: a large answer would otherwise be
 * millions of small texts. As in the binary protocol, a type is compiled once, and what many structs of a message
 * share is written out once and copied.
 */
export type JsonWriter = (output: BinaryOutput, value: unknown) => void;

export function jsonWriter(type: ValueType): JsonWriter {
  switch (type.kind) {
    case 'bool':
      return (output, value) => {
        if (typeof value !== 'boolean')
          throw new ThriftError(`expected true or false, not ${describe(value)}`);
        output.writeText(value ? '1' : '0');
      };
    case 'i8':
    case 'i16':
    case 'i32':
    case 'i64': {
      const { kind } = type;
      return (output, value) => {
        output.writeText(String(checkInteger(kind, value)));
      };
    }
    case 'double':
      return (output, value) => {
        output.writeText(String(checkDouble(value)));
      };
    case 'string':
      return (output, value) => {
        output.writeText(JSON.stringify(checkText(value)));
      };
    case 'enum': {
      const { name, numberOf } = type.enum;
      return (output, value) => {
        const number = numberOf.get(value as string);
        if (number === undefined) throw new ThriftError(`${name} has no value ${describe(value)}`);
        output.writeText(String(number));
      };
    }
    case 'struct':
      return structWriter(type.struct);
    case 'list':
    case 'set':
      return sequenceWriter(type.element);
    case 'map':
      return mapWriter(type.key, type.value);
  }
}

const structWriters = new WeakMap<StructType, JsonWriter>();

/** Compiled at first use, which also lets a struct contain itself. */
function structWriter(struct: StructType): JsonWriter {
  return (output, value) => {
    let write = structWriters.get(struct);
    if (!write) {
      write = compileStructWriter(struct);
      structWriters.set(struct, write);
    }
    write(output, value);
  };
}

function compileStructWriter(struct: StructType): JsonWriter {
  // What stands before a field's value: the end of the field before it, if there is one, and its own beginning.
  const fields = struct.fields.map(({ id, name, type }) => ({
    name,
    first: `{"${id}":{"${JSON_TAGS[type.kind]}":`,
    next: `},"${id}":{"${JSON_TAGS[type.kind]}":`,
    write: jsonWriter(type),
  }));
  const { isUnion, name: structName } = struct;
  const writeFields: JsonWriter = (output, value) => {
    let count = 0;
    for (const field of fields) {
      const item = (value as Record<string, unknown>)[field.name];
      if (item === undefined || item === null) continue;
      output.writeText(count === 0 ? field.first : field.next);
      try {
        field.write(output, item);
      } catch (error) {
        throw within(error, field.name);
      }
      count++;
    }
    if (isUnion && count !== 1) throw new ThriftError(unionProblem(structName, count));
    output.writeText(count === 0 ? '{}' : '}}');
  };
  const isShared = SHARED_STRUCTS.has(structName);
  return (output, value) => {
    if (typeof value !== 'object' || value === null)
      throw new ThriftError(`expected a ${structName}, not ${describe(value)}`);
    if (isShared) output.writeShared(value, writeFields);
    else writeFields(output, value);
  };
}

function sequenceWriter(element: ValueType): JsonWriter {
  const write = jsonWriter(element);
  return (output, value) => {
    if (!Array.isArray(value)) throw new ThriftError(`expected a list, not ${describe(value)}`);
    output.writeText(`["${JSON_TAGS[element.kind]}",${value.length}`);
    const items = value as unknown[];
    for (let index = 0; index < items.length; index++) {
      output.writeText(',');
      try {
        write(output, items[index]);
      } catch (error) {
        throw within(error, `[${index}]`);
      }
    }
    output.writeText(']');
  };
}

function mapWriter(key: ValueType, element: ValueType): JsonWriter {
  const writeKey = jsonWriter(key);
  const write = jsonWriter(element);
  // JSON has only text keys: a number stands there in quotes.
  const quote = key.kind === 'string' ? '' : '"';
  return (output, map) => {
    if (!(map instanceof Map)) throw new ThriftError(`expected a Map, not ${describe(map)}`);
    output.writeText(`["${JSON_TAGS[key.kind]}","${JSON_TAGS[element.kind]}",${map.size},{`);
    let isFirst = true;
    for (const [name, item] of map as Map<unknown, unknown>) {
      if (!isFirst) output.writeText(',');
      isFirst = false;
      output.writeText(quote);
      writeKey(output, name);
      output.writeText(`${quote}:`);
      write(output, item);
    }
    output.writeText('}]');
  };
}
