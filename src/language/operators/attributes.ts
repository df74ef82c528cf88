import { nearest } from '../../base/nearest.js';
import { floatMethods, intMethods } from '../methods/number-methods.js';
import { stringMethods } from '../methods/string-methods.js';
import { Float, PyObject, type Runtime, type Value } from '../value.js';
import { BuiltinType } from '../values/builtin-type.js';
import { isInstance } from '../values/instance.js';
import { bindMethod, NO_METHODS, type MethodTable } from '../values/method-table.js';
import { ModuleObject } from '../values/module.js';
import { UserClass } from '../values/user-class.js';
import type { Evaluator } from '../interpreter.js';

/** The methods of values that are no objects here: text, ints, bools, None. */
export function primitiveMethods(value: Value): MethodTable<never> {
  switch (typeof value) {
    case 'string':
      return stringMethods;
    case 'number':
    case 'bigint':
    case 'boolean':
      return intMethods;
    default:
      return NO_METHODS;
  }
}

/** The only way from a name in the program to a value: tables, never a JavaScript property. */
export function attributeOf(object: Value, name: string, runtime: Evaluator): Value | undefined {
  if (object instanceof Float) {
    const value = bindMethod(object, floatMethods, name) ?? numberPart(object, name);
    if (value !== undefined) return value;
  } else if (object instanceof PyObject) {
    const value = object.getAttribute(name, runtime);
    if (value !== undefined) return value;
  } else {
    const value = bindMethod(object as never, primitiveMethods(object), name) ?? numberPart(object, name);
    if (value !== undefined) return value;
  }
  if (name === '__class__') return runtime.typeOf(object);
  if (!name.startsWith('_')) {
    // `{}.fromkeys(...)`: what the type itself has.
    const type = runtime.typeOf(object);
    const fixed =
      type instanceof BuiltinType && type !== object ? type.options.statics?.get(name) : undefined;
    if (fixed !== undefined) return fixed;
  }
  return name === '__doc__' ? null : undefined;
}

function numberPart(object: Value, name: string): Value | undefined {
  if (typeof object === 'string' || object === null) return undefined;
  if (name === 'real' || name === 'numerator') return object;
  if (name === 'imag') return 0;
  return name === 'denominator' ? 1 : undefined;
}

/** Raises Python's AttributeError, with the nearest name that exists. */
export function missingAttribute(object: Value, name: string, runtime: Runtime): never {
  const names = [...(object instanceof PyObject ? object.attributeNames() : primitiveMethods(object).keys())];
  const meant = nearest(name, names) ?? names.find((each) => each.length > 3 && name.startsWith(each));
  return runtime.raise('AttributeError', missingText(object, name, runtime), {
    code: 'unknown-attribute',
    suggestion: meant === undefined ? undefined : `Did you mean "${meant}"?`,
  });
}

function missingText(object: Value, name: string, runtime: Runtime): string {
  if (object instanceof ModuleObject) {
    return runtime.python3
      ? `module '${object.name}' has no attribute '${name}'`
      : `'module' object has no attribute '${name}'`;
  }
  if (object instanceof UserClass && object.oldStyle)
    return `class ${object.name} has no attribute '${name}'`;
  if (object instanceof UserClass || object instanceof BuiltinType) {
    return `type object '${object.name}' has no attribute '${name}'`;
  }
  if (isInstance(object) && object.cls.oldStyle)
    return `${object.cls.name} instance has no attribute '${name}'`;
  return `'${runtime.typeName(object)}' object has no attribute '${name}'`;
}
