import { normalize, type Integer } from '../operators/integer.js';
import { integerOf } from '../operators/number-of.js';
import { parseFloatText, parseInteger } from '../text/parse-number.js';
import { Float, NO_KEYWORDS, PyObject, type Runtime, type Value } from '../value.js';
import { isInstance, special } from '../values/instance.js';
import { toCount } from '../values/index.js';
import { plainOf } from '../values/plain-of.js';
import { Scalar } from '../values/scalar.js';

/** `int(x=0, base=10)` */
export function toInt([value = 0, base]: readonly Value[], runtime: Runtime): Value {
  if (base !== undefined) return fromText(plainOf(value), toCount(base, runtime), runtime);
  if (value instanceof Scalar) return converted(value, '__int__', runtime) ?? toInt([value.plain], runtime);
  const integer = integerOf(value);
  if (integer !== undefined) return integer;
  if (value instanceof Float) return truncated(value.value, runtime);
  if (typeof value === 'string') return fromText(value, 10, runtime);
  const own = converted(value, '__int__', runtime) ?? converted(value, '__index__', runtime);
  if (own !== undefined) return own;
  return runtime.raise(
    'TypeError',
    runtime.python3
      ? `int() argument must be a string, a bytes-like object or a real number, not '${runtime.typeName(value)}'`
      : `int() argument must be a string or a number, not '${runtime.typeName(value)}'`,
  );
}

function fromText(value: Value, base: number, runtime: Runtime): Integer {
  if (typeof value !== 'string') {
    return runtime.raise('TypeError', "int() can't convert non-string with explicit base");
  }
  if (base !== 0 && (base < 2 || base > 36)) {
    return runtime.raise('ValueError', 'int() base must be >= 2 and <= 36');
  }
  if (value.length > 300_000)
    return runtime.raise('ValueError', 'int() got a text of more than 300,000 digits');
  runtime.charge(value.length >> 2, value.length);
  const integer = parseInteger(value, base);
  if (integer !== undefined) return integer;
  return runtime.raise('ValueError', `invalid literal for int() with base ${base}: ${runtime.repr(value)}`);
}

/** A float without its fraction. */
export function truncated(value: number, runtime: Runtime): Integer {
  if (Number.isNaN(value)) return runtime.raise('ValueError', 'cannot convert float NaN to integer');
  if (!Number.isFinite(value))
    return runtime.raise('OverflowError', 'cannot convert float infinity to integer');
  const whole = Math.trunc(value);
  return Number.isSafeInteger(whole) ? whole + 0 : normalize(BigInt(whole));
}

/** `float(x=0.0)` */
export function toFloat([value = 0]: readonly Value[], runtime: Runtime): Value {
  if (value instanceof Float) return value;
  if (value instanceof Scalar)
    return converted(value, '__float__', runtime) ?? toFloat([value.plain], runtime);
  const integer = integerOf(value);
  if (integer !== undefined) {
    const number = Number(integer);
    return Number.isFinite(number)
      ? new Float(number)
      : runtime.raise('OverflowError', 'int too large to convert to float');
  }
  if (typeof value === 'string') {
    const number = parseFloatText(value);
    if (number !== undefined) return new Float(number);
    return runtime.raise(
      'ValueError',
      runtime.python3
        ? `could not convert string to float: ${runtime.repr(value)}`
        : `could not convert string to float: ${value.trim() === '' ? '' : value}`.trimEnd(),
    );
  }
  const own = converted(value, '__float__', runtime);
  if (own !== undefined) return own;
  return runtime.raise(
    'TypeError',
    `float() argument must be a string or a number, not '${runtime.typeName(value)}'`,
  );
}

/** What the object's own conversion gives: a class of the program, or a type that a host module brings. */
function converted(value: Value, method: string, runtime: Runtime): Value | undefined {
  if (isInstance(value)) return special(value, method, [], runtime);
  const callee = value instanceof PyObject ? value.getAttribute(method, runtime) : undefined;
  return callee === undefined ? undefined : runtime.call(callee, [], NO_KEYWORDS, runtime.site());
}
