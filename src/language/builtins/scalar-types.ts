import { floatMethods, intMethods } from '../methods/number-methods.js';
import { stringMethods } from '../methods/string-methods.js';
import { parseComplexText } from '../text/parse-number.js';
import { Float, type PyObject, type Runtime, type Value } from '../value.js';
import { BuiltinType } from '../values/builtin-type.js';
import { Complex, complexOf } from '../values/complex.js';
import { Dict } from '../values/dict.js';
import { ScalarInstance } from '../values/instances.js';
import { nativeFunction } from '../values/native-function.js';
import { plainOf, type Plain } from '../values/plain-of.js';
import { Scalar } from '../values/scalar.js';
import { UserClass } from '../values/user-class.js';
import { toFloat, toInt } from './numbers.js';
import { objectType } from './object-type.js';

export const intType = new BuiltinType('int', {
  parent: objectType,
  parameters: '_x? base?',
  construct: toInt,
  is: (given) => {
    const value = plainOf(given);
    return typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean';
  },
  methods: intMethods,
  statics: new Map([
    ['from_bytes', nativeFunction('from_bytes', '*', refuseBytes)],
    [
      '__new__',
      nativeFunction('__new__', '_cls _x? base?', (args, runtime) => newScalar(toInt, args, runtime)),
    ],
  ]),
  allocate: (cls, args, runtime) => newScalar(toInt, [cls, ...args], runtime),
  prototype: Scalar.prototype,
});

/** An object of a class that extends the type of the value that `make` gives. */
function newScalar(
  make: (args: readonly Value[], runtime: Runtime) => Value,
  [cls, ...args]: ReadonlyArray<Value | undefined>,
  runtime: Runtime,
): PyObject {
  const value = plainOf(make(args as Value[], runtime));
  const instance = new ScalarInstance(value as Plain);
  if (cls instanceof UserClass) instance.adopt(cls);
  return instance;
}

function refuseBytes(_args: readonly Value[], runtime: Runtime): Value {
  return runtime.raise('NotImplementedError', 'int.from_bytes is not available');
}

export const boolType = new BuiltinType('bool', {
  parent: intType,
  parameters: '_x?',
  construct: ([value = false], runtime) => runtime.truthy(value),
  is: (value) => typeof value === 'boolean',
  methods: intMethods,
});

export const floatType = new BuiltinType('float', {
  parent: objectType,
  parameters: '_x?',
  construct: toFloat,
  is: (value) => plainOf(value) instanceof Float,
  methods: floatMethods,
  statics: new Map([
    ['__new__', nativeFunction('__new__', '_cls _x?', (args, runtime) => newScalar(toFloat, args, runtime))],
  ]),
  allocate: (cls, args, runtime) => newScalar(toFloat, [cls, ...args], runtime),
  prototype: Scalar.prototype,
});

export const complexType = new BuiltinType('complex', {
  parent: objectType,
  parameters: 'real? imag?',
  construct: ([real = 0, imaginary = 0], runtime) => {
    const text = plainOf(real);
    if (typeof text === 'string') return complexOfText(text, runtime);
    const [a, b] = [complexOf(real), complexOf(imaginary)];
    if (a && b) return new Complex(a.re - b.im, a.im + b.re);
    return runtime.raise('TypeError', 'complex() argument must be a string or a number');
  },
  is: (value) => value instanceof Complex,
});

function complexOfText(text: string, runtime: Runtime): Complex {
  const parts = parseComplexText(text);
  if (parts) return new Complex(...parts);
  return runtime.raise('ValueError', 'complex() arg is a malformed string');
}

/** `basestring`: in Python 2 the parent of `str` and `unicode`, which are one type here. */
export const baseStringType = new BuiltinType('basestring', { parent: objectType, is: isText });

export const strType = new BuiltinType('str', {
  parent: baseStringType,
  parameters: 'object? encoding? errors?',
  construct: toStr,
  is: isText,
  methods: stringMethods,
  statics: new Map([
    ['maketrans', nativeFunction('maketrans', '_x _y? _z?', makeTranslation)],
    [
      '__new__',
      nativeFunction('__new__', '_cls object? encoding? errors?', (args, runtime) =>
        newScalar(toStr, args, runtime),
      ),
    ],
  ]),
  allocate: (cls, args, runtime) => newScalar(toStr, [cls, ...args], runtime),
  prototype: Scalar.prototype,
});

function toStr([value = '']: readonly Value[], runtime: Runtime): Value {
  return runtime.str(value);
}

function isText(value: Value): boolean {
  return typeof plainOf(value) === 'string';
}

/** `str.maketrans(from, to, deleted)` */
export function makeTranslation([from, to, deleted]: readonly Value[], runtime: Runtime): Value {
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
