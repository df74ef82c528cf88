import { PyObject, type Runtime, type Value } from '../value.js';
import { BuiltinType } from '../values/builtin-type.js';
import { Tuple } from '../values/tuple.js';
import { UserClass } from '../values/user-class.js';

/** `isinstance(value, type)` with a tuple of types allowed. */
export function isInstanceOf(value: Value, type: Value, runtime: Runtime): boolean {
  if (type instanceof Tuple) return type.items.some((item) => isInstanceOf(value, item, runtime));
  const answer = type instanceof PyObject ? type.isInstance(value, runtime) : undefined;
  if (answer !== undefined) return answer;
  return runtime.raise(
    'TypeError',
    'isinstance() arg 2 must be a class, type, or tuple of classes and types',
  );
}

/** `issubclass(type, parent)` */
export function isSubclassOf(type: Value, parent: Value, runtime: Runtime): boolean {
  if (parent instanceof Tuple) return parent.items.some((item) => isSubclassOf(type, item, runtime));
  if (type instanceof UserClass) return type.isSubclassOf(parent) || isObject(parent);
  if (type instanceof BuiltinType)
    return parent instanceof BuiltinType && (type.isSubtypeOf(parent) || isObject(parent));
  if (type instanceof PyObject && type.isInstance(null, runtime) !== undefined) return type === parent;
  return runtime.raise('TypeError', 'issubclass() arg 1 must be a class');
}

function isObject(type: Value): boolean {
  return type instanceof BuiltinType && type.name === 'object';
}
