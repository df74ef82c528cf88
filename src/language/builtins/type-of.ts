import { ExceptionObject } from '../exceptions/exception-object.js';
import type { Evaluator } from '../interpreter.js';
import { PyObject, type Value } from '../value.js';
import { BuiltinType } from '../values/builtin-type.js';
import { isInstance } from '../values/instance.js';
import { UserClass } from '../values/user-class.js';
import { objectType } from './object-type.js';
import { BUILTIN_TYPES, typeType } from './types.js';

/** What stands for the types that have no name among the builtins: functions, modules, generators. */
const unnamed = new Map<string, BuiltinType>();

/** `type(value)` */
export function typeOfValue(value: Value, runtime: Evaluator): Value {
  if (isInstance(value)) return value.cls;
  if (value instanceof ExceptionObject) return value.type;
  if (value instanceof UserClass || value instanceof BuiltinType) return typeType;
  const name = runtime.typeName(value);
  const known = BUILTIN_TYPES.get(name);
  if (known !== undefined) return known;
  const own = value instanceof PyObject ? value.getAttribute('__class__', runtime) : undefined;
  if (own !== undefined) return own;
  let type = unnamed.get(name);
  if (!type) {
    type = new BuiltinType(name, {
      parent: objectType,
      is: (other) => other instanceof PyObject && other.typeName() === name,
    });
    unnamed.set(name, type);
  }
  return type;
}
