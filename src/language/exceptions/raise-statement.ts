import type { Evaluator } from '../interpreter.js';
import { NO_KEYWORDS, PyObject, type CallSite, type Value } from '../value.js';
import { Tuple } from '../values/tuple.js';
import { UserClass } from '../values/user-class.js';
import { ExceptionObject } from './exception-object.js';
import { ExceptionType } from './exception-type.js';

/** The exception that `raise type, value` means. */
export function toException(
  type: Value,
  value: Value | undefined,
  site: CallSite,
  runtime: Evaluator,
): ExceptionObject {
  if (type instanceof ExceptionObject) return type;
  if (type instanceof ExceptionType || type instanceof UserClass) {
    if (value instanceof ExceptionObject) return value;
    const args = value === undefined || value === null ? [] : value instanceof Tuple ? value.items : [value];
    const exception = type.call(args, NO_KEYWORDS, site, runtime);
    if (exception instanceof ExceptionObject) return exception;
  }
  const name = type instanceof PyObject ? type.typeName() : runtime.typeName(type);
  return runtime.raise(
    'TypeError',
    runtime.python3
      ? 'exceptions must derive from BaseException'
      : `exceptions must be old-style classes or derived from BaseException, not ${name}`,
    { suggestion: typeof type === 'string' ? 'Write raise Exception(...) around the text.' : undefined },
  );
}
