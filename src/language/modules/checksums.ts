import { bytesOf } from '../text/characters.js';
import type { Runtime, Value } from '../value.js';
import { toCount, toText } from '../values/index.js';
import { moduleNames } from './names.js';

/** `zlib` and `binascii`: their checksums, with which configs spread jobs. Python 2 gives them as signed numbers. */
export function checksumModule(): ReadonlyMap<string, Value> {
  return moduleNames([
    ['crc32', 'data value?', ([data, start], runtime) => checksum(crc32, data, start, 0, runtime)],
    ['adler32', 'data value?', ([data, start], runtime) => checksum(adler32, data, start, 1, runtime)],
    ['hexlify', 'data', ([data], runtime) => hexOf(bytesIn(data as Value, runtime))],
    ['b2a_hex', 'data', ([data], runtime) => hexOf(bytesIn(data as Value, runtime))],
  ]);
}

type Sum = (bytes: Uint8Array, start: number) => number;

function checksum(
  sum: Sum,
  data: Value | undefined,
  start: Value | undefined,
  initial: number,
  runtime: Runtime,
): number {
  const from = start === undefined ? initial : toCount(start, runtime) >>> 0;
  const result = sum(bytesIn(data as Value, runtime), from);
  return runtime.python3 ? result >>> 0 : result | 0;
}

function bytesIn(data: Value, runtime: Runtime): Uint8Array {
  const text = toText(data, runtime);
  runtime.charge(text.length >> 3, text.length);
  return bytesOf(text);
}

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

const POLYNOMIAL = 0xedb88320;

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ POLYNOMIAL : value >>> 1;
  return value;
});

function crc32(bytes: Uint8Array, start: number): number {
  let sum = ~start;
  for (const byte of bytes) sum = (sum >>> 8) ^ (CRC_TABLE[(sum ^ byte) & 0xff] as number);
  return ~sum;
}

/** The largest prime below 2^16. */
const ADLER_MODULUS = 65_521;

function adler32(bytes: Uint8Array, start: number): number {
  let [low, high] = [start & 0xffff, start >>> 16];
  for (const byte of bytes) {
    low = (low + byte) % ADLER_MODULUS;
    high = (high + low) % ADLER_MODULUS;
  }
  return (high << 16) | low;
}
