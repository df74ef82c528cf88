import { Float, NO_KEYWORDS, type Runtime, type Value } from '../value.js';
import { compareTexts } from '../operators/compare.js';
import type { SortArguments } from './list-methods.js';

/** Sorts in place, stably; `reverse` keeps the order of equal items, as Python does. */
export function sortValues(items: Value[], { cmp, key, reverse }: SortArguments, runtime: Runtime): void {
  const count = items.length;
  // A sort makes about n log2 n comparisons.
  runtime.charge(Math.ceil(count * Math.log2(count + 2) * 0.25), 16 * count);
  const site = runtime.site();
  const keys = key === null ? items : items.map((item) => runtime.call(key, [item], NO_KEYWORDS, site));
  const compare = cmp === null ? comparison(keys, runtime) : comparisonBy(cmp, runtime);
  const direction = reverse ? -1 : 1;
  const order = Array.from({ length: count }, (_, i) => i);
  order.sort((a, b) => direction * (compare(keys[a] as Value, keys[b] as Value) || 0) || a - b);
  const sorted = order.map((index) => items[index] as Value);
  for (let i = 0; i < count; i++) items[i] = sorted[i] as Value;
}

function comparison(keys: readonly Value[], runtime: Runtime): (a: Value, b: Value) => number {
  if (keys.every((value) => typeof value === 'number')) return (a, b) => (a as number) - (b as number);
  if (keys.every((value) => typeof value === 'string'))
    return (a, b) => compareTexts(a as string, b as string);
  if (keys.every((value) => value instanceof Float)) return (a, b) => (a as Float).value - (b as Float).value;
  return (a, b) => {
    runtime.charge(1, 0);
    return runtime.compare(a, b);
  };
}

function comparisonBy(cmp: Value, runtime: Runtime): (a: Value, b: Value) => number {
  const site = runtime.site();
  return (a, b) => {
    const order = runtime.call(cmp, [a, b], NO_KEYWORDS, site);
    if (typeof order === 'number' || typeof order === 'bigint') return Number(order);
    if (typeof order === 'boolean') return order ? 1 : 0;
    return runtime.raise('TypeError', 'comparison function must return int');
  };
}
