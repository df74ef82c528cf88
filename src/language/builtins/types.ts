import { updateDict } from '../operators/update-dict.js';
import { dictMethods } from '../methods/dict-methods.js';
import { listMethods } from '../methods/list-methods.js';
import { frozenSetMethods, setMethods } from '../methods/set-methods.js';
import { tupleMethods } from '../methods/tuple-methods.js';
import type { Runtime, Value } from '../value.js';
import { BuiltinType } from '../values/builtin-type.js';
import { ByteArray } from '../values/byte-array.js';
import { ClassMethod, Property, StaticMethod } from '../values/descriptors.js';
import { Dict } from '../values/dict.js';
import { BoundMethod, PyFunction } from '../values/function.js';
import {
  DictInstance,
  FrozenSetInstance,
  ListInstance,
  SetInstance,
  TupleInstance,
} from '../values/instances.js';
import { List } from '../values/list.js';
import { nativeFunction, NativeFunction, type NativeCall } from '../values/native-function.js';
import { Range } from '../values/range.js';
import { FrozenSet, PySet } from '../values/set.js';
import { Slice } from '../values/slice.js';
import { Super } from '../values/super.js';
import { Tuple } from '../values/tuple.js';
import { UserClass } from '../values/user-class.js';
import { makeRange } from './range.js';
import { makeType } from './make-type.js';

import { objectType } from './object-type.js';
import { baseStringType, boolType, complexType, floatType, intType, strType } from './scalar-types.js';

export const typeType: BuiltinType = new BuiltinType('type', {
  parent: objectType,
  parameters: '_object _bases? _dict?',
  construct: makeType,
  is: (value) => value instanceof UserClass || value instanceof BuiltinType,
});

const listType = new BuiltinType('list', {
  parent: objectType,
  parameters: '_iterable?',
  construct: ([iterable], runtime) => new List(itemsOf(iterable, runtime)),
  is: (value) => value instanceof List && !(value instanceof ByteArray),
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

const byteArrayType = new BuiltinType('bytearray', {
  parent: objectType,
  parameters: '_source? encoding? errors?',
  construct: ([source], runtime) => ByteArray.of(source, runtime),
  is: (value) => value instanceof ByteArray,
});

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
    byteArrayType,
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
