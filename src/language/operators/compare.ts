import { Float, NOT_IMPLEMENTED, PyObject, type RichOperator, type Runtime, type Value } from '../value.js';
import { identityOf } from '../values/composite-key.js';
import { integerOperand } from './number-of.js';

/** `a == b` */
export function equalValues(a: Value, b: Value, runtime: Runtime): boolean {
  if (a === b) return !(a instanceof Float) || !Number.isNaN(a.value);
  if (a === null || b === null)
    return a instanceof PyObject ? a.equals(b, runtime) : b instanceof PyObject && b.equals(a, runtime);
  if (typeof a === 'object') {
    if (a instanceof Float) return typeof b !== 'string' && equalNumbers(a, b, runtime);
    if (b instanceof Float) return a.equals(b, runtime);
    // Two answers are asked for: a subclass of the right operand may know more.
    return (
      a.equals(b, runtime) || (typeof b === 'object' && b.typeName() !== a.typeName() && b.equals(a, runtime))
    );
  }
  if (typeof b === 'object')
    return b instanceof Float ? typeof a !== 'string' && equalNumbers(a, b, runtime) : b.equals(a, runtime);
  if (typeof a === 'string' || typeof b === 'string') return false;
  return integerOperand(a) === integerOperand(b);
}

function equalNumbers(a: Value, b: Value, runtime: Runtime): boolean {
  const order = compareNumbers(a, b);
  if (order !== undefined) return order === 0;
  return b instanceof PyObject && b.equals(a, runtime);
}

/** The result of `a < b` and the like: a bool, unless a class of the program answers with something else. */
export function richComparison(operator: RichOperator, a: Value, b: Value, runtime: Runtime): Value {
  if (a instanceof PyObject) {
    const result = a.richCompare(operator, b, runtime);
    if (result !== NOT_IMPLEMENTED) return result;
  }
  if (b instanceof PyObject) {
    const result = b.richCompare(MIRROR[operator], a, runtime);
    if (result !== NOT_IMPLEMENTED) return result;
  }
  if (operator === '==') return equalValues(a, b, runtime);
  if (operator === '!=') return !equalValues(a, b, runtime);
  return holds(operator, orderValues(a, b, operator, runtime));
}

const MIRROR: Readonly<Record<RichOperator, RichOperator>> = {
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
  '==': '==',
  '!=': '!=',
};

/** False for every operator when the order is NaN, as comparisons with NaN are. */
function holds(operator: RichOperator, order: number): boolean {
  switch (operator) {
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    default:
      return order >= 0;
  }
}

/** For sorting: a class with `__lt__` is asked through it. */
export function compareValues(a: Value, b: Value, runtime: Runtime): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a === 'string' && typeof b === 'string') return compareTexts(a, b);
  if (a instanceof PyObject || b instanceof PyObject) {
    const less = lessThan(a, b, runtime);
    if (less !== undefined) return less ? -1 : lessThan(b, a, runtime) === true ? 1 : 0;
  }
  return orderValues(a, b, '<', runtime);
}

function lessThan(a: Value, b: Value, runtime: Runtime): boolean | undefined {
  const direct = a instanceof PyObject ? a.richCompare('<', b, runtime) : NOT_IMPLEMENTED;
  if (direct !== NOT_IMPLEMENTED) return runtime.truthy(direct);
  const mirrored = b instanceof PyObject ? b.richCompare('>', a, runtime) : NOT_IMPLEMENTED;
  return mirrored === NOT_IMPLEMENTED ? undefined : runtime.truthy(mirrored);
}

function orderValues(a: Value, b: Value, operator: string, runtime: Runtime): number {
  const numbers = compareNumbers(a, b);
  if (numbers !== undefined) return numbers;
  if (typeof a === 'string' && typeof b === 'string') return compareTexts(a, b);
  if (a instanceof PyObject) {
    const order = a.compare(b, runtime);
    if (order !== NOT_IMPLEMENTED) return order;
  }
  if (b instanceof PyObject) {
    const order = b.compare(a, runtime);
    if (order !== NOT_IMPLEMENTED) return -order;
  }
  if (runtime.python3) {
    return runtime.raise(
      'TypeError',
      `'${operator}' not supported between instances of '${runtime.typeName(a)}' and '${runtime.typeName(b)}'`,
    );
  }
  return arbitraryOrder(a, b, runtime);
}

/** Python 2: None before numbers before everything else by the name of its type, then by identity. */
function arbitraryOrder(a: Value, b: Value, runtime: Runtime): number {
  if (a === b) return 0;
  if (a === null || b === null) return a === null ? -1 : 1;
  const [left, right] = [orderName(a, runtime), orderName(b, runtime)];
  if (left !== right) return left < right ? -1 : 1;
  return identityOf(a as object) - identityOf(b as object);
}

function orderName(value: Value, runtime: Runtime): string {
  return integerOperand(value) !== undefined || value instanceof Float ? '' : runtime.typeName(value);
}

/** By code point, as Python orders text; UTF-16 units differ only beyond the basic plane. */
export function compareTexts(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  let i = 0;
  while (i < length && a.charCodeAt(i) === b.charCodeAt(i)) i++;
  if (i === length) return a.length - b.length;
  const [left, right] = [a.charCodeAt(i), b.charCodeAt(i)];
  const [leftHigh, rightHigh] = [left >= 0xd800 && left < 0xe000, right >= 0xd800 && right < 0xe000];
  return leftHigh === rightHigh ? left - right : leftHigh ? 1 : -1;
}

/** Exact even between a float and an int beyond 2^53; undefined when one is no number. */
export function compareNumbers(a: Value, b: Value): number | undefined {
  const left = numberOf(a);
  const right = numberOf(b);
  if (left === undefined || right === undefined) return undefined;
  if (left < right) return -1;
  return left > right ? 1 : left == right ? 0 : NaN;
}

function numberOf(value: Value): number | bigint | undefined {
  return value instanceof Float ? value.value : integerOperand(value);
}
