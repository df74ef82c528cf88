import { Float, type Runtime, type Value } from '../value.js';
import { Complex } from '../values/complex.js';
import { Tuple } from '../values/tuple.js';

/** Arithmetic when one operand at least is a float. */
export function floatOperation(operator: string, a: number, b: number, runtime: Runtime): Value | undefined {
  switch (operator) {
    case '+':
      return new Float(a + b);
    case '-':
      return new Float(a - b);
    case '*':
      return new Float(a * b);
    case '/':
      if (b === 0) return byZero('float division by zero', runtime);
      return new Float(a / b);
    case '//':
      if (b === 0) return byZero('float divmod()', runtime);
      return new Float(quotientOf(a, b));
    case '%':
      if (b === 0) return byZero('float modulo', runtime);
      return new Float(floatModulo(a, b));
    case '**':
      return power(a, b, runtime);
    default:
      return undefined;
  }
}

export function floatDivmod(a: number, b: number, runtime: Runtime): Value {
  if (b === 0) return byZero('float divmod()', runtime);
  return new Tuple([new Float(quotientOf(a, b)), new Float(floatModulo(a, b))]);
}

/** The remainder has the sign of the divisor. */
export function floatModulo(a: number, b: number): number {
  const remainder = a % b;
  if (remainder === 0) return b < 0 ? -0 : 0;
  return remainder < 0 !== b < 0 ? remainder + b : remainder;
}

function quotientOf(a: number, b: number): number {
  // Step by step as CPython does it, which decides how the result is rounded.
  const remainder = a % b;
  const adjusts = remainder !== 0 && remainder < 0 !== b < 0;
  const quotient = (a - remainder) / b - (adjusts ? 1 : 0);
  if (quotient === 0) return a / b < 0 || Object.is(a / b, -0) ? -0 : 0;
  const whole = Math.floor(quotient);
  return quotient - whole > 0.5 ? whole + 1 : whole;
}

function power(a: number, b: number, runtime: Runtime): Value {
  if (a === 0 && b < 0) {
    return byZero('0.0 cannot be raised to a negative power', runtime);
  }
  if (a < 0 && Number.isFinite(a) && !Number.isInteger(b) && Number.isFinite(b)) {
    if (runtime.python3) return new Complex(a, 0).binary('**', new Float(b), false, runtime) as Value;
    return runtime.raise('ValueError', 'negative number cannot be raised to a fractional power');
  }
  if (a === 1 || b === 0) return new Float(1);
  const result = a ** b;
  if (!Number.isFinite(result) && Number.isFinite(a) && Number.isFinite(b)) {
    return runtime.raise('OverflowError', "(34, 'Numerical result out of range')");
  }
  return new Float(result);
}

function byZero(message: string, runtime: Runtime): never {
  return runtime.raise('ZeroDivisionError', message, { code: 'division-by-zero' });
}
