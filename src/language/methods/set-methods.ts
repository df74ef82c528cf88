import { dictKeyOf as keyOf, type Runtime, type Value } from '../value.js';
import { methodTable } from '../values/method-table.js';
import { difference, intersection, isSubset, PySet, union, type FrozenSet } from '../values/set.js';
import type { Row } from './row.js';

const readingRows: ReadonlyArray<Row<PySet>> = [
  [
    'union',
    '*',
    (self, args, runtime) =>
      self.like(
        union(
          self,
          args.flatMap((arg) => [...runtime.iterate(arg)]),
        ),
        runtime,
      ),
  ],
  ['intersection', '*', (self, args, runtime) => self.like(fold(self, args, intersection, runtime), runtime)],
  ['difference', '*', (self, args, runtime) => self.like(fold(self, args, difference, runtime), runtime)],
  [
    'symmetric_difference',
    '_other',
    (self, [other], runtime) => {
      const set = toSet(other as Value, runtime);
      return self.like([...difference(self, set), ...difference(set, self)], runtime);
    },
  ],
  ['issubset', '_other', (self, [other], runtime) => isSubset(self, toSet(other as Value, runtime))],
  ['issuperset', '_other', (self, [other], runtime) => isSubset(toSet(other as Value, runtime), self)],
  [
    'isdisjoint',
    '_other',
    (self, [other], runtime) => intersection(self, toSet(other as Value, runtime)).length === 0,
  ],
  ['copy', '', (self, _args, runtime) => self.like(self.items.values(), runtime)],
];

export const frozenSetMethods = methodTable<FrozenSet>(readingRows);

export const setMethods = methodTable<PySet>([
  ...readingRows,
  [
    'add',
    '_item',
    (self, [item], runtime) => {
      self.add(item as Value, runtime);
      return null;
    },
  ],
  [
    'discard',
    '_item',
    (self, [item], runtime) => {
      self.items.delete(keyOf(item as Value, runtime));
      return null;
    },
  ],
  [
    'remove',
    '_item',
    (self, [item], runtime) => {
      if (!self.items.delete(keyOf(item as Value, runtime)))
        runtime.raiseException('KeyError', [item as Value]);
      return null;
    },
  ],
  [
    'pop',
    '',
    (self, _args, runtime) => {
      for (const [key, item] of self.items) {
        self.items.delete(key);
        return item;
      }
      return runtime.raise('KeyError', 'pop from an empty set');
    },
  ],
  [
    'clear',
    '',
    (self) => {
      self.items.clear();
      return null;
    },
  ],
  [
    'update',
    '*',
    (self, args, runtime) => {
      for (const arg of args) for (const item of [...runtime.iterate(arg)]) self.add(item, runtime);
      return null;
    },
  ],
  [
    'difference_update',
    '*',
    (self, args, runtime) => replace(self, fold(self, args, difference, runtime), runtime),
  ],
  [
    'intersection_update',
    '*',
    (self, args, runtime) => replace(self, fold(self, args, intersection, runtime), runtime),
  ],
  [
    'symmetric_difference_update',
    '_other',
    (self, [other], runtime) => {
      const set = toSet(other as Value, runtime);
      return replace(self, [...difference(self, set), ...difference(set, self)], runtime);
    },
  ],
]);

function toSet(value: Value, runtime: Runtime): PySet {
  return value instanceof PySet ? value : new PySet(runtime.iterate(value), runtime);
}

function fold(
  self: PySet,
  args: readonly Value[],
  combine: (a: PySet, b: PySet) => Value[],
  runtime: Runtime,
): Iterable<Value> {
  let result = self;
  for (const arg of args) result = new PySet(combine(result, toSet(arg, runtime)), runtime);
  return [...result.items.values()];
}

function replace(self: PySet, items: Iterable<Value>, runtime: Runtime): null {
  self.items.clear();
  for (const item of items) self.add(item, runtime);
  return null;
}
