import fc from 'fast-check';
import type { ValueType } from '../../src/thrift/schema.js';
import { INTEGER_RANGES } from '../../src/thrift/schema.js';

/** Any value of a type; structs that contain themselves end after `depth` levels. */
export function anyValue(type: ValueType, depth: number): fc.Arbitrary<unknown> {
  switch (type.kind) {
    case 'bool':
      return fc.boolean();
    case 'i8':
    case 'i16':
    case 'i32':
    case 'i64': {
      const [min, max] = INTEGER_RANGES[type.kind];
      return fc.integer({ min, max });
    }
    case 'double':
      // JSON has no minus zero: it is compared as zero.
      return fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number + 0);
    case 'string':
      return fc.string({ unit: 'binary', maxLength: 12 });
    case 'enum':
      return fc.constantFrom(...type.enum.numberOf.keys());
    case 'list':
    case 'set':
      return fc.array(anyValue(type.element, depth - 1), { maxLength: depth <= 0 ? 0 : 3 });
    case 'map':
      return fc
        .array(fc.tuple(anyValue(type.key, depth - 1), anyValue(type.value, depth - 1)), { maxLength: 3 })
        .map((pairs) => new Map(pairs));
    case 'struct': {
      const fields = type.struct.fields.filter((field) => depth > 0 || !isDeep(field.type));
      const entries = fields.map((field) => [field.name, anyValue(field.type, depth - 1)] as const);
      if (type.struct.isUnion)
        return fc.oneof(...entries.map(([name, value]) => value.map((item) => ({ [name]: item }))));
      return fc.record(Object.fromEntries(entries), { requiredKeys: [], noNullPrototype: true });
    }
  }
}

function isDeep(type: ValueType): boolean {
  return type.kind === 'list' || type.kind === 'set' || (type.kind === 'struct' && !type.struct.isUnion);
}
