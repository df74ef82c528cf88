import { pythonHash } from '../text/python-hash.js';
import { orElse } from '../values/or-else.js';
import type { Evaluator } from '../interpreter.js';
import { formatValue } from '../text/format-value.js';
import { attributeOf, primitiveMethods } from '../operators/attributes.js';
import { isSubclassOf } from '../operators/is-instance.js';
import { Float, dictKeyOf, PyObject, type Keywords, type Runtime, type Value } from '../value.js';
import { identityOf } from '../values/composite-key.js';
import { Dict } from '../values/dict.js';
import { isInstance } from '../values/instance.js';
import { toCount, toText } from '../values/index.js';
import { List } from '../values/list.js';
import { ModuleObject } from '../values/module.js';
import { nativeFunction, type NativeCall, type NativeFunction } from '../values/native-function.js';
import { UserClass } from '../values/user-class.js';
import { plainOf } from '../values/plain-of.js';

/** Builtins about objects and their attributes, printing, and those that are refused. */
export const objectFunctions: readonly NativeFunction[] = [
  nativeFunction('isinstance', '_object _type', ([value, type], runtime) =>
    interpreter(runtime).isInstance(value as Value, type as Value),
  ),
  nativeFunction('issubclass', '_class _type', ([cls, type], runtime) =>
    isSubclassOf(cls as Value, type as Value, runtime),
  ),
  nativeFunction('callable', '_object', ([value]) => value instanceof PyObject && value.isCallable()),
  nativeFunction('getattr', '_object _name _default?', getAttribute),
  nativeFunction('hasattr', '_object _name', ([object, name], runtime) =>
    interpreter(runtime).hasAttribute(object as Value, attributeName(name as Value, 'hasattr', runtime)),
  ),
  nativeFunction('setattr', '_object _name _value', ([object, name, value], runtime) => {
    interpreter(runtime).setAttribute(
      object as Value,
      attributeName(name as Value, 'setattr', runtime),
      value as Value,
    );
    return null;
  }),
  nativeFunction('delattr', '_object _name', ([object, name], runtime) => {
    interpreter(runtime).deleteAttribute(object as Value, attributeName(name as Value, 'delattr', runtime));
    return null;
  }),
  nativeFunction('vars', '_object', ([object], runtime) => variables(object as Value, runtime)),
  nativeFunction('dir', '_object', ([object]) => directory(object as Value)),
  nativeFunction('id', '_object', ([value]) => identity(value as Value)),
  nativeFunction('hash', '_object', ([value], runtime) => hash(value as Value, runtime)),
  nativeFunction('repr', '_object', ([value], runtime) => runtime.repr(value as Value)),
  nativeFunction('ascii', '_object', ([value], runtime) => runtime.repr(value as Value)),
  nativeFunction('format', '_value _spec?', ([value, spec], runtime) =>
    formatValue(value as Value, spec === undefined ? '' : toText(spec, runtime), runtime),
  ),
  nativeFunction('cmp', '_x _y', ([a, b], runtime) => Math.sign(runtime.compare(a as Value, b as Value)) + 0),
  nativeFunction('print', '* **', print),
  // A view of a text without a copy, which texts here are anyway.
  nativeFunction('buffer', '_text _offset? _size?', ([text, offset = 0, size], runtime) => {
    const start = toCount(offset, runtime);
    const end = size === undefined ? undefined : start + toCount(size, runtime);
    return toText(text as Value, runtime).slice(start, end);
  }),
  nativeFunction('intern', '_text', ([text], runtime) => toText(text as Value, runtime)),
  nativeFunction('apply', '_function _args? _keywords?', apply),
  nativeFunction('exit', '_status?', leave),
  nativeFunction('quit', '_status?', leave),
  ...refused(),
];

function interpreter(runtime: Runtime): Evaluator {
  return runtime as Evaluator;
}

function attributeName(given: Value, callee: string, runtime: Runtime): string {
  const value = plainOf(given);
  if (typeof value === 'string') return value;
  return runtime.raise('TypeError', `${callee}(): attribute name must be string`);
}

function getAttribute([object, name, missing]: readonly Value[], runtime: Runtime): Value {
  const text = attributeName(name as Value, 'getattr', runtime);
  if (missing === undefined) return runtime.getAttribute(object as Value, text);
  const value = runtime.attempt('AttributeError', () =>
    attributeOf(object as Value, text, interpreter(runtime)),
  );
  return orElse(value, () => missing);
}

/** The attributes of an object itself, as a new dict. */
function variables(object: Value, runtime: Runtime): Value {
  if (isInstance(object) || object instanceof UserClass) return Dict.fromEntries(object.attributes, runtime);
  if (object instanceof ModuleObject) return Dict.fromEntries(object.members, runtime);
  return runtime.raise('TypeError', 'vars() argument must have __dict__ attribute');
}

function directory(object: Value): Value {
  const names = object instanceof PyObject ? object.attributeNames() : primitiveMethods(object).keys();
  return new List([...new Set(names)].sort());
}

/** Python's id of equal numbers and texts is not defined; here they are one. */
function identity(value: Value): Value {
  if (typeof value === 'object' && value !== null) return identityOf(value) * 16;
  let hashed = 7;
  for (const character of String(value))
    hashed = (hashed * 31 + (character.codePointAt(0) ?? 0)) % 0x7fffffff;
  return hashed * 16 + 8;
}

function hash(value: Value, runtime: Runtime): Value {
  // Unhashable values are refused, classes asked for their own.
  const key = dictKeyOf(value, runtime);
  const known = pythonHash(value);
  if (known !== undefined) {
    if (typeof key === 'string') runtime.charge(key.length >> 4, 0);
    return Number.isSafeInteger(Number(known)) ? Number(known) : known;
  }
  if (typeof key === 'number' && Number.isInteger(key)) return key;
  if (key === null || typeof key === 'object') return key === null ? 0 : identityOf(key);
  let hashed = 5381;
  for (const character of String(key))
    hashed = (hashed * 33 + (character.codePointAt(0) ?? 0)) % 0x1fffffffffff;
  return plainOf(value) instanceof Float ? hashed + 1 : hashed;
}

/** `print(*values, sep=' ', end='\n', file=None)` */
function print(args: readonly Value[], runtime: Runtime, { keywords }: NativeCall): Value {
  const separator = textOption(keywords, 'sep', ' ', runtime);
  const end = textOption(keywords, 'end', '\n', runtime);
  for (const name of keywords.keys()) {
    if (!['sep', 'end', 'file', 'flush'].includes(name)) {
      runtime.raise('TypeError', `'${name}' is an invalid keyword argument for print()`);
    }
  }
  const text = args.map((arg) => runtime.str(arg)).join(separator) + end;
  interpreter(runtime).output.writeTo(keywords.get('file'), text);
  return null;
}

function textOption(keywords: Keywords, name: string, missing: string, runtime: Runtime): string {
  const value = keywords.get(name);
  return value === undefined || value === null ? missing : toText(value, runtime);
}

function apply([callee, args, keywords]: readonly Value[], runtime: Runtime): Value {
  const named = new Map<string, Value>();
  if (keywords instanceof Dict) {
    for (const { key, value } of keywords.entries.values()) named.set(runtime.str(key), value);
  }
  const values = args === undefined ? [] : [...runtime.iterate(args)];
  return runtime.call(callee as Value, values, named, runtime.site());
}

function leave([status]: readonly Value[], runtime: Runtime): Value {
  return runtime.raiseException('SystemExit', status === undefined ? [] : [status]);
}

/** Python's doors to code and input: each says that it is closed and what to do instead. */
function refused(): NativeFunction[] {
  const reasons: ReadonlyArray<readonly [name: string, instead: string]> = [
    ['eval', 'Write the expression itself; json.loads reads data.'],
    ['exec', 'Put the code in a file of its own and include() it.'],
    ['execfile', 'Use include(path).'],
    ['compile', 'Put the code in a file of its own and include() it.'],
    ['__import__', 'Use the import statement.'],
    ['reload', 'A module is read once.'],
    ['input', 'Pass values with --bind or through the environment.'],
    ['raw_input', 'Pass values with --bind or through the environment.'],
  ];
  return reasons.map(([name, instead]) =>
    nativeFunction(name, '* **', (_args, runtime) =>
      runtime.raise('RuntimeError', `${name}() is not available in a configuration`, {
        code: 'refused',
        suggestion: instead,
      }),
    ),
  );
}
