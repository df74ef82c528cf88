import type { Runtime, Value } from '../value.js';
import { toCount } from '../values/index.js';
import { Tuple } from '../values/tuple.js';

/** `itertools.product` */
export function* product(iterables: readonly Value[], repeat: Value, runtime: Runtime): Generator<Value> {
  const once = iterables.map((iterable) => itemsOf(iterable, runtime));
  const times = toCount(repeat, runtime);
  runtime.charge(1, 8 * once.length * Math.max(0, times));
  const pools = Array.from({ length: Math.max(0, times) }, () => once).flat();
  if (pools.some((pool) => pool.length === 0)) return;
  const places = pools.map(() => 0);
  for (;;) {
    yield tupleOf(
      pools.map((pool, i) => pool[places[i] as number] as Value),
      runtime,
    );
    let at = places.length - 1;
    while (at >= 0 && (places[at] as number) + 1 >= (pools[at] as Value[]).length) places[at--] = 0;
    if (at < 0) return;
    places[at] = (places[at] as number) + 1;
  }
}

/** `itertools.permutations`, in the order of the places. */
export function* permutations(iterable: Value, size: Value, runtime: Runtime): Generator<Value> {
  const pool = itemsOf(iterable, runtime);
  const length = size === null ? pool.length : toCount(size, runtime);
  if (length > pool.length || length < 0) return;
  const chosen: number[] = [];
  const used = new Set<number>();
  // Counts up through the places like an odometer that skips what is used: no recursion.
  let candidate = 0;
  for (;;) {
    runtime.charge(1, 0);
    if (chosen.length === length) {
      yield tupleOf(
        chosen.map((index) => pool[index] as Value),
        runtime,
      );
      candidate = pool.length;
    }
    while (candidate < pool.length && used.has(candidate)) candidate++;
    if (candidate < pool.length) {
      chosen.push(candidate);
      used.add(candidate);
      candidate = 0;
      continue;
    }
    const last = chosen.pop();
    if (last === undefined) return;
    used.delete(last);
    candidate = last + 1;
  }
}

/** `itertools.combinations`, with or without taking an item again. */
export function* combinations(
  iterable: Value,
  size: Value,
  again: boolean,
  runtime: Runtime,
): Generator<Value> {
  const pool = itemsOf(iterable, runtime);
  const length = toCount(size, runtime);
  if (length < 0) runtime.raise('ValueError', 'r must be non-negative');
  if (length > pool.length && !(again && pool.length > 0)) return;
  runtime.charge(1, 8 * length);
  const places = Array.from({ length }, (_, i) => (again ? 0 : i));
  for (;;) {
    yield tupleOf(
      places.map((index) => pool[index] as Value),
      runtime,
    );
    let at = length - 1;
    while (at >= 0 && places[at] === (again ? pool.length - 1 : pool.length - length + at)) at--;
    if (at < 0) return;
    const next = (places[at] as number) + 1;
    for (let i = at; i < length; i++) places[i] = again ? next : next + i - at;
  }
}

function itemsOf(iterable: Value, runtime: Runtime): Value[] {
  const items: Value[] = [];
  for (const item of runtime.iterate(iterable)) {
    runtime.charge(1, 8);
    items.push(item);
  }
  return items;
}

function tupleOf(items: Value[], runtime: Runtime): Tuple {
  runtime.charge(1, 24 + 8 * items.length);
  return new Tuple(items);
}
