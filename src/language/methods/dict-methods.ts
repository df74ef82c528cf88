import { orElse } from '../values/or-else.js';
import { updateDict } from '../operators/update-dict.js';
import type { Runtime, Value } from '../value.js';
import { Dict } from '../values/dict.js';
import { DictView, partsOf, type DictPart } from '../values/dict-view.js';
import { IteratorObject } from '../values/iterator.js';
import { List } from '../values/list.js';
import { methodTable } from '../values/method-table.js';
import { Tuple } from '../values/tuple.js';

export const dictMethods = methodTable<Dict>([
  ['keys', '', (self, _args, runtime) => all(self, 'keys', runtime)],
  ['values', '', (self, _args, runtime) => all(self, 'values', runtime)],
  ['items', '', (self, _args, runtime) => all(self, 'items', runtime)],
  ['iterkeys', '', (self, _args, runtime) => lazily(self, 'keys', runtime)],
  ['itervalues', '', (self, _args, runtime) => lazily(self, 'values', runtime)],
  ['iteritems', '', (self, _args, runtime) => lazily(self, 'items', runtime)],
  ['viewkeys', '', (self) => new DictView(self, 'keys')],
  ['viewvalues', '', (self) => new DictView(self, 'values')],
  ['viewitems', '', (self) => new DictView(self, 'items')],
  [
    'get',
    '_key _default?',
    (self, [key, missing = null], runtime) => orElse(self.get(key as Value, runtime), () => missing),
  ],
  ['has_key', '_key', (self, [key], runtime) => self.has(key as Value, runtime)],
  [
    'setdefault',
    '_key _default?',
    (self, [key, missing = null], runtime) => {
      const value = self.get(key as Value, runtime);
      if (value !== undefined) return value;
      self.set(key as Value, missing, runtime);
      return missing;
    },
  ],
  [
    'pop',
    '_key _default?',
    (self, [key, missing], runtime) => {
      const value = self.get(key as Value, runtime);
      if (value === undefined)
        return missing === undefined ? runtime.raiseException('KeyError', [key as Value]) : missing;
      self.delete(key as Value, runtime);
      return value;
    },
  ],
  [
    'popitem',
    '',
    (self, _args, runtime) => {
      const last = [...self.entries].at(-1);
      runtime.charge(self.entries.size >> 4, 0);
      if (last === undefined) return runtime.raise('KeyError', 'popitem(): dictionary is empty');
      self.entries.delete(last[0]);
      return new Tuple([last[1].key, last[1].value]);
    },
  ],
  [
    'update',
    '_other? **',
    (self, args, runtime, { keywords }) => {
      if (args[0] !== undefined) updateDict(self, args[0], runtime);
      for (const [key, value] of keywords) self.setItem(key, value, runtime);
      return null;
    },
  ],
  [
    'copy',
    '',
    (self, _args, runtime) => {
      const copy = new Dict();
      runtime.charge(self.entries.size >> 3, 0);
      for (const { key, value } of self.entries.values()) copy.set(key, value, runtime);
      return copy;
    },
  ],
  [
    'clear',
    '',
    (self) => {
      self.entries.clear();
      return null;
    },
  ],
]);

/** A list in Python 2, a view in Python 3. */
function all(self: Dict, part: DictPart, runtime: Runtime): Value {
  if (runtime.python3) return new DictView(self, part);
  runtime.charge(self.entries.size >> 3, (part === 'items' ? 48 : 8) * self.entries.size);
  return new List([...partsOf(self, part)]);
}

function lazily(self: Dict, part: DictPart, runtime: Runtime): Value {
  return new IteratorObject('dictionary-iterator', watched(self, part, runtime));
}

function* watched(self: Dict, part: DictPart, runtime: Runtime): Iterator<Value> {
  const size = self.entries.size;
  for (const value of partsOf(self, part)) {
    yield value;
    if (self.entries.size !== size) runtime.raise('RuntimeError', 'dictionary changed size during iteration');
  }
}
