import { Float, type Value } from '../value.js';
import { plainOf } from '../values/plain-of.js';
import { PySet, FrozenSet } from '../values/set.js';
import { Tuple } from '../values/tuple.js';

/**
 * `hash(value)` of CPython 2.7 on 64 bits, number for number: configs spread jobs over hours and hosts with it. Undefined
 * for what CPython hashes by its address.
 */
export function pythonHash(given: Value): bigint | undefined {
  const value = plainOf(given);
  switch (typeof value) {
    case 'string':
      return hashText(value);
    case 'number':
    case 'bigint':
      return hashInteger(BigInt(value));
    case 'boolean':
      return value ? 1n : 0n;
    default:
      if (value instanceof Float) return hashFloat(value.value);
      if (value instanceof Tuple) return hashTuple(value.items);
      if (value instanceof FrozenSet) return hashSet(value);
      return undefined;
  }
}

/** -1 means failure in C. */
function finished(hash: bigint, instead = -2n): bigint {
  const signed = BigInt.asIntN(64, hash);
  return signed === -1n ? instead : signed;
}

/** CPython multiplies in 64 bits; the same in two halves is far faster than a bigint a character. */
export function hashText(text: string): bigint {
  const characters = Array.from(text, (character) => character.codePointAt(0) ?? 0);
  if (characters.length === 0) return 0n;
  let low = ((characters[0] ?? 0) << 7) >>> 0;
  let high = 0;
  for (const character of characters) {
    const product = low * MULTIPLIER;
    const carry = Math.floor(product / WORD);
    high = (Math.imul(high, MULTIPLIER) + carry) >>> 0;
    low = ((product % WORD) ^ character) >>> 0;
  }
  low = (low ^ characters.length) >>> 0;
  return finished((BigInt(high) << 32n) | BigInt(low));
}

const MULTIPLIER = 1_000_003;
const WORD = 2 ** 32;

/** A small int is itself; a long one folds its digits of 30 bits. */
function hashInteger(value: bigint): bigint {
  if (BigInt.asIntN(64, value) === value && value !== -(2n ** 63n)) return finished(value);
  const size = value < 0n ? -value : value;
  let hash = 0n;
  for (let shift = BigInt(Math.ceil(size.toString(2).length / 30) - 1) * 30n; shift >= 0n; shift -= 30n) {
    const digit = (size >> shift) & 0x3fffffffn;
    hash = BigInt.asUintN(64, (hash << 30n) | (hash >> 34n)) + digit;
    if (hash > MASK) hash = (hash & MASK) + 1n;
  }
  return finished(value < 0n ? -hash : hash);
}

const MASK = 2n ** 64n - 1n;

function hashFloat(value: number): bigint {
  if (Number.isNaN(value)) return 0n;
  if (!Number.isFinite(value)) return value > 0 ? 314159n : -271828n;
  if (Number.isInteger(value)) return hashInteger(BigInt(value));
  let exponent = Math.max(-1023, Math.floor(Math.log2(Math.abs(value))) + 1);
  let fraction = value * 2 ** -exponent;
  while (Math.abs(fraction) < 0.5) {
    fraction *= 2;
    exponent--;
  }
  while (Math.abs(fraction) >= 1) {
    fraction /= 2;
    exponent++;
  }
  const scaled = fraction * 2 ** 31;
  const whole = Math.trunc(scaled);
  return finished(
    BigInt(whole) + BigInt(Math.trunc((scaled - whole) * 2 ** 31)) + BigInt(exponent) * 2n ** 15n,
  );
}

function hashTuple(items: readonly Value[]): bigint | undefined {
  let hash = 0x345678n;
  let multiplier = 1_000_003n;
  for (const [index, item] of items.entries()) {
    const part = pythonHash(item);
    if (part === undefined) return undefined;
    hash = BigInt.asUintN(64, (hash ^ BigInt.asUintN(64, part)) * multiplier);
    multiplier = BigInt.asUintN(64, multiplier + 82_520n + 2n * BigInt(items.length - index - 1));
  }
  return finished(hash + 97_531n);
}

/** The order of the members does not matter. */
function hashSet(set: PySet): bigint | undefined {
  let hash = 1_927_868_237n * BigInt(set.items.size + 1);
  for (const item of set.items.values()) {
    const part = pythonHash(item);
    if (part === undefined) return undefined;
    const bits = BigInt.asUintN(64, part);
    hash = BigInt.asUintN(64, hash ^ ((bits ^ (bits << 16n) ^ 89_869_747n) * 3_644_798_167n));
  }
  return finished(hash * 69_069n + 907_133_923n, 590_923_713n);
}
