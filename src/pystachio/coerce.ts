import { onOneLine } from '../language/text/one-line.js';
import { withArticle } from '../language/text/article.js';
import { Float, PyObject, type Runtime, type Value } from '../language/value.js';
import { strFloat } from '../language/text/number-text.js';
import { PystachioError } from './pystachio-error.js';

/**
 * Coercions of the simple types at interpolation: each gives the canonical value of its type, or throws
 * CoercionError `Cannot coerce '<value>' to <type>`.
 */
export function coerceString(value: Value, type: string, runtime: Runtime): string {
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
    case 'bigint':
      return String(value);
    case 'boolean':
      return value ? 'True' : 'False';
    default:
      if (value instanceof Float) return strFloat(value.value);
      throw cannotCoerce(value, type, runtime);
  }
}

const DECIMAL = /^\s*([+-]?\d+)\s*$/;

export function coerceInteger(value: Value, type: string, runtime: Runtime): number | bigint {
  switch (typeof value) {
    case 'number':
    case 'bigint':
      return value;
    case 'boolean':
      return value ? 1 : 0;
    case 'string': {
      const digits = DECIMAL.exec(value)?.[1];
      if (digits === undefined) throw cannotCoerce(value, type, runtime);
      const number = Number(digits);
      if (Number.isSafeInteger(number)) return number === 0 ? 0 : number;
      runtime.charge(digits.length >> 4, digits.length);
      return BigInt(digits.startsWith('+') ? digits.slice(1) : digits);
    }
    default:
      if (value instanceof Float) return truncate(value, type, runtime);
      throw cannotCoerce(value, type, runtime);
  }
}

const FLOAT = /^\s*([+-]?)(?:(\d+\.?\d*(?:e[+-]?\d+)?|\.\d+(?:e[+-]?\d+)?)|(nan)|(inf(?:inity)?))\s*$/i;

export function coerceFloat(value: Value, type: string, runtime: Runtime): Float {
  switch (typeof value) {
    case 'number':
    case 'bigint':
      return new Float(Number(value));
    case 'boolean':
      return new Float(value ? 1 : 0);
    case 'string': {
      const match = FLOAT.exec(value);
      if (!match) throw cannotCoerce(value, type, runtime);
      const size = match[3] ? NaN : match[4] ? Infinity : Number(match[2]);
      return new Float(match[1] === '-' ? -size : size);
    }
    default:
      if (value instanceof Float) return value;
      throw cannotCoerce(value, type, runtime);
  }
}

export function coerceBoolean(value: Value, type: string, runtime: Runtime): boolean {
  switch (typeof value) {
    case 'boolean':
      return value;
    case 'number':
      return value !== 0;
    case 'bigint':
      return value !== 0n;
    case 'string': {
      const lower = value.toLowerCase();
      if (lower === 'true' || lower === '1') return true;
      if (lower === 'false' || lower === '0') return false;
      throw cannotCoerce(value, type, runtime);
    }
    default:
      if (value instanceof Float) return value.value !== 0;
      throw cannotCoerce(value, type, runtime);
  }
}

/** `more` follows the original's text after a colon. */
export function cannotCoerce(value: Value, type: string, runtime: Runtime, more?: string): PystachioError {
  const shown = shorten(runtime.str(value));
  return new PystachioError(
    'CoercionError',
    `Cannot coerce '${shown}' to ${type}${more ? `: ${more}` : ''}`,
    {
      code: 'wrong-type',
      notes: [`expected ${type}, got ${describe(value, runtime)}`],
      suggestion: typeof value === 'string' ? meantBy(value, type) : undefined,
    },
  );
}

const SIZE = /^\s*(\d+(?:\.\d+)?)\s*([KMGT])i?B?\s*$/i;

/** What a text that is no value of the type was most likely meant to be. */
function meantBy(text: string, type: string): string | undefined {
  if (type === 'Boolean') {
    if (/^(yes|y|on|t)$/i.test(text.trim())) return 'Write True.';
    return /^(no|n|off|f)$/i.test(text.trim()) ? 'Write False.' : undefined;
  }
  const size = type === 'Integer' ? SIZE.exec(text) : null;
  return size ? `Sizes are in bytes: write ${size[1] ?? ''}*${(size[2] ?? '').toUpperCase()}B.` : undefined;
}

/** A value and its type as a person names them: `'three' (text)`. */
export function describe(value: Value, runtime: Runtime): string {
  if (value === null) return 'None';
  if (typeof value === 'string') return `the text ${shorten(runtime.repr(value))}`;
  if (typeof value === 'object' && !(value instanceof Float)) {
    return `${onOneLine(shorten(value instanceof PyObject ? runtime.repr(value) : ''))}, ${withArticle(runtime.typeName(value))}`;
  }
  return `the ${runtime.typeName(value)} ${runtime.repr(value)}`;
}

const LONGEST_SHOWN = 2000;

function shorten(text: string): string {
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}...` : text;
}

/** Toward zero, as Python's `int()`. */
function truncate(value: Float, type: string, runtime: Runtime): number | bigint {
  const number = Math.trunc(value.value);
  if (Number.isNaN(number)) throw cannotCoerce(value, type, runtime);
  if (!Number.isFinite(number)) {
    throw new PystachioError('OverflowError', 'cannot convert float infinity to integer', {
      code: 'wrong-type',
    });
  }
  if (Number.isSafeInteger(number)) return number === 0 ? 0 : number;
  return BigInt(number);
}
