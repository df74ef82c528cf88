import type { Runtime, Value } from '../value.js';
import { Float } from '../value.js';

/**
 * Ints without bound: plain numbers while they are safe, bigints beyond. No operation here ever gives -0 or
 * a bigint that a number could hold.
 */
export type Integer = number | bigint;

/** The one form of an int. */
export function normalize(value: bigint): Integer {
  return value >= -9007199254740991n && value <= 9007199254740991n ? Number(value) : value;
}

export function add(a: Integer, b: Integer): Integer {
  if (typeof a === 'number' && typeof b === 'number') {
    const sum = a + b;
    if (Number.isSafeInteger(sum)) return sum;
  }
  return normalize(BigInt(a) + BigInt(b));
}

export function subtract(a: Integer, b: Integer): Integer {
  if (typeof a === 'number' && typeof b === 'number') {
    const difference = a - b;
    if (Number.isSafeInteger(difference)) return difference;
  }
  return normalize(BigInt(a) - BigInt(b));
}

export function multiply(a: Integer, b: Integer, runtime: Runtime): Integer {
  if (typeof a === 'number' && typeof b === 'number') {
    const product = a * b;
    if (Number.isSafeInteger(product)) return product + 0;
  }
  charge(bitLength(a) + bitLength(b), runtime);
  return normalize(BigInt(a) * BigInt(b));
}

export function floorDivide(a: Integer, b: Integer, runtime: Runtime): Integer {
  if (b === 0) return divisionByZero(runtime);
  if (typeof a === 'number' && typeof b === 'number') {
    const remainder = a % b;
    const quotient = (a - remainder) / b;
    return (remainder !== 0 && remainder < 0 !== b < 0 ? quotient - 1 : quotient) + 0;
  }
  const [left, right] = [BigInt(a), BigInt(b)];
  const quotient = left / right;
  const rest = left % right;
  return normalize(rest !== 0n && rest < 0n !== right < 0n ? quotient - 1n : quotient);
}

export function modulo(a: Integer, b: Integer, runtime: Runtime): Integer {
  if (b === 0) return divisionByZero(runtime);
  if (typeof a === 'number' && typeof b === 'number') {
    const remainder = a % b;
    return (remainder !== 0 && remainder < 0 !== b < 0 ? remainder + b : remainder) + 0;
  }
  const [left, right] = [BigInt(a), BigInt(b)];
  const rest = left % right;
  return normalize(rest !== 0n && rest < 0n !== right < 0n ? rest + right : rest);
}

export function trueDivide(a: Integer, b: Integer, runtime: Runtime): Value {
  if (b === 0) return runtime.raise('ZeroDivisionError', 'division by zero', { code: 'division-by-zero' });
  if (typeof a === 'number' && typeof b === 'number') return new Float(a / b);
  return new Float(divideBig(BigInt(a), BigInt(b), runtime));
}

/** Charged before it is done: the result has about `bits(a) * b` bits. */
export function power(a: Integer, b: Integer, runtime: Runtime): Value {
  if (b < 0) {
    if (a === 0) {
      return runtime.raise('ZeroDivisionError', '0.0 cannot be raised to a negative power');
    }
    return new Float(Number(a) ** Number(b));
  }
  if (typeof a === 'number' && typeof b === 'number') {
    const result = a ** b;
    if (Number.isSafeInteger(result)) return result + 0;
  }
  if (a === 0 || a === 1) return b === 0 ? 1 : a;
  if (a === -1) return BigInt(b) % 2n === 0n ? 1 : -1;
  charge(bitLength(a) * Number(b), runtime);
  return normalize(BigInt(a) ** BigInt(b));
}

export function shiftLeft(a: Integer, b: Integer, runtime: Runtime): Integer {
  if (b < 0) return runtime.raise('ValueError', 'negative shift count');
  if (a === 0) return 0;
  charge(bitLength(a) + Number(b), runtime);
  return normalize(BigInt(a) << BigInt(b));
}

export function shiftRight(a: Integer, b: Integer, runtime: Runtime): Integer {
  if (b < 0) return runtime.raise('ValueError', 'negative shift count');
  if (Number(b) > bitLength(a)) return a < 0 ? -1 : 0;
  return normalize(BigInt(a) >> BigInt(b));
}

export function bitwise(operator: '&' | '|' | '^', a: Integer, b: Integer): Integer {
  if (typeof a === 'number' && typeof b === 'number' && (a | 0) === a && (b | 0) === b) {
    return operator === '&' ? a & b : operator === '|' ? a | b : a ^ b;
  }
  const [left, right] = [BigInt(a), BigInt(b)];
  return normalize(operator === '&' ? left & right : operator === '|' ? left | right : left ^ right);
}

export function negate(a: Integer): Integer {
  return typeof a === 'number' ? 0 - a : normalize(-a);
}

export function bitLength(value: Integer): number {
  if (typeof value === 'number') return value === 0 ? 0 : Math.floor(Math.log2(Math.abs(value))) + 1;
  return (value < 0n ? -value : value).toString(16).length * 4;
}

/** Python 2's quotient of ints too large for exact doubles: correctly rounded by scaling to 64 bits first. */
function divideBig(a: bigint, b: bigint, runtime: Runtime): number {
  const negative = a < 0n !== b < 0n;
  const [top, bottom] = [a < 0n ? -a : a, b < 0n ? -b : b];
  const shift = Math.max(bitLength(top) - bitLength(bottom) - 66, -1140);
  const scaled = shift >= 0 ? top / (bottom << BigInt(shift)) : (top << BigInt(-shift)) / bottom;
  const exact =
    shift >= 0 ? scaled * (bottom << BigInt(shift)) === top : scaled * bottom === top << BigInt(-shift);
  const quotient = Number(exact ? scaled : scaled | 1n) * 2 ** shift;
  if (!Number.isFinite(quotient)) {
    return runtime.raise('OverflowError', 'long int too large to convert to float');
  }
  return negative ? -quotient : quotient;
}

/** Ints beyond this many bits are refused: nobody means them, and their arithmetic takes seconds. */
const MOST_BITS = 1_000_000;

/** A product of n-bit numbers takes more than n operations: charged as time, too, and before it is done. */
function charge(bits: number, runtime: Runtime): void {
  if (!(bits <= MOST_BITS)) {
    runtime.raise('OverflowError', `integer too large: it would have more than ${MOST_BITS} bits`, {
      code: 'integer-too-large',
    });
  }
  runtime.charge(bits >> 4, bits >> 3);
}

function divisionByZero(runtime: Runtime): never {
  return runtime.raise('ZeroDivisionError', 'integer division or modulo by zero', {
    code: 'division-by-zero',
  });
}
