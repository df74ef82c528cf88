import type { Runtime, Value } from '../value.js';
import { toCount } from '../values/index.js';
import { List } from '../values/list.js';
import { Tuple } from '../values/tuple.js';
import { moduleNames } from './names.js';

/** `bisect`: places in sorted sequences. */
export function bisectModule(): ReadonlyMap<string, Value> {
  const find =
    (right: boolean) =>
    ([items, item, low, high]: readonly Value[], runtime: Runtime): Value =>
      place(items as Value, item as Value, low, high, right, runtime);
  const insert =
    (right: boolean) =>
    ([items, item, low, high]: readonly Value[], runtime: Runtime): Value => {
      const at = place(items as Value, item as Value, low, high, right, runtime);
      if (!(items instanceof List)) return runtime.raise('TypeError', 'insort() needs a list');
      runtime.charge(items.items.length >> 6, 8);
      items.items.splice(at, 0, item as Value);
      return null;
    };
  return moduleNames([
    ['bisect', 'a x lo? hi?', find(true)],
    ['bisect_right', 'a x lo? hi?', find(true)],
    ['bisect_left', 'a x lo? hi?', find(false)],
    ['insort', 'a x lo? hi?', insert(true)],
    ['insort_right', 'a x lo? hi?', insert(true)],
    ['insort_left', 'a x lo? hi?', insert(false)],
  ]);
}

function place(
  sequence: Value,
  item: Value,
  from: Value | undefined,
  to: Value | undefined,
  right: boolean,
  runtime: Runtime,
): number {
  if (!(sequence instanceof List || sequence instanceof Tuple))
    return runtime.raise('TypeError', `bisect() needs a list, not ${runtime.typeName(sequence)}`);
  const { items } = sequence;
  let low = from === undefined ? 0 : toCount(from, runtime);
  let high = to === undefined || to === null ? items.length : Math.min(items.length, toCount(to, runtime));
  if (low < 0) return runtime.raise('ValueError', 'lo must be non-negative');
  while (low < high) {
    runtime.charge(1, 0);
    const middle = (low + high) >> 1;
    const order = runtime.compare(item, items[middle] as Value);
    if (right ? order < 0 : order <= 0) high = middle;
    else low = middle + 1;
  }
  return low;
}
