import { BinaryInput, type BinaryOutput } from './binary-buffer.js';
import { checkDouble, checkInteger, checkText } from './check-value.js';
import { WIRE_TYPES, wireType, type StructType, type ValueType } from './schema.js';
import { describe, ThriftError, within } from './thrift-error.js';

/**
 * Thrift's binary protocol. Each type is compiled once into a reader and a writer closure; a message of ten
 * thousand tasks then only runs them.
 */
export type BinaryReader = (input: BinaryInput) => unknown;
export type BinaryWriter = (output: BinaryOutput, value: unknown) => void;

export function binaryReader(type: ValueType): BinaryReader {
  switch (type.kind) {
    case 'bool':
      return readBool;
    case 'i8':
      return (input) => input.readI8();
    case 'i16':
      return (input) => input.readI16();
    case 'i32':
      return (input) => input.readI32();
    case 'i64':
      return (input) => input.readI64();
    case 'double':
      return (input) => checkDouble(input.readDouble());
    case 'string':
      return (input) => input.readString();
    case 'enum': {
      const { name, nameOf } = type.enum;
      return (input) => {
        const number = input.readI32();
        const member = nameOf.get(number);
        if (member === undefined) throw new ThriftError(`${name} has no value ${number}`);
        return member;
      };
    }
    case 'struct':
      return structReader(type.struct);
    case 'list':
    case 'set':
      return sequenceReader(type.element);
    case 'map':
      return mapReader(type.key, type.value);
  }
}

export function binaryWriter(type: ValueType): BinaryWriter {
  switch (type.kind) {
    case 'bool':
      return (output, value) => {
        if (typeof value !== 'boolean')
          throw new ThriftError(`expected true or false, not ${describe(value)}`);
        output.writeByte(value ? 1 : 0);
      };
    case 'i8':
      return (output, value) => {
        output.writeByte(checkInteger('i8', value) & 0xff);
      };
    case 'i16':
      return (output, value) => {
        output.writeI16(checkInteger('i16', value));
      };
    case 'i32':
      return (output, value) => {
        output.writeI32(checkInteger('i32', value));
      };
    case 'i64':
      return (output, value) => {
        output.writeI64(checkInteger('i64', value));
      };
    case 'double':
      return (output, value) => {
        output.writeDouble(checkDouble(value));
      };
    case 'string':
      return (output, value) => {
        output.writeString(checkText(value));
      };
    case 'enum': {
      const { name, numberOf } = type.enum;
      return (output, value) => {
        const number = numberOf.get(value as string);
        if (number === undefined) throw new ThriftError(`${name} has no value ${describe(value)}`);
        output.writeI32(number);
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

/** Reads one value of a wire type and forgets it. */
export function skipBinary(input: BinaryInput, type: number): void {
  input.enter();
  switch (type) {
    case WIRE_TYPES.bool:
    case WIRE_TYPES.i8:
      input.readByte();
      break;
    case WIRE_TYPES.i16:
      input.readI16();
      break;
    case WIRE_TYPES.i32:
      input.readI32();
      break;
    case WIRE_TYPES.i64:
    case WIRE_TYPES.double:
      input.readDouble();
      break;
    case WIRE_TYPES.string:
      input.readString();
      break;
    case WIRE_TYPES.struct:
      for (let field = input.readByte(); field !== WIRE_TYPES.stop; field = input.readByte()) {
        input.readI16();
        skipBinary(input, field);
      }
      break;
    case WIRE_TYPES.map: {
      const key = input.readByte();
      const value = input.readByte();
      for (let left = input.readCount(2); left > 0; left--) {
        skipBinary(input, key);
        skipBinary(input, value);
      }
      break;
    }
    case WIRE_TYPES.set:
    case WIRE_TYPES.list: {
      const element = input.readByte();
      for (let left = input.readCount(1); left > 0; left--) skipBinary(input, element);
      break;
    }
    default:
      throw new ThriftError(`there is no wire type ${type}`);
  }
  input.leave();
}

function readBool(input: BinaryInput): boolean {
  return input.readByte() !== 0;
}

interface FieldReader {
  readonly name: string;
  readonly type: number;
  readonly read: BinaryReader;
}

const structReaders = new WeakMap<StructType, BinaryReader>();
const structWriters = new WeakMap<StructType, BinaryWriter>();

/** Compiled at first use, which also lets a struct contain itself. */
function structReader(struct: StructType): BinaryReader {
  return (input) => {
    let read = structReaders.get(struct);
    if (!read) {
      read = compileStructReader(struct);
      structReaders.set(struct, read);
    }
    return read(input);
  };
}

function compileStructReader(struct: StructType): BinaryReader {
  const byId = new Map<number, FieldReader>(
    struct.fields.map(({ id, name, type }) => [id, { name, type: wireType(type), read: binaryReader(type) }]),
  );
  const { isUnion, name: structName } = struct;
  return (input) => {
    const value: Record<string, unknown> = {};
    let count = 0;
    input.enter();
    for (let type = input.readByte(); type !== WIRE_TYPES.stop; type = input.readByte()) {
      const id = input.readI16();
      const field = byId.get(id);
      if (!field) {
        skipBinary(input, type);
        continue;
      }
      try {
        if (type !== field.type)
          throw new ThriftError(`expected wire type ${field.type}, the message has ${type}`);
        value[field.name] = field.read(input);
      } catch (error) {
        throw within(error, field.name);
      }
      count++;
    }
    input.leave();
    if (isUnion && count !== 1) throw new ThriftError(unionProblem(structName, count));
    return value;
  };
}

function structWriter(struct: StructType): BinaryWriter {
  return (output, value) => {
    let write = structWriters.get(struct);
    if (!write) {
      write = compileStructWriter(struct);
      structWriters.set(struct, write);
    }
    write(output, value);
  };
}

function compileStructWriter(struct: StructType): BinaryWriter {
  const fields = struct.fields.map(({ id, name, type }) => ({
    id,
    name,
    type: wireType(type),
    write: binaryWriter(type),
  }));
  const { isUnion, name: structName } = struct;
  const writeFields: BinaryWriter = (output, value) => {
    let count = 0;
    for (const field of fields) {
      const item = (value as Record<string, unknown>)[field.name];
      if (item === undefined || item === null) continue;
      output.writeFieldHead(field.type, field.id);
      try {
        field.write(output, item);
      } catch (error) {
        throw within(error, field.name);
      }
      count++;
    }
    if (isUnion && count !== 1) throw new ThriftError(unionProblem(structName, count));
    output.writeByte(WIRE_TYPES.stop);
  };
  const isShared = SHARED_STRUCTS.has(structName);
  return (output, value) => {
    if (typeof value !== 'object' || value === null)
      throw new ThriftError(`expected a ${structName}, not ${describe(value)}`);
    if (isShared) output.writeShared(value, writeFields);
    else writeFields(output, value);
  };
}

/** Structs that many others of a message hold by reference: a job's configuration, an event of tasks that move together. */
export const SHARED_STRUCTS: ReadonlySet<string> = new Set(['TaskConfig', 'TaskEvent']);

/** Why a union with this many known fields set is none. */
export function unionProblem(name: string, count: number): string {
  return count === 0
    ? `the union ${name} has no known field set`
    : `the union ${name} has ${count} fields set`;
}

function sequenceReader(element: ValueType): BinaryReader {
  const type = wireType(element);
  const smallest = smallestSize(element);
  const read = binaryReader(element);
  return (input) => {
    const given = input.readByte();
    const count = input.readCount(smallest);
    const items: unknown[] = [];
    // An empty container's element type is free: some encoders write none.
    if (given !== type && count > 0)
      throw new ThriftError(`expected elements of wire type ${type}, the message has ${given}`);
    for (let index = 0; index < count; index++) {
      try {
        items.push(read(input));
      } catch (error) {
        throw within(error, `[${index}]`);
      }
    }
    return items;
  };
}

function sequenceWriter(element: ValueType): BinaryWriter {
  const type = wireType(element);
  const write = binaryWriter(element);
  return (output, value) => {
    if (!Array.isArray(value)) throw new ThriftError(`expected a list, not ${describe(value)}`);
    output.writeByte(type);
    output.writeI32(value.length);
    const items = value as unknown[];
    const start = output.position;
    for (let index = 0; index < items.length; index++) {
      // The first elements tell how large the rest will be, about.
      if (index === SAMPLE)
        output.expect(((output.position - start) / SAMPLE) * (items.length - SAMPLE) * 1.1);
      try {
        write(output, items[index]);
      } catch (error) {
        throw within(error, `[${index}]`);
      }
    }
  };
}

const SAMPLE = 32;

function mapReader(key: ValueType, value: ValueType): BinaryReader {
  const keyType = wireType(key);
  const valueType = wireType(value);
  const smallest = smallestSize(key) + smallestSize(value);
  const readKey = binaryReader(key);
  const readValue = binaryReader(value);
  return (input) => {
    const givenKey = input.readByte();
    const givenValue = input.readByte();
    const count = input.readCount(smallest);
    if (count > 0 && (givenKey !== keyType || givenValue !== valueType))
      throw new ThriftError(
        `expected a map of wire types ${keyType} and ${valueType}, the message has ${givenKey} and ${givenValue}`,
      );
    const map = new Map<unknown, unknown>();
    for (let left = count; left > 0; left--) map.set(readKey(input), readValue(input));
    return map;
  };
}

function mapWriter(key: ValueType, value: ValueType): BinaryWriter {
  const keyType = wireType(key);
  const valueType = wireType(value);
  const writeKey = binaryWriter(key);
  const writeValue = binaryWriter(value);
  return (output, map) => {
    if (!(map instanceof Map)) throw new ThriftError(`expected a Map, not ${describe(map)}`);
    output.writeByte(keyType);
    output.writeByte(valueType);
    output.writeI32(map.size);
    for (const [itemKey, item] of map as Map<unknown, unknown>) {
      writeKey(output, itemKey);
      try {
        writeValue(output, item);
      } catch (error) {
        throw within(error, `[${String(itemKey)}]`);
      }
    }
  };
}

/** Bytes that a value of this type takes at least. */
function smallestSize(type: ValueType): number {
  const sizes = { bool: 1, i8: 1, i16: 2, i32: 4, enum: 4, i64: 8, double: 8, string: 4, struct: 1 } as const;
  if (type.kind === 'map') return 6;
  return type.kind === 'list' || type.kind === 'set' ? 5 : sizes[type.kind];
}
