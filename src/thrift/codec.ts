import { BinaryInput, BinaryOutput, NO_LIMITS, type DecodeLimits } from './binary-buffer.js';
import { binaryReader, binaryWriter } from './binary-protocol.js';
import type { Schema, StructType, ValueType } from './schema.js';
import { ThriftError } from './thrift-error.js';

/** The named struct or union as a type for the walkers. */
export function structNamed(schema: Schema, name: string): ValueType & { readonly struct: StructType } {
  const struct = schema.structs.get(name);
  if (!struct) throw new Error(`the schema has no struct ${name}`);
  return { kind: 'struct', struct };
}

/** One struct in binary form, without an envelope, as checkpoints and files hold it. */
export function encodeStruct(type: ValueType, value: unknown): Buffer {
  const output = new BinaryOutput();
  binaryWriter(type)(output, value);
  return output.finish();
}

/** The struct that `bytes` begin with; bytes after it are refused. */
export function decodeStruct(type: ValueType, bytes: Uint8Array, limits: DecodeLimits = NO_LIMITS): unknown {
  const input = new BinaryInput(bytes, limits);
  const value = binaryReader(type)(input);
  if (input.position < bytes.length)
    throw new ThriftError(`${bytes.length - input.position} bytes follow the end of the struct`);
  return value;
}
