import { Float, NOT_IMPLEMENTED, PyObject, type Runtime, type Value } from '../value.js';
import { integerOperand } from './number-of.js';
import { negate, normalize } from './integer.js';

/** `-a`, `+a`, `~a` */
export function unaryOperation(operator: string, value: Value, runtime: Runtime): Value {
  const integer = integerOperand(value);
  if (integer !== undefined) {
    if (operator === '+') return integer;
    if (operator === '-') return negate(integer);
    return typeof integer === 'number' ? -1 - integer : normalize(-1n - integer);
  }
  if (value instanceof Float && operator !== '~')
    return new Float(operator === '-' ? -value.value : value.value);
  if (value instanceof PyObject) {
    const result = value.unary(operator, runtime);
    if (result !== NOT_IMPLEMENTED) return result;
  }
  return runtime.raise('TypeError', `bad operand type for unary ${operator}: '${runtime.typeName(value)}'`);
}
