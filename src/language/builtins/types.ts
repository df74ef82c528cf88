import { updateDict } from '../operators/update-dict.js';
import { dictMethods } from '../methods/dict-methods.js';
import { listMethods } from '../methods/list-methods.js';
import { floatMethods, intMethods } from '../methods/number-methods.js';
import { frozenSetMethods, setMethods } from '../methods/set-methods.js';
import { stringMethods } from '../methods/string-methods.js';
import { tupleMethods } from '../methods/tuple-methods.js';
import { Float, PyObject, type Runtime, type Value } from '../value.js';
import { BuiltinType } from '../values/builtin-type.js';
import { ClassMethod, Property, StaticMethod } from '../values/descriptors.js';
import { Complex, complexOf } from '../values/complex.js';
import { Dict } from '../values/dict.js';
import { BoundMethod, PyFunction } from '../values/function.js';
import {
  DictInstance,
  FrozenSetInstance,
  ListInstance,
  SetInstance,
  TupleInstance,
} from '../values/instances.js';
import { PlainInstance } from '../values/instance.js';
import { List } from '../values/list.js';
import { nativeFunction, NativeFunction, type NativeCall } from '../values/native-function.js';
import { Range } from '../values/range.js';
import { FrozenSet, PySet } from '../values/set.js';
import { Slice } from '../values/slice.js';
import { Super } from '../values/super.js';
import { Tuple } from '../values/tuple.js';
import { UserClass } from '../values/user-class.js';
import { toFloat, toInt } from './numbers.js';
import { makeRange } from './range.js';
import { makeType } from './make-type.js';

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

export const typeType: BuiltinType = new BuiltinType('type', {
  parent: objectType,
  parameters: '_object _bases? _dict?',
  construct: makeType,
  is: (value) => value instanceof UserClass || value instanceof BuiltinType,
});

const intType = new BuiltinType('int', {
  parent: objectType,
  parameters: '_x? base?',
  construct: toInt,
  is: (value) => typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean',
  methods: intMethods,
  statics: new Map([['from_bytes', nativeFunction('from_bytes', '*', refuseBytes)]]),
});

function refuseBytes(_args: readonly Value[], runtime: Runtime): Value {
  return runtime.raise('NotImplementedError', 'int.from_bytes is not available');
}

const boolType = new BuiltinType('bool', {
  parent: intType,
  parameters: '_x?',
  construct: ([value = false], runtime) => runtime.truthy(value),
  is: (value) => typeof value === 'boolean',
  methods: intMethods,
});

const floatType = new BuiltinType('float', {
  parent: objectType,
  parameters: '_x?',
  construct: toFloat,
  is: (value) => value instanceof Float,
  methods: floatMethods,
});

const complexType = new BuiltinType('complex', {
  parent: objectType,
  parameters: 'real? imag?',
  construct: ([real = 0, imaginary = 0], runtime) => {
    const [a, b] = [complexOf(real), complexOf(imaginary)];
    if (a && b) return new Complex(a.re - b.im, a.im + b.re);
    return runtime.raise('TypeError', 'complex() takes numbers here, not text');
  },
  is: (value) => value instanceof Complex,
});

/** `basestring`: in Python 2 the parent of `str` and `unicode`, which are one type here. */
const baseStringType = new BuiltinType('basestring', { parent: objectType, is: isText });

const strType = new BuiltinType('str', {
  parent: baseStringType,
  parameters: 'object? encoding? errors?',
  construct: ([value = ''], runtime) => runtime.str(value),
  is: isText,
  methods: stringMethods,
  statics: new Map([['maketrans', nativeFunction('maketrans', '_x _y? _z?', makeTranslation)]]),
});

function isText(value: Value): boolean {
  return typeof value === 'string';
}

/** `str.maketrans(from, to, deleted)` */
function makeTranslation([from, to, deleted]: readonly Value[], runtime: Runtime): Value {
  const table = new Dict();
  if (from instanceof Dict) {
    for (const { key, value } of from.entries.values()) {
      table.set(typeof key === 'string' ? (key.codePointAt(0) ?? 0) : key, value, runtime);
    }
    return table;
  }
  const [source, target] = [Array.from(runtime.str(from as Value)), Array.from(runtime.str(to ?? ''))];
  if (source.length !== target.length) {
    return runtime.raise('ValueError', 'maketrans arguments must have same length');
  }
  source.forEach((character, i) => {
    table.set(character.codePointAt(0) ?? 0, target[i] ?? '', runtime);
  });
  for (const character of deleted === undefined ? '' : runtime.str(deleted)) {
    table.set(character.codePointAt(0) ?? 0, null, runtime);
  }
  return table;
}

const listType = new BuiltinType('list', {
  parent: objectType,
  parameters: '_iterable?',
  construct: ([iterable], runtime) => new List(itemsOf(iterable, runtime)),
  is: (value) => value instanceof List,
  methods: listMethods,
  statics: new Map([['__init__', nativeFunction('__init__', '_self _iterable?', fillList)]]),
  allocate: (cls, [iterable], runtime) => {
    const instance = new ListInstance(cls.lookup('__init__') === undefined ? itemsOf(iterable, runtime) : []);
    instance.adopt(cls);
    return instance;
  },
  prototype: List.prototype,
});

function fillList([self, iterable]: readonly Value[], runtime: Runtime): Value {
  if (self instanceof List) self.items = itemsOf(iterable, runtime);
  return null;
}

const tupleType = new BuiltinType('tuple', {
  parent: objectType,
  parameters: '_iterable?',
  construct: ([iterable], runtime) =>
    iterable instanceof Tuple && iterable.constructor === Tuple
      ? iterable
      : new Tuple(itemsOf(iterable, runtime)),
  is: (value) => value instanceof Tuple,
  methods: tupleMethods,
  statics: new Map([['__new__', nativeFunction('__new__', '_cls _iterable?', newTuple)]]),
  allocate: (cls, [iterable], runtime) => {
    const instance = new TupleInstance(itemsOf(iterable, runtime));
    instance.adopt(cls);
    return instance;
  },
  prototype: Tuple.prototype,
});

function newTuple([cls, iterable]: readonly Value[], runtime: Runtime): Value {
  if (!(cls instanceof UserClass)) return new Tuple(itemsOf(iterable, runtime));
  const instance = new TupleInstance(itemsOf(iterable, runtime));
  instance.adopt(cls);
  return instance;
}

const dictType = new BuiltinType('dict', {
  parent: objectType,
  parameters: '_other? **',
  construct: ([other], runtime, call) => fillDict(new Dict(), other, call, runtime),
  is: (value) => value instanceof Dict,
  methods: dictMethods,
  statics: new Map([
    ['fromkeys', nativeFunction('fromkeys', '_iterable _value?', fromKeys)],
    ['__init__', nativeFunction('__init__', '_self _other? **', initializeDict)],
  ]),
  allocate: (cls, args, runtime, call) => {
    const instance = new DictInstance();
    instance.adopt(cls);
    if (cls.lookup('__init__') === undefined) fillDict(instance, args[0], call, runtime);
    return instance;
  },
  prototype: Dict.prototype,
});

function fillDict(dict: Dict, other: Value | undefined, { keywords }: NativeCall, runtime: Runtime): Dict {
  if (other !== undefined) updateDict(dict, other, runtime);
  for (const [key, value] of keywords) dict.set(key, value, runtime);
  return dict;
}

function initializeDict([self, other]: readonly Value[], runtime: Runtime, call: NativeCall): Value {
  if (self instanceof Dict) fillDict(self, other, call, runtime);
  return null;
}

function fromKeys([iterable, value = null]: readonly Value[], runtime: Runtime): Value {
  const dict = new Dict();
  for (const key of runtime.iterate(iterable as Value)) {
    runtime.charge(1, 0);
    dict.set(key, value, runtime);
  }
  return dict;
}

const setType = new BuiltinType('set', {
  parent: objectType,
  parameters: '_iterable?',
  construct: ([iterable], runtime) => new PySet(itemsOf(iterable, runtime), runtime),
  is: (value) => value instanceof PySet && !(value instanceof FrozenSet),
  methods: setMethods,
  allocate: (cls, [iterable], runtime) => {
    const instance = new SetInstance(itemsOf(iterable, runtime), runtime);
    instance.adopt(cls);
    return instance;
  },
  prototype: PySet.prototype,
});

const frozenSetType = new BuiltinType('frozenset', {
  parent: objectType,
  parameters: '_iterable?',
  construct: ([iterable], runtime) => new FrozenSet(itemsOf(iterable, runtime), runtime),
  is: (value) => value instanceof FrozenSet,
  methods: frozenSetMethods,
  allocate: (cls, [iterable], runtime) => {
    const instance = new FrozenSetInstance(itemsOf(iterable, runtime), runtime);
    instance.adopt(cls);
    return instance;
  },
  prototype: FrozenSet.prototype,
});

/** A fresh array of an iterable's values, each charged. */
function itemsOf(iterable: Value | undefined, runtime: Runtime): Value[] {
  const items: Value[] = [];
  if (iterable === undefined) return items;
  for (const item of runtime.iterate(iterable)) {
    runtime.charge(1, 8);
    items.push(item);
  }
  return items;
}

const rangeType = new BuiltinType('xrange', {
  parent: objectType,
  parameters: '_start _stop? _step?',
  construct: makeRange,
  is: (value) => value instanceof Range,
});

const sliceType = new BuiltinType('slice', {
  parent: objectType,
  parameters: '_start _stop? _step?',
  construct: ([start, stop, step]) =>
    stop === undefined
      ? new Slice(null, start as Value, null)
      : new Slice(start as Value, stop, step ?? null),
  is: (value) => value instanceof Slice,
});

const propertyType = new BuiltinType('property', {
  parent: objectType,
  parameters: 'fget? fset? fdel? doc?',
  construct: ([getter = null, setter = null, deleter = null]) => new Property(getter, setter, deleter),
  is: (value) => value instanceof Property,
});

const staticMethodType = new BuiltinType('staticmethod', {
  parent: objectType,
  parameters: '_function',
  construct: ([callee]) => new StaticMethod(callee as Value),
  is: (value) => value instanceof StaticMethod,
});

const classMethodType = new BuiltinType('classmethod', {
  parent: objectType,
  parameters: '_function',
  construct: ([callee]) => new ClassMethod(callee as Value),
  is: (value) => value instanceof ClassMethod,
});

const superType = new BuiltinType('super', {
  parent: objectType,
  parameters: '_type _object?',
  construct: ([cls, self], runtime) => {
    if (!(cls instanceof UserClass) || self === undefined) {
      return runtime.raise('TypeError', 'super() needs a class and an object of it');
    }
    const fits = cls.isInstance(self) === true || (self instanceof UserClass && self.isSubclassOf(cls));
    if (!fits)
      return runtime.raise('TypeError', 'super(type, obj): obj must be an instance or subtype of type');
    return new Super(cls, self);
  },
  is: (value) => value instanceof Super,
});

const noneType = new BuiltinType('NoneType', { parent: objectType, is: (value) => value === null });

const functionType = new BuiltinType('function', {
  parent: objectType,
  is: (value) => value instanceof PyFunction,
});

const nativeFunctionType = new BuiltinType('builtin_function_or_method', {
  parent: objectType,
  is: (value) => value instanceof NativeFunction,
});

const methodType = new BuiltinType('instancemethod', {
  parent: objectType,
  is: (value) => value instanceof BoundMethod,
});

/** Every built-in type by the name that `type(x).__name__` shows. */
export const BUILTIN_TYPES: ReadonlyMap<string, BuiltinType> = new Map(
  [
    objectType,
    typeType,
    intType,
    boolType,
    floatType,
    complexType,
    baseStringType,
    strType,
    listType,
    tupleType,
    dictType,
    setType,
    frozenSetType,
    rangeType,
    sliceType,
    propertyType,
    staticMethodType,
    classMethodType,
    superType,
    noneType,
    functionType,
    nativeFunctionType,
    methodType,
  ].map((type) => [type.name, type]),
);
