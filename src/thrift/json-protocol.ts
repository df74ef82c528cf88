import { unionProblem } from './binary-protocol.js';
import { JSON_TAGS } from './json-writer.js';
import { checkDouble, checkInteger, checkText } from './check-value.js';
import type { StructType, ValueType } from './schema.js';
import { describe, ThriftError, within } from './thrift-error.js';

/**
 * Thrift's JSON protocol, as the original's browser client speaks it: a struct is an object of field ids,
 * each value an object with its type tag as the only key (`{"1":{"str":"www-data"}}`), a list
 * `["str",2,"a","b"]`, a map `["str","i32",1,{"http":80}]`. Reading walks the parsed JSON along the schema,
 * so what the schema does not name is never looked at, however deep it is. `json-writer` is the other way.
 */
export function readJsonProtocol(type: ValueType, value: unknown): unknown {
  switch (type.kind) {
    case 'bool':
      if (value !== 0 && value !== 1 && typeof value !== 'boolean')
        throw new ThriftError(`expected 0 or 1, not ${describe(value)}`);
      return Boolean(value);
    case 'i8':
    case 'i16':
    case 'i32':
    case 'i64':
      return checkInteger(type.kind, value);
    case 'double':
      return checkDouble(value);
    case 'string':
      return checkText(value);
    case 'enum': {
      const member = typeof value === 'number' ? type.enum.nameOf.get(value) : undefined;
      if (member === undefined) throw new ThriftError(`${type.enum.name} has no value ${describe(value)}`);
      return member;
    }
    case 'struct':
      return readStruct(type.struct, value);
    case 'list':
    case 'set':
      return readSequence(type.element, value);
    case 'map':
      return readMap(type.key, type.value, value);
  }
}

function readStruct(struct: StructType, value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new ThriftError(`expected the fields of a ${struct.name}, not ${describe(value)}`);
  const result: Record<string, unknown> = {};
  let count = 0;
  for (const field of struct.fields) {
    const key = String(field.id);
    if (!Object.hasOwn(value, key)) continue;
    try {
      const tagged = (value as Record<string, unknown>)[key];
      result[field.name] = readJsonProtocol(field.type, untag(JSON_TAGS[field.type.kind], tagged));
    } catch (error) {
      throw within(error, field.name);
    }
    count++;
  }
  if (struct.isUnion && count !== 1) throw new ThriftError(unionProblem(struct.name, count));
  return result;
}

function untag(tag: string, tagged: unknown): unknown {
  if (typeof tagged !== 'object' || tagged === null || !Object.hasOwn(tagged, tag))
    throw new ThriftError(`expected an object with the type tag "${tag}", not ${describe(tagged)}`);
  return (tagged as Record<string, unknown>)[tag];
}

function readSequence(element: ValueType, value: unknown): unknown[] {
  if (!Array.isArray(value)) throw new ThriftError(`expected a list, not ${describe(value)}`);
  const [tag, count, ...items] = value as unknown[];
  if (count !== items.length)
    throw new ThriftError(`${describe(count)} elements are announced, ${items.length} follow`);
  if (items.length > 0 && tag !== JSON_TAGS[element.kind])
    throw new ThriftError(`expected elements of type "${JSON_TAGS[element.kind]}", not ${describe(tag)}`);
  return items.map((item, index) => {
    try {
      return readJsonProtocol(element, item);
    } catch (error) {
      throw within(error, `[${index}]`);
    }
  });
}

function readMap(key: ValueType, element: ValueType, value: unknown): Map<unknown, unknown> {
  if (!Array.isArray(value) || value.length !== 4)
    throw new ThriftError(`expected a map's four parts, not ${describe(value)}`);
  const [keyTag, valueTag, count, entries] = value as unknown[];
  if (typeof entries !== 'object' || entries === null || Array.isArray(entries))
    throw new ThriftError(`expected the entries of a map, not ${describe(entries)}`);
  const pairs = Object.entries(entries);
  if (count !== pairs.length)
    throw new ThriftError(`${describe(count)} entries are announced, ${pairs.length} follow`);
  if (pairs.length > 0 && (keyTag !== JSON_TAGS[key.kind] || valueTag !== JSON_TAGS[element.kind]))
    throw new ThriftError(`expected a map of "${JSON_TAGS[key.kind]}" and "${JSON_TAGS[element.kind]}"`);
  return new Map(
    pairs.map(([name, item]) => {
      try {
        return [readKey(key, name), readJsonProtocol(element, item)];
      } catch (error) {
        throw within(error, `[${name}]`);
      }
    }),
  );
}

/** JSON has only text keys: a number stands there in quotes. */
function readKey(type: ValueType, name: string): unknown {
  return readJsonProtocol(type, type.kind === 'string' ? name : Number(name));
}
