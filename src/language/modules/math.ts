import { floatOf, integerOf } from '../operators/number-of.js';
import { multiply, normalize, type Integer } from '../operators/integer.js';
import { truncated } from '../builtins/numbers.js';
import type { Evaluator } from '../interpreter.js';
import { Float, type Runtime, type Value } from '../value.js';
import { isInstance, special } from '../values/instance.js';
import type { NativeBody } from '../values/native-function.js';
import { Tuple } from '../values/tuple.js';
import { moduleNames } from './names.js';

/** `math`; `ceil` and `floor` give floats in Python 2 and ints in Python 3. */
export function mathModule(_runtime: Evaluator): ReadonlyMap<string, Value> {
  return moduleNames(
    [
      ...ONE_ARGUMENT.map(([name, body]) => [name, '_x', one(name, body)] as const),
      ...TWO_ARGUMENTS.map(([name, body]) => [name, '_x _y', two(body)] as const),
      ['ceil', '_x', ([x], runtime) => toWhole(Math.ceil(real(x, runtime)), runtime)],
      ['floor', '_x', ([x], runtime) => toWhole(Math.floor(real(x, runtime)), runtime)],
      ['trunc', '_x', ([x], runtime) => truncated(real(x, runtime), runtime)],
      ['log', '_x _base?', logarithm],
      ['isnan', '_x', ([x], runtime) => Number.isNaN(real(x, runtime))],
      ['isinf', '_x', ([x], runtime) => Math.abs(real(x, runtime)) === Infinity],
      ['isfinite', '_x', ([x], runtime) => Number.isFinite(real(x, runtime))],
      ['modf', '_x', ([x], runtime) => parts(real(x, runtime))],
      ['fsum', '_iterable', ([values], runtime) => new Float(exactSum(values as Value, runtime))],
      ['factorial', '_x', ([x], runtime) => factorial(x as Value, runtime)],
      ['gcd', '_a _b', ([a, b], runtime) => greatestDivisor(whole(a, runtime), whole(b, runtime), runtime)],
      ['ldexp', '_x _i', ([x, i], runtime) => new Float(real(x, runtime) * 2 ** real(i, runtime))],
    ],
    [
      ['pi', new Float(Math.PI)],
      ['e', new Float(Math.E)],
      ['inf', new Float(Infinity)],
      ['nan', new Float(NaN)],
    ],
  );
}

const ONE_ARGUMENT: ReadonlyArray<readonly [name: string, body: (x: number) => number]> = [
  ['sqrt', Math.sqrt],
  ['exp', Math.exp],
  ['expm1', Math.expm1],
  ['log10', Math.log10],
  ['log2', Math.log2],
  ['log1p', Math.log1p],
  ['sin', Math.sin],
  ['cos', Math.cos],
  ['tan', Math.tan],
  ['asin', Math.asin],
  ['acos', Math.acos],
  ['atan', Math.atan],
  ['sinh', Math.sinh],
  ['cosh', Math.cosh],
  ['tanh', Math.tanh],
  ['fabs', Math.abs],
  ['degrees', (x) => (x * 180) / Math.PI],
  ['radians', (x) => (x * Math.PI) / 180],
];

const TWO_ARGUMENTS: ReadonlyArray<readonly [name: string, body: (x: number, y: number) => number]> = [
  ['pow', (x, y) => x ** y],
  ['atan2', Math.atan2],
  ['hypot', Math.hypot],
  ['fmod', (x, y) => x % y],
  ['copysign', (x, y) => (y < 0 || Object.is(y, -0) ? -Math.abs(x) : Math.abs(x))],
];

function one(name: string, body: (x: number) => number): NativeBody {
  return ([x], runtime) => {
    const value = real(x, runtime);
    const result = body(value);
    if (Number.isNaN(result) && !Number.isNaN(value)) return domain(runtime);
    if (!Number.isFinite(result) && Number.isFinite(value)) {
      return name.startsWith('log') ? domain(runtime) : runtime.raise('OverflowError', 'math range error');
    }
    return new Float(result);
  };
}

function two(body: (x: number, y: number) => number): NativeBody {
  return ([x, y], runtime) => {
    const [left, right] = [real(x, runtime), real(y, runtime)];
    const result = body(left, right);
    if (Number.isNaN(result) && !Number.isNaN(left) && !Number.isNaN(right)) return domain(runtime);
    if (!Number.isFinite(result) && Number.isFinite(left) && Number.isFinite(right)) {
      return runtime.raise('OverflowError', 'math range error');
    }
    return new Float(result);
  };
}

function domain(runtime: Runtime): never {
  return runtime.raise('ValueError', 'math domain error');
}

function real(value: Value | undefined, runtime: Runtime): number {
  const given = value ?? null;
  const number =
    floatOf(given) ??
    (isInstance(given) ? floatOf(special(given, '__float__', [], runtime) ?? null) : undefined);
  if (number === undefined)
    return runtime.raise(
      'TypeError',
      runtime.python3 ? `must be real number, not ${runtime.typeName(given)}` : 'a float is required',
    );
  return number;
}

function whole(value: Value | undefined, runtime: Runtime): Integer {
  const integer = integerOf(value ?? null);
  return integer ?? runtime.raise('TypeError', 'an integer is required');
}

function toWhole(value: number, runtime: Runtime): Value {
  return runtime.python3 ? truncated(value, runtime) : new Float(value);
}

function logarithm([x, base]: readonly Value[], runtime: Runtime): Value {
  const value = bigLog(x as Value, runtime);
  if (base === undefined) return new Float(value);
  const divisor = bigLog(base, runtime);
  if (divisor === 0) return runtime.raise('ZeroDivisionError', 'float division by zero');
  return new Float(value / divisor);
}

function bigLog(x: Value, runtime: Runtime): number {
  if (typeof x === 'bigint' && x > 0n) {
    const digits = x.toString(16);
    return (
      Math.log(Number.parseInt(digits.slice(0, 13), 16)) +
      (digits.length - Math.min(13, digits.length)) * Math.log(16)
    );
  }
  const value = real(x, runtime);
  return value > 0 ? Math.log(value) : Number.isNaN(value) ? NaN : domain(runtime);
}

function parts(value: number): Value {
  const integral = Math.trunc(value);
  const fraction = Number.isFinite(value) ? value - integral : 0;
  return new Tuple([new Float(fraction), new Float(integral)]);
}

/** Shewchuk's sum: no error gathers. */
function exactSum(values: Value, runtime: Runtime): number {
  let partials: number[] = [];
  for (const item of runtime.iterate(values)) {
    runtime.charge(1, 0);
    let x = real(item, runtime);
    const next: number[] = [];
    for (let y of partials) {
      if (Math.abs(x) < Math.abs(y)) [x, y] = [y, x];
      const high = x + y;
      const low = y - (high - x);
      if (low !== 0) next.push(low);
      x = high;
    }
    partials = [...next, x];
  }
  return partials.reduce((total, part) => total + part, 0);
}

function factorial(value: Value, runtime: Runtime): Value {
  const count = whole(value instanceof Float && Number.isInteger(value.value) ? value.value : value, runtime);
  if (count < 0) return runtime.raise('ValueError', 'factorial() not defined for negative values');
  let result: Integer = 1;
  for (let i = 2; i <= count; i++) {
    runtime.charge(1, 0);
    result = multiply(result, i, runtime);
  }
  return result;
}

function greatestDivisor(a: Integer, b: Integer, runtime: Runtime): Value {
  let [x, y] = [BigInt(a), BigInt(b)];
  while (y !== 0n) {
    runtime.charge(1, 0);
    [x, y] = [y, x % y];
  }
  return normalize(x < 0n ? -x : x);
}
