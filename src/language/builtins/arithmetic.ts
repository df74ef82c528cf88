import { binaryOperation } from '../operators/binary.js';
import { floatOf, integerOf } from '../operators/number-of.js';
import { floatDivmod } from '../operators/float.js';
import { bitLength, floorDivide, modulo, normalize, type Integer } from '../operators/integer.js';
import { textLength } from '../text/characters.js';
import { scaledInteger } from '../text/number-text.js';
import { Float, type Runtime, type Value } from '../value.js';
import { isInstance, special } from '../values/instance.js';
import { Complex, complexOf } from '../values/complex.js';
import { toCount } from '../values/index.js';
import { nativeFunction, type NativeFunction } from '../values/native-function.js';
import { Tuple } from '../values/tuple.js';
import { truncated } from './numbers.js';
import { plainOf } from '../values/plain-of.js';

/** `abs coerce divmod pow round bin oct hex chr unichr ord` */
export const arithmeticFunctions: readonly NativeFunction[] = [
  nativeFunction('abs', '_x', ([value], runtime) => absolute(value as Value, runtime)),
  nativeFunction('divmod', '_x _y', ([a, b], runtime) => divideWithRest(a as Value, b as Value, runtime)),
  nativeFunction('pow', '_x _y _z?', ([a, b, m], runtime) =>
    power(a as Value, b as Value, m ?? null, runtime),
  ),
  nativeFunction('round', 'number ndigits?', ([value, digits], runtime) =>
    round(value as Value, digits ?? null, runtime),
  ),
  nativeFunction('bin', '_x', ([value], runtime) => inBase(value as Value, 2, '0b', runtime)),
  nativeFunction('oct', '_x', ([value], runtime) =>
    inBase(value as Value, 8, runtime.python3 ? '0o' : '0', runtime),
  ),
  nativeFunction('hex', '_x', ([value], runtime) => inBase(value as Value, 16, '0x', runtime)),
  nativeFunction('chr', '_i', ([code], runtime) => character(code as Value, runtime)),
  nativeFunction('coerce', '_x _y', ([x, y], runtime) => coerce(x as Value, y as Value, runtime)),
  nativeFunction('unichr', '_i', ([code], runtime) => character(code as Value, runtime)),
  nativeFunction('ord', '_c', ([text], runtime) => codeOf(text as Value, runtime)),
];

/** Python 2: both numbers in the type that an operation between them would use. */
function coerce(first: Value, second: Value, runtime: Runtime): Value {
  const [a, b] = [plainOf(first), plainOf(second)];
  const [x, y] = [complexOf(a), complexOf(b)];
  if (x && y && (a instanceof Complex || b instanceof Complex)) return new Tuple([x, y]);
  const [left, right] = [floatOf(a), floatOf(b)];
  if (left === undefined || right === undefined) return runtime.raise('TypeError', 'number coercion failed');
  const inFloats = a instanceof Float || b instanceof Float;
  return new Tuple(inFloats ? [new Float(left), new Float(right)] : [a, b]);
}

function absolute(given: Value, runtime: Runtime): Value {
  const value = plainUnless('__abs__', given);
  const integer = integerOf(value);
  if (integer !== undefined) return integer < 0 ? normalize(-BigInt(integer)) : integer;
  if (value instanceof Float) return new Float(Math.abs(value.value));
  if (value instanceof Complex) return new Float(Math.hypot(value.re, value.im));
  const own = isInstance(value) ? special(value, '__abs__', [], runtime) : undefined;
  return own ?? runtime.raise('TypeError', `bad operand type for abs(): '${runtime.typeName(value)}'`);
}

/** The plain number of an instance of a class that extends a number, unless the class has its own way. */
function plainUnless(method: string, given: Value): Value {
  return isInstance(given) && given.cls.lookup(method) !== undefined ? given : plainOf(given);
}

function divideWithRest(first: Value, second: Value, runtime: Runtime): Value {
  const [a, b] = [plainOf(first), plainOf(second)];
  const [left, right] = [integerOf(a), integerOf(b)];
  if (left !== undefined && right !== undefined) {
    return new Tuple([floorDivide(left, right, runtime), modulo(left, right, runtime)]);
  }
  const [x, y] = [floatOf(a), floatOf(b)];
  if (x !== undefined && y !== undefined) return floatDivmod(x, y, runtime);
  return runtime.raise(
    'TypeError',
    `unsupported operand type(s) for divmod(): '${runtime.typeName(a)}' and '${runtime.typeName(b)}'`,
  );
}

function power(a: Value, b: Value, modulus: Value, runtime: Runtime): Value {
  if (modulus === null) return binaryOperation('**', a, b, 'floor', runtime);
  const [base, exponent, divisor] = [
    integerOf(plainOf(a)),
    integerOf(plainOf(b)),
    integerOf(plainOf(modulus)),
  ];
  if (base === undefined || exponent === undefined || divisor === undefined) {
    return runtime.raise('TypeError', 'pow() 3rd argument not allowed unless all arguments are integers');
  }
  if (divisor === 0) return runtime.raise('ValueError', 'pow() 3rd argument cannot be 0');
  if (exponent < 0)
    return runtime.raise('TypeError', 'pow() 2nd argument cannot be negative when 3rd argument specified');
  return modularPower(BigInt(base), BigInt(exponent), BigInt(divisor), runtime);
}

function modularPower(base: bigint, exponent: bigint, divisor: bigint, runtime: Runtime): Integer {
  const cost = Math.ceil(bitLength(divisor) / 16) + 1;
  let result = 1n;
  let factor = base % divisor;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    runtime.charge(cost, 0);
    if ((rest & 1n) === 1n) result = (result * factor) % divisor;
    factor = (factor * factor) % divisor;
  }
  return modulo(normalize(result), normalize(divisor), runtime);
}

/** Python 2 rounds halves away from zero and gives a float; Python 3 to even, and an int without digits. */
function round(given: Value, digits: Value, runtime: Runtime): Value {
  const value = plainUnless('__round__', given);
  const integer = integerOf(value);
  const places = digits === null ? 0 : toCount(digits, runtime);
  if (runtime.python3 && integer !== undefined) return places >= 0 ? integer : roundInteger(integer, -places);
  const number = floatOf(value);
  if (number === undefined) {
    const own = isInstance(value)
      ? special(value, '__round__', digits === null ? [] : [digits], runtime)
      : undefined;
    if (own !== undefined) return own;
    return runtime.raise(
      'TypeError',
      runtime.python3
        ? `type ${runtime.typeName(value)} doesn't define __round__ method`
        : 'a float is required',
    );
  }
  const rounded = roundFloat(number, places, !runtime.python3);
  return runtime.python3 && digits === null ? truncated(rounded, runtime) : new Float(rounded);
}

/** Exact on the binary value: 2.675 to two places is 2.67. */
function roundFloat(value: number, places: number, halfUp: boolean): number {
  if (!Number.isFinite(value) || places > 323) return value;
  if (places < -308) return 0 * value;
  const scaled = scaledInteger(Math.abs(value), places, halfUp);
  const magnitude = Number(`${scaled}e${-places}`);
  return value < 0 || Object.is(value, -0) ? -magnitude : magnitude;
}

function roundInteger(value: Integer, zeros: number): Integer {
  if (zeros > 400) return 0;
  const unit = 10n ** BigInt(zeros);
  const big = BigInt(value);
  const rest = ((big % unit) + unit) % unit;
  const down = big - rest;
  const up = rest * 2n > unit || (rest * 2n === unit && (down / unit) % 2n !== 0n);
  return normalize(up ? down + unit : down);
}

function inBase(given: Value, base: number, prefix: string, runtime: Runtime): Value {
  const value = plainUnless('__index__', given);
  const integer =
    integerOf(value) ??
    (isInstance(value) ? integerOf(special(value, '__index__', [], runtime) ?? null) : undefined);
  if (integer === undefined) {
    return runtime.raise(
      'TypeError',
      `'${runtime.typeName(value)}' object cannot be interpreted as an index`,
    );
  }
  const digits = (integer < 0 ? -integer : integer).toString(base);
  const shown = base === 8 && prefix === '0' && digits === '0' ? '' : prefix;
  return `${integer < 0 ? '-' : ''}${shown}${digits}`;
}

function character(value: Value, runtime: Runtime): Value {
  const code = toCount(value, runtime);
  if (code < 0 || code > 0x10ffff) return runtime.raise('ValueError', 'chr() arg not in range(0x110000)');
  return String.fromCodePoint(code);
}

function codeOf(given: Value, runtime: Runtime): Value {
  const value = plainOf(given);
  if (typeof value !== 'string') {
    return runtime.raise(
      'TypeError',
      `ord() expected string of length 1, but ${runtime.typeName(value)} found`,
    );
  }
  const length = textLength(value);
  if (length !== 1) {
    return runtime.raise('TypeError', `ord() expected a character, but string of length ${length} found`);
  }
  return value.codePointAt(0) ?? 0;
}
