import type { Evaluator } from '../interpreter.js';
import { add } from '../operators/integer.js';
import { binaryOperation } from '../operators/binary.js';
import { sortArguments } from '../methods/list-methods.js';
import { sortValues } from '../methods/sort.js';
import { NO_KEYWORDS, PyObject, type Runtime, type Value } from '../value.js';
import { isInstance, special } from '../values/instance.js';
import { IteratorObject } from '../values/iterator.js';
import { List } from '../values/list.js';
import { nativeFunction, type NativeCall, type NativeFunction } from '../values/native-function.js';
import { Tuple } from '../values/tuple.js';
import { toInteger } from '../values/index.js';
import { nextMethod, nextOf } from '../values/user-iterator.js';
import { range } from './range.js';
import { textLength } from '../text/characters.js';

/** Builtins over iterables. `map`, `filter` and `zip` give lists in Python 2 and iterators in Python 3. */
export const iterationFunctions: readonly NativeFunction[] = [
  nativeFunction('len', '_object', ([value], runtime) => length(value as Value, runtime)),
  nativeFunction('range', '_start _stop? _step?', range),
  nativeFunction('enumerate', 'iterable start?', ([iterable, start], runtime) =>
    enumerate(iterable as Value, start ?? 0, runtime),
  ),
  nativeFunction('zip', '*', (args, runtime) => eager(zip(args, runtime), runtime)),
  nativeFunction('map', '_function *', ([callee, ...iterables], runtime) =>
    eager(map(callee as Value, iterables, runtime), runtime),
  ),
  nativeFunction('filter', '_function _iterable', filter),
  nativeFunction('reduce', '_function _iterable _initial?', reduce),
  nativeFunction('sorted', '_iterable _cmp? _key? _reverse? **', sorted),
  nativeFunction('reversed', '_sequence', ([value], runtime) => reversed(value as Value, runtime)),
  nativeFunction('min', '* **', (args, runtime, call) => extreme('min', args, call, runtime)),
  nativeFunction('max', '* **', (args, runtime, call) => extreme('max', args, call, runtime)),
  nativeFunction('sum', 'iterable start?', ([iterable, start], runtime) =>
    sum(iterable as Value, start ?? 0, runtime),
  ),
  nativeFunction('any', '_iterable', ([iterable], runtime) => some(iterable as Value, true, runtime)),
  nativeFunction('all', '_iterable', ([iterable], runtime) => !some(iterable as Value, false, runtime)),
  nativeFunction('iter', '_object _sentinel?', iterate),
  nativeFunction('next', '_iterator _default?', next),
];

export function length(value: Value, runtime: Runtime): number {
  if (typeof value === 'string') return textLength(value);
  const count = value instanceof PyObject ? value.length(runtime) : undefined;
  if (count !== undefined) return count;
  return runtime.raise('TypeError', `object of type '${runtime.typeName(value)}' has no len()`, {
    code: 'no-length',
  });
}

function eager(values: Iterable<Value>, runtime: Runtime): Value {
  if (runtime.python3) return new IteratorObject('iterator', values[Symbol.iterator]());
  const items: Value[] = [];
  for (const value of values) {
    runtime.charge(1, 8);
    items.push(value);
  }
  return new List(items);
}

function enumerate(iterable: Value, start: Value, runtime: Runtime): Value {
  const source = runtime.iterate(iterable);
  const first = toInteger(start, runtime);
  return new IteratorObject('enumerate', counted(source, first)[Symbol.iterator]());
}

function* counted(source: Iterable<Value>, first: number | bigint): Iterable<Value> {
  let count = first;
  for (const item of source) {
    yield new Tuple([count, item]);
    count = add(count, 1);
  }
}

function* zip(args: readonly Value[], runtime: Runtime): Iterable<Value> {
  const iterators = args.map((arg) => runtime.iterate(arg)[Symbol.iterator]());
  if (iterators.length === 0) return;
  for (;;) {
    const items: Value[] = [];
    for (const iterator of iterators) {
      const step = iterator.next();
      if (step.done === true) return;
      items.push(step.value);
    }
    runtime.charge(1, 24 + 8 * items.length);
    yield new Tuple(items);
  }
}

/** With several iterables Python 2 goes on to the end of the longest, with None for what is missing. */
function* map(callee: Value, iterables: readonly Value[], runtime: Runtime): Iterable<Value> {
  const site = runtime.site();
  const [only] = iterables;
  if (only === undefined) return runtime.raise('TypeError', 'map() requires at least two args');
  if (iterables.length === 1) {
    for (const item of runtime.iterate(only)) {
      yield callee === null ? item : runtime.call(callee, [item], NO_KEYWORDS, site);
    }
    return;
  }
  const iterators = iterables.map((iterable) => runtime.iterate(iterable)[Symbol.iterator]());
  for (;;) {
    const steps = iterators.map((iterator) => iterator.next());
    const ended = steps.filter(({ done }) => done === true).length;
    if (ended === steps.length || (ended > 0 && runtime.python3)) return;
    const args = steps.map((step) => (step.done === true ? null : step.value));
    yield callee === null ? new Tuple(args) : runtime.call(callee, args, NO_KEYWORDS, site);
  }
}

function filter([callee, iterable]: readonly Value[], runtime: Runtime): Value {
  const kept = keep(callee as Value, iterable as Value, runtime);
  if (runtime.python3) return new IteratorObject('filter', kept[Symbol.iterator]());
  const items = [...kept];
  if (typeof iterable === 'string') return items.map((item) => runtime.str(item)).join('');
  return iterable instanceof Tuple ? new Tuple(items) : new List(items);
}

function* keep(callee: Value, iterable: Value, runtime: Runtime): Iterable<Value> {
  const site = runtime.site();
  for (const item of runtime.iterate(iterable)) {
    runtime.charge(1, 8);
    if (runtime.truthy(callee === null ? item : runtime.call(callee, [item], NO_KEYWORDS, site))) yield item;
  }
}

export function reduce([callee, iterable, initial]: readonly Value[], runtime: Runtime): Value {
  const site = runtime.site();
  let result = initial;
  for (const item of runtime.iterate(iterable as Value)) {
    runtime.charge(1, 0);
    result = result === undefined ? item : runtime.call(callee as Value, [result, item], NO_KEYWORDS, site);
  }
  if (result !== undefined) return result;
  return runtime.raise('TypeError', 'reduce() of empty sequence with no initial value');
}

function sorted([iterable, ...rest]: readonly Value[], runtime: Runtime, { keywords }: NativeCall): Value {
  const settings = sortArguments(rest, keywords, runtime);
  const items = [...(runtime as Evaluator).collect(iterable as Value)];
  sortValues(items, settings, runtime);
  return new List(items);
}

function reversed(value: Value, runtime: Runtime): Value {
  const own = isInstance(value) ? special(value, '__reversed__', [], runtime) : undefined;
  if (own !== undefined) return own;
  const isSequence =
    typeof value === 'string' || (value instanceof PyObject && value.length(runtime) !== undefined);
  if (!isSequence) return runtime.raise('TypeError', 'argument to reversed() must be a sequence');
  const items = [...(runtime as Evaluator).collect(value)].reverse();
  return new IteratorObject('reversed', items[Symbol.iterator]());
}

/** `min` and `max`: of one iterable or of several values; `key`, and `default` for an empty iterable. */
function extreme(
  name: 'min' | 'max',
  args: readonly Value[],
  { keywords }: NativeCall,
  runtime: Runtime,
): Value {
  for (const keyword of keywords.keys()) {
    if (keyword !== 'key' && keyword !== 'default') {
      runtime.raise('TypeError', `${name}() got an unexpected keyword argument '${keyword}'`);
    }
  }
  const [only] = args;
  if (only === undefined) return runtime.raise('TypeError', `${name} expected 1 arguments, got 0`);
  const values = args.length > 1 ? args : runtime.iterate(only);
  const key = keywords.get('key') ?? null;
  const site = runtime.site();
  let best: Value | undefined;
  let bestKey: Value = null;
  for (const value of values) {
    runtime.charge(1, 0);
    const valueKey = key === null ? value : runtime.call(key, [value], NO_KEYWORDS, site);
    const isBetter =
      best === undefined ||
      (name === 'min' ? runtime.compare(valueKey, bestKey) < 0 : runtime.compare(bestKey, valueKey) < 0);
    if (isBetter) {
      best = value;
      bestKey = valueKey;
    }
  }
  if (best !== undefined) return best;
  const missing = keywords.get('default');
  if (missing !== undefined) return missing;
  return runtime.raise(
    'ValueError',
    runtime.python3 ? `${name}() iterable argument is empty` : `${name}() arg is an empty sequence`,
  );
}

function sum(iterable: Value, start: Value, runtime: Runtime): Value {
  if (typeof start === 'string')
    return runtime.raise('TypeError', "sum() can't sum strings [use ''.join(seq) instead]");
  let total: Value = start;
  for (const item of runtime.iterate(iterable)) {
    runtime.charge(1, 0);
    total = binaryOperation('+', total, item, 'floor', runtime);
  }
  return total;
}

function some(iterable: Value, wanted: boolean, runtime: Runtime): boolean {
  for (const item of runtime.iterate(iterable)) {
    runtime.charge(1, 0);
    if (runtime.truthy(item) === wanted) return true;
  }
  return false;
}

function iterate([value, sentinel]: readonly Value[], runtime: Runtime): Value {
  if (sentinel !== undefined) {
    return new IteratorObject(
      'callable_iterator',
      untilSentinel(value as Value, sentinel, runtime)[Symbol.iterator](),
    );
  }
  if (isInstance(value)) {
    const own = special(value, '__iter__', [], runtime);
    if (own !== undefined) return own;
  }
  return (runtime as Evaluator).iterator(value as Value);
}

function* untilSentinel(callee: Value, sentinel: Value, runtime: Runtime): Iterable<Value> {
  const site = runtime.site();
  for (;;) {
    runtime.charge(1, 0);
    const value = runtime.call(callee, [], NO_KEYWORDS, site);
    if (runtime.equals(value, sentinel)) return;
    yield value;
  }
}

function next([iterator, missing]: readonly Value[], runtime: Runtime): Value {
  let value: Value | undefined;
  if (iterator instanceof IteratorObject) value = iterator.next(runtime);
  else if (isInstance(iterator) && nextMethod(iterator) !== undefined) value = nextOf(iterator, runtime);
  else return runtime.raise('TypeError', `${runtime.typeName(iterator as Value)} object is not an iterator`);
  if (value !== undefined) return value;
  return missing === undefined ? runtime.raise('StopIteration', '') : missing;
}
