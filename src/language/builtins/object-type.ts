import { PyObject, type Runtime, type Value } from '../value.js';
import { BuiltinType } from '../values/builtin-type.js';
import { PlainInstance } from '../values/instance.js';
import { nativeFunction } from '../values/native-function.js';
import { UserClass } from '../values/user-class.js';

export const objectType = new BuiltinType('object', {
  parameters: '',
  construct: () => new PlainObject(),
  is: () => true,
  statics: new Map<string, Value>([
    ['__init__', nativeFunction('__init__', '* **', () => null)],
    ['__new__', nativeFunction('__new__', '* **', newInstance)],
    ['__setattr__', nativeFunction('__setattr__', '_self _name _value', setPlainAttribute)],
  ]),
});

class PlainObject extends PyObject {
  typeName(): string {
    return 'object';
  }
}

function newInstance([cls]: readonly Value[], runtime: Runtime): Value {
  if (cls instanceof UserClass) return cls.allocate([], new Map(), runtime.site(), runtime);
  return runtime.raise('TypeError', 'object.__new__(X): X is not a type object');
}

function setPlainAttribute([self, name, value]: readonly Value[], runtime: Runtime): Value {
  if (self instanceof PlainInstance && typeof name === 'string') self.attributes.set(name, value as Value);
  else runtime.raise('TypeError', 'object.__setattr__ needs an instance of a class and a name');
  return null;
}
