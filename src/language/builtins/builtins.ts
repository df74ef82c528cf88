import type { Evaluator } from '../interpreter.js';
import type { Value } from '../value.js';
import { giveMethods } from '../methods/give-methods.js';
import { nativeFunction } from '../values/native-function.js';
import { ELLIPSIS, UNIMPLEMENTED } from '../values/singletons.js';
import { arithmeticFunctions } from './arithmetic.js';
import { iterationFunctions } from './iteration.js';
import { objectFunctions } from './objects.js';
import { openFile } from './open.js';
import { BUILTIN_TYPES } from './types.js';

/** Other names of the built-in types. */
const TYPE_ALIASES: ReadonlyArray<readonly [alias: string, type: string]> = [
  ['long', 'int'],
  ['unicode', 'str'],
  ['bytes', 'str'],
];

/** Types that are not among the builtins by name. */
const HIDDEN_TYPES = new Set(['NoneType', 'function', 'builtin_function_or_method', 'instancemethod']);

giveMethods();

const functions = [...arithmeticFunctions, ...iterationFunctions, ...objectFunctions];
const open = nativeFunction('open', 'name mode? buffering? encoding? errors? newline?', openFile);

/** The names that every file sees without an import. */
export function makeBuiltins(runtime: Evaluator): Map<string, Value> {
  const names = new Map<string, Value>();
  for (const [name, type] of BUILTIN_TYPES) if (!HIDDEN_TYPES.has(name)) names.set(name, type);
  for (const [alias, type] of TYPE_ALIASES) names.set(alias, BUILTIN_TYPES.get(type) ?? null);
  for (const callee of functions) names.set(callee.name, callee);
  if (runtime.python3) names.set('range', BUILTIN_TYPES.get('xrange') ?? null);
  names.set('open', open);
  names.set('file', open);
  names.set('Ellipsis', ELLIPSIS);
  names.set('NotImplemented', UNIMPLEMENTED);
  names.set('__debug__', true);
  names.set('__name__', runtime.python3 ? 'builtins' : '__builtin__');
  names.set('__doc__', null);
  for (const [name, type] of runtime.exceptions.all()) names.set(name, type);
  return names;
}
