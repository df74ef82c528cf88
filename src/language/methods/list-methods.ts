import type { Keywords, Runtime, Value } from '../value.js';
import { toCount, toIndex } from '../values/index.js';
import { List } from '../values/list.js';
import { methodTable } from '../values/method-table.js';
import { sortValues } from './sort.js';

export const listMethods = methodTable<List>([
  [
    'append',
    '_item',
    (self, [item], runtime) => {
      runtime.charge(0, 8);
      self.items.push(item as Value);
      return null;
    },
  ],
  [
    'extend',
    '_iterable',
    (self, [iterable], runtime) => {
      if (iterable instanceof List) {
        const added = iterable === self ? [...self.items] : iterable.items;
        runtime.charge(added.length >> 3, 8 * added.length);
        for (const item of added) self.items.push(item);
        return null;
      }
      for (const item of runtime.iterate(iterable as Value)) {
        runtime.charge(1, 8);
        self.items.push(item);
      }
      return null;
    },
  ],
  [
    'insert',
    '_index _item',
    (self, [index, item], runtime) => {
      const place = toCount(index as Value, runtime);
      runtime.charge(self.items.length >> 6, 8);
      self.items.splice(place < 0 ? Math.max(0, place + self.items.length) : place, 0, item as Value);
      return null;
    },
  ],
  ['pop', '_index?', (self, [index], runtime) => pop(self, index, runtime)],
  [
    'remove',
    '_item',
    (self, [item], runtime) => {
      const place = indexOf(self.items, item as Value, 0, self.items.length, runtime);
      if (place < 0) runtime.raise('ValueError', 'list.remove(x): x not in list');
      self.items.splice(place, 1);
      return null;
    },
  ],
  [
    'index',
    '_item _start? _stop?',
    (self, [item, start, stop], runtime) => {
      const { length } = self.items;
      const place = indexOf(
        self.items,
        item as Value,
        bound(start, 0, length, runtime),
        bound(stop, length, length, runtime),
        runtime,
      );
      return place >= 0
        ? place
        : runtime.raise('ValueError', `${runtime.repr(item as Value)} is not in list`);
    },
  ],
  ['count', '_item', (self, [item], runtime) => countOf(self.items, item as Value, runtime)],
  [
    'sort',
    '_cmp? key? reverse? **',
    (self, args, runtime, { keywords }) => {
      const { cmp, key, reverse } = sortArguments(args, keywords, runtime);
      const { items } = self;
      // Python empties the list while it is being sorted, so that the program cannot see it half done.
      self.items = [];
      try {
        sortValues(items, { cmp, key, reverse }, runtime);
      } finally {
        self.items = items;
      }
      return null;
    },
  ],
  [
    'reverse',
    '',
    (self, _args, runtime) => {
      runtime.charge(self.items.length >> 4, 0);
      self.items.reverse();
      return null;
    },
  ],
  [
    'copy',
    '',
    (self, _args, runtime) => {
      runtime.charge(1, 8 * self.items.length);
      return new List([...self.items]);
    },
  ],
  [
    'clear',
    '',
    (self) => {
      self.items.length = 0;
      return null;
    },
  ],
]);

function pop(self: List, index: Value | undefined, runtime: Runtime): Value {
  const { items } = self;
  if (items.length === 0) return runtime.raise('IndexError', 'pop from empty list');
  if (index === undefined) return items.pop() as Value;
  const place = toIndex(index, runtime, 'list');
  const at = place < 0 ? place + items.length : place;
  if (at < 0 || at >= items.length) return runtime.raise('IndexError', 'pop index out of range');
  runtime.charge(items.length >> 6, 0);
  return items.splice(at, 1)[0] as Value;
}

function bound(value: Value | undefined, missing: number, length: number, runtime: Runtime): number {
  if (value === undefined) return missing;
  const index = toCount(value, runtime);
  return index < 0 ? Math.max(0, index + length) : index;
}

/** The place of the first equal item, or -1. */
export function indexOf(
  items: readonly Value[],
  wanted: Value,
  start: number,
  stop: number,
  runtime: Runtime,
): number {
  for (let i = start; i < Math.min(stop, items.length); i++) {
    runtime.charge(1, 0);
    if (runtime.equals(items[i] as Value, wanted)) return i;
  }
  return -1;
}

export function countOf(items: readonly Value[], wanted: Value, runtime: Runtime): number {
  let count = 0;
  for (const item of items) {
    runtime.charge(1, 0);
    if (runtime.equals(item, wanted)) count++;
  }
  return count;
}

export interface SortArguments {
  readonly cmp: Value;
  readonly key: Value;
  readonly reverse: boolean;
}

/** `sort(cmp=None, key=None, reverse=False)`; Python 3 has no `cmp`. */
export function sortArguments(args: readonly Value[], keywords: Keywords, runtime: Runtime): SortArguments {
  for (const name of keywords.keys()) {
    if (!['cmp', 'key', 'reverse'].includes(name)) {
      runtime.raise('TypeError', `'${name}' is an invalid keyword argument for this function`);
    }
  }
  const [
    cmp = keywords.get('cmp') ?? null,
    key = keywords.get('key') ?? null,
    reverse = keywords.get('reverse') ?? false,
  ] = args;
  return { cmp, key, reverse: runtime.truthy(reverse) };
}
