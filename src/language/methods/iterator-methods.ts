import type { Value } from '../value.js';
import type { IteratorObject } from '../values/iterator.js';
import { methodTable } from '../values/method-table.js';
import type { Runtime } from '../value.js';

export const iteratorMethods = methodTable<IteratorObject>([
  ['next', '', (self, _args, runtime) => advance(self, runtime)],
  ['__next__', '', (self, _args, runtime) => advance(self, runtime)],
  ['__iter__', '', (self) => self],
]);

/** The next value, or StopIteration. */
export function advance(iterator: IteratorObject, runtime: Runtime): Value {
  const value = iterator.next(runtime);
  return value === undefined ? runtime.raise('StopIteration', '') : value;
}
