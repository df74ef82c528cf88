import { Float, NOT_IMPLEMENTED, PyObject, type Maybe, type Runtime, type Value } from '../value.js';
import { formatPercent } from '../text/percent-format.js';
import { floatOperation } from './float.js';
import { floatOperand, integerOperand } from './number-of.js';
import {
  add,
  bitwise,
  floorDivide,
  modulo,
  multiply,
  power,
  shiftLeft,
  shiftRight,
  subtract,
  trueDivide,
  type Integer,
} from './integer.js';

/** `/` of Python 3, whatever the operands: `from __future__ import division`. */
export type Division = 'true' | 'floor';

/** `a operator b` for any values; `shown` is the operator as an error names it (`+=`). */
export function binaryOperation(
  operator: string,
  a: Value,
  b: Value,
  division: Division,
  runtime: Runtime,
  shown = operator,
): Value {
  const left = integerOperand(a);
  const right = integerOperand(b);
  if (left !== undefined && right !== undefined) {
    const result = integerOperation(operator, left, right, division, runtime);
    if (typeof a === 'boolean' && typeof b === 'boolean' && '&|^'.includes(operator)) return result !== 0;
    if (result !== undefined) return result;
  } else if (typeof a === 'string') {
    const result = textOperation(operator, a, b, right, runtime);
    if (result !== NOT_IMPLEMENTED) return result;
  } else if (typeof b === 'string' && operator === '*' && left !== undefined) {
    return repeatText(b, left, runtime);
  } else {
    const result = floats(operator, a, b, runtime);
    if (result !== undefined) return result;
  }
  return objectOperation(operator, a, b, shown, runtime);
}

function floats(operator: string, a: Value, b: Value, runtime: Runtime): Value | undefined {
  if (!(a instanceof Float) && !(b instanceof Float)) return undefined;
  const left = finiteFloat(a, runtime);
  const right = finiteFloat(b, runtime);
  return left === undefined || right === undefined
    ? undefined
    : floatOperation(operator, left, right, runtime);
}

function finiteFloat(value: Value, runtime: Runtime): number | undefined {
  const float = floatOperand(value);
  if (typeof value === 'bigint' && !Number.isFinite(float)) {
    return runtime.raise('OverflowError', 'long int too large to convert to float');
  }
  return float;
}

function integerOperation(
  operator: string,
  a: Integer,
  b: Integer,
  division: Division,
  runtime: Runtime,
): Value | undefined {
  switch (operator) {
    case '+':
      return add(a, b);
    case '-':
      return subtract(a, b);
    case '*':
      return multiply(a, b, runtime);
    case '/':
      return division === 'true' ? trueDivide(a, b, runtime) : floorDivide(a, b, runtime);
    case '//':
      return floorDivide(a, b, runtime);
    case '%':
      return modulo(a, b, runtime);
    case '**':
      return power(a, b, runtime);
    case '<<':
      return shiftLeft(a, b, runtime);
    case '>>':
      return shiftRight(a, b, runtime);
    case '&':
    case '|':
    case '^':
      return bitwise(operator, a, b);
    default:
      return undefined;
  }
}

function textOperation(
  operator: string,
  a: string,
  b: Value,
  count: Integer | undefined,
  runtime: Runtime,
): Maybe<Value> {
  if (operator === '%') return formatPercent(a, b, runtime);
  if (operator === '*') return count === undefined ? NOT_IMPLEMENTED : repeatText(a, count, runtime);
  if (operator !== '+') return NOT_IMPLEMENTED;
  if (typeof b === 'string') return joinTexts(a, b, runtime);
  if (b instanceof PyObject) {
    const result = b.binary('+', a, true, runtime);
    if (result !== NOT_IMPLEMENTED) return result;
  }
  const name = runtime.typeName(b);
  const suggestion = typeof b === 'object' ? undefined : 'Turn it into text first: str(...).';
  return runtime.raise(
    'TypeError',
    runtime.python3
      ? `can only concatenate str (not "${name}") to str`
      : `cannot concatenate 'str' and '${name}' objects`,
    { suggestion },
  );
}

/** JavaScript shares the parts of a sum of texts, so only the shorter part is new. */
export function joinTexts(a: string, b: string, runtime: Runtime): string {
  runtime.charge(0, Math.min(a.length, b.length));
  return a + b;
}

export function repeatText(text: string, count: Integer, runtime: Runtime): string {
  if (count <= 0 || text === '') return '';
  runtime.charge(1, text.length * Number(count));
  return text.repeat(Number(count));
}

function objectOperation(operator: string, a: Value, b: Value, shown: string, runtime: Runtime): Value {
  if (a instanceof PyObject) {
    const result = a.binary(operator, b, false, runtime);
    if (result !== NOT_IMPLEMENTED) return result;
  }
  if (b instanceof PyObject) {
    const result = b.binary(operator, a, true, runtime);
    if (result !== NOT_IMPLEMENTED) return result;
  }
  return refuse(operator, a, b, shown, runtime);
}

function refuse(operator: string, a: Value, b: Value, shown: string, runtime: Runtime): never {
  const [left, right] = [runtime.typeName(a), runtime.typeName(b)];
  if (operator === '*') {
    const sequences = ['str', 'list', 'tuple'];
    if (sequences.includes(left)) refuseRepeat(right, runtime);
    if (sequences.includes(right)) refuseRepeat(left, runtime);
  }
  const symbol = shown === '**' ? '** or pow()' : shown;
  return runtime.raise('TypeError', `unsupported operand type(s) for ${symbol}: '${left}' and '${right}'`, {
    notes: [`left: ${brief(a, runtime)}`, `right: ${brief(b, runtime)}`],
  });
}

function refuseRepeat(other: string, runtime: Runtime): never {
  return runtime.raise('TypeError', `can't multiply sequence by non-int of type '${other}'`);
}

/** A value as an error message shows it. */
export function brief(value: Value, runtime: Runtime): string {
  const text =
    typeof value === 'object' && value !== null && runtime.typeName(value) === 'function'
      ? 'function'
      : runtime.repr(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
