import type { Evaluator } from '../interpreter.js';
import { binaryOperation } from '../operators/binary.js';
import { NO_KEYWORDS, PyObject, type Runtime, type Value } from '../value.js';
import { toCount } from '../values/index.js';
import { IteratorObject } from '../values/iterator.js';
import { nativeFunction } from '../values/native-function.js';
import { Tuple } from '../values/tuple.js';
import { combinations, permutations, product } from './combinatorics.js';
import { moduleNames } from './names.js';

/** `itertools`: everything is lazy, and everything drawn from it is charged where it is drawn. */
export function itertoolsModule(_runtime: Evaluator): ReadonlyMap<string, Value> {
  const names = moduleNames([
    ['count', 'start? step?', ([start = 0, step = 1], runtime) => lazy('count', count(start, step, runtime))],
    ['cycle', '_iterable', ([iterable], runtime) => lazy('cycle', cycle(iterable as Value, runtime))],
    [
      'repeat',
      'object times?',
      ([value, times], runtime) => lazy('repeat', repeat(value as Value, times, runtime)),
    ],
    [
      'islice',
      '_iterable _start _stop? _step?',
      ([iterable, ...bounds], runtime) => lazy('islice', slice(iterable as Value, bounds, runtime)),
    ],
    [
      'takewhile',
      '_predicate _iterable',
      ([test, iterable], runtime) => lazy('takewhile', takeWhile(test as Value, iterable as Value, runtime)),
    ],
    [
      'dropwhile',
      '_predicate _iterable',
      ([test, iterable], runtime) => lazy('dropwhile', dropWhile(test as Value, iterable as Value, runtime)),
    ],
    [
      'imap',
      '_function *',
      ([callee, ...iterables], runtime) => lazy('imap', mapped(callee as Value, iterables, runtime)),
    ],
    [
      'ifilter',
      '_function _iterable',
      ([test, iterable], runtime) =>
        lazy('ifilter', filtered(test as Value, iterable as Value, true, runtime)),
    ],
    [
      'filterfalse',
      '_function _iterable',
      ([test, iterable], runtime) =>
        lazy('filterfalse', filtered(test as Value, iterable as Value, false, runtime)),
    ],
    [
      'ifilterfalse',
      '_function _iterable',
      ([test, iterable], runtime) =>
        lazy('ifilterfalse', filtered(test as Value, iterable as Value, false, runtime)),
    ],
    ['izip', '*', (iterables, runtime) => lazy('izip', zipped(iterables, undefined, runtime))],
    [
      'izip_longest',
      '* **',
      (iterables, runtime, { keywords }) =>
        lazy('izip_longest', zipped(iterables, keywords.get('fillvalue') ?? null, runtime)),
    ],
    [
      'zip_longest',
      '* **',
      (iterables, runtime, { keywords }) =>
        lazy('zip_longest', zipped(iterables, keywords.get('fillvalue') ?? null, runtime)),
    ],
    [
      'starmap',
      '_function _iterable',
      ([callee, iterable], runtime) =>
        lazy('starmap', starMapped(callee as Value, iterable as Value, runtime)),
    ],
    [
      'groupby',
      'iterable key?',
      ([iterable, key = null], runtime) => lazy('groupby', grouped(iterable as Value, key, runtime)),
    ],
    [
      'tee',
      '_iterable _n?',
      ([iterable, n = 2], runtime) => tee(iterable as Value, toCount(n, runtime), runtime),
    ],
    [
      'accumulate',
      '_iterable _function?',
      ([iterable, callee], runtime) =>
        lazy('accumulate', accumulated(iterable as Value, callee ?? null, runtime)),
    ],
    [
      'compress',
      'data selectors',
      ([data, selectors], runtime) =>
        lazy('compress', compressed(data as Value, selectors as Value, runtime)),
    ],
    [
      'product',
      '* **',
      (iterables, runtime, { keywords }) =>
        lazy('product', product(iterables, keywords.get('repeat') ?? 1, runtime)),
    ],
    [
      'permutations',
      'iterable r?',
      ([iterable, r], runtime) => lazy('permutations', permutations(iterable as Value, r ?? null, runtime)),
    ],
    [
      'combinations',
      'iterable r',
      ([iterable, r], runtime) =>
        lazy('combinations', combinations(iterable as Value, r as Value, false, runtime)),
    ],
    [
      'combinations_with_replacement',
      'iterable r',
      ([iterable, r], runtime) =>
        lazy('combinations', combinations(iterable as Value, r as Value, true, runtime)),
    ],
  ]);
  names.set('chain', new Chain());
  return names;
}

function lazy(kind: string, values: Iterator<Value>): IteratorObject {
  return new IteratorObject(kind, values);
}

/** `chain(*iterables)`, with `chain.from_iterable`. */
class Chain extends PyObject {
  typeName(): string {
    return 'type';
  }

  override isCallable(): boolean {
    return true;
  }

  override call(args: readonly Value[], _keywords: unknown, _site: unknown, runtime: Runtime): Value {
    return lazy('chain', chained(args, runtime));
  }

  override getAttribute(name: string): Value | undefined {
    if (name !== 'from_iterable') return undefined;
    return nativeFunction('from_iterable', '_iterable', ([iterable], runtime) =>
      lazy('chain', chained(runtime.iterate(iterable as Value), runtime)),
    );
  }

  override attributeNames(): Iterable<string> {
    return ['from_iterable'];
  }
}

function* chained(iterables: Iterable<Value>, runtime: Runtime): Generator<Value> {
  for (const iterable of iterables) {
    for (const item of runtime.iterate(iterable)) {
      runtime.charge(1, 0);
      yield item;
    }
  }
}

function* count(start: Value, step: Value, runtime: Runtime): Generator<Value> {
  for (let value = start; ; value = binaryOperation('+', value, step, 'floor', runtime)) {
    runtime.charge(1, 0);
    yield value;
  }
}

function* cycle(iterable: Value, runtime: Runtime): Generator<Value> {
  const items: Value[] = [];
  for (const item of runtime.iterate(iterable)) {
    runtime.charge(1, 8);
    items.push(item);
    yield item;
  }
  while (items.length > 0) {
    for (const item of items) {
      runtime.charge(1, 0);
      yield item;
    }
  }
}

function* repeat(value: Value, times: Value | undefined, runtime: Runtime): Generator<Value> {
  const limit = times === undefined ? Infinity : toCount(times, runtime);
  for (let i = 0; i < limit; i++) {
    runtime.charge(1, 0);
    yield value;
  }
}

function* slice(iterable: Value, bounds: readonly Value[], runtime: Runtime): Generator<Value> {
  const [first, second, third] = bounds;
  const bound = (value: Value | undefined, missing: number): number => {
    if (value === undefined || value === null) return missing;
    const index = toCount(value, runtime);
    if (index < 0) runtime.raise('ValueError', 'Indices for islice() must be None or non-negative integers');
    return index;
  };
  const start = second === undefined ? 0 : bound(first, 0);
  const stop = second === undefined ? bound(first, Infinity) : bound(second, Infinity);
  const step = bound(third, 1);
  if (step === 0) runtime.raise('ValueError', 'Step for islice() must be a positive integer or None');
  if (stop <= start) return;
  let index = 0;
  let next = start;
  for (const item of runtime.iterate(iterable)) {
    runtime.charge(1, 0);
    if (index === next) {
      yield item;
      next += step;
    }
    index += 1;
    if (index >= stop) return;
  }
}

function* takeWhile(test: Value, iterable: Value, runtime: Runtime): Generator<Value> {
  for (const item of runtime.iterate(iterable)) {
    if (!holds(test, item, runtime)) return;
    yield item;
  }
}

function* dropWhile(test: Value, iterable: Value, runtime: Runtime): Generator<Value> {
  let dropping = true;
  for (const item of runtime.iterate(iterable)) {
    if (dropping && holds(test, item, runtime)) continue;
    dropping = false;
    yield item;
  }
}

function holds(test: Value, item: Value, runtime: Runtime): boolean {
  runtime.charge(1, 0);
  return runtime.truthy(test === null ? item : runtime.call(test, [item], NO_KEYWORDS, runtime.site()));
}

function* mapped(callee: Value, iterables: readonly Value[], runtime: Runtime): Generator<Value> {
  for (const items of zipped(iterables, undefined, runtime)) {
    yield callee === null ? items : runtime.call(callee, (items as Tuple).items, NO_KEYWORDS, runtime.site());
  }
}

function* filtered(test: Value, iterable: Value, wanted: boolean, runtime: Runtime): Generator<Value> {
  for (const item of runtime.iterate(iterable)) if (holds(test, item, runtime) === wanted) yield item;
}

/** Up to the shortest, or to the longest when there is something to fill with. */
function* zipped(iterables: readonly Value[], fill: Value | undefined, runtime: Runtime): Generator<Value> {
  const iterators = iterables.map((iterable) => runtime.iterate(iterable)[Symbol.iterator]());
  if (iterators.length === 0) return;
  const ended = new Set<Iterator<Value>>();
  for (;;) {
    runtime.charge(1, 24);
    const items: Value[] = [];
    for (const iterator of iterators) {
      const step = ended.has(iterator) ? { done: true as const, value: undefined } : iterator.next();
      if (step.done !== true) items.push(step.value);
      else if (fill === undefined) return;
      else {
        ended.add(iterator);
        items.push(fill);
      }
    }
    if (ended.size === iterators.length) return;
    yield new Tuple(items);
  }
}

function* starMapped(callee: Value, iterable: Value, runtime: Runtime): Generator<Value> {
  for (const args of runtime.iterate(iterable)) {
    runtime.charge(1, 0);
    yield runtime.call(callee, [...runtime.iterate(args)], NO_KEYWORDS, runtime.site());
  }
}

/** Runs of neighbours with equal keys. Each group is complete when it is handed out. */
function* grouped(iterable: Value, key: Value, runtime: Runtime): Generator<Value> {
  let group: Value[] = [];
  let groupKey: Value | undefined;
  const finished = (): Value => new Tuple([groupKey ?? null, lazy('_grouper', group[Symbol.iterator]())]);
  for (const item of runtime.iterate(iterable)) {
    runtime.charge(1, 8);
    const itemKey = key === null ? item : runtime.call(key, [item], NO_KEYWORDS, runtime.site());
    if (groupKey !== undefined && !runtime.equals(groupKey, itemKey)) {
      yield finished();
      group = [];
    }
    groupKey = itemKey;
    group.push(item);
  }
  if (groupKey !== undefined) yield finished();
}

function tee(iterable: Value, copies: number, runtime: Runtime): Value {
  const source = runtime.iterate(iterable)[Symbol.iterator]();
  const seen: Value[] = [];
  function* copy(): Generator<Value> {
    for (let index = 0; ; index++) {
      if (index >= seen.length) {
        const step = source.next();
        if (step.done === true) return;
        runtime.charge(1, 8);
        seen.push(step.value);
      }
      yield seen[index] as Value;
    }
  }
  runtime.charge(1, 64 * Math.max(0, copies));
  return new Tuple(Array.from({ length: Math.max(0, copies) }, () => lazy('tee', copy())));
}

function* accumulated(iterable: Value, callee: Value, runtime: Runtime): Generator<Value> {
  let total: Value | undefined;
  for (const item of runtime.iterate(iterable)) {
    runtime.charge(1, 0);
    if (total === undefined) total = item;
    else if (callee === null) total = binaryOperation('+', total, item, 'floor', runtime);
    else total = runtime.call(callee, [total, item], NO_KEYWORDS, runtime.site());
    yield total;
  }
}

function* compressed(data: Value, selectors: Value, runtime: Runtime): Generator<Value> {
  for (const pair of zipped([data, selectors], undefined, runtime)) {
    const [item, selector] = (pair as Tuple).items;
    if (runtime.truthy(selector as Value)) yield item as Value;
  }
}
