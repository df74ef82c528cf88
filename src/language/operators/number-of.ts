import { Float, type Value } from '../value.js';
import { plainOf } from '../values/plain-of.js';
import type { Integer } from './integer.js';

/** The int that a value is, also as an object of a class that extends `int`. */
export function integerOf(value: Value): Integer | undefined {
  return integerOperand(plainOf(value));
}

/** As `integerOf`, without such objects: their classes may have operators of their own. */
export function integerOperand(value: Value): Integer | undefined {
  if (typeof value === 'number' || typeof value === 'bigint') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  return undefined;
}

/** The number that a value is, also as an object of a class that extends `int` or `float`. */
export function floatOf(value: Value): number | undefined {
  return floatOperand(plainOf(value));
}

/** As `floatOf`, without such objects. */
export function floatOperand(value: Value): number | undefined {
  if (value instanceof Float) return value.value;
  const integer = integerOperand(value);
  return integer === undefined ? undefined : Number(integer);
}
