import type { Value } from '../value.js';
import { methodTable } from '../values/method-table.js';
import type { Tuple } from '../values/tuple.js';
import { countOf, indexOf } from './list-methods.js';

export const tupleMethods = methodTable<Tuple>([
  ['count', '_item', (self, [item], runtime) => countOf(self.items, item as Value, runtime)],
  [
    'index',
    '_item',
    (self, [item], runtime) => {
      const place = indexOf(self.items, item as Value, 0, self.items.length, runtime);
      return place >= 0 ? place : runtime.raise('ValueError', 'tuple.index(x): x not in tuple');
    },
  ],
]);
