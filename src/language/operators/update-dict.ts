import { NO_KEYWORDS, PyObject, type Runtime, type Value } from '../value.js';
import { Dict } from '../values/dict.js';

/** `dict.update(other)`: a mapping, or pairs. */
export function updateDict(dict: Dict, other: Value, runtime: Runtime): void {
  if (other instanceof Dict) {
    runtime.charge(other.entries.size, 0);
    for (const { key, value } of [...other.entries.values()]) dict.setItem(key, value, runtime);
    return;
  }
  const keys = other instanceof PyObject ? other.getAttribute('keys', runtime) : undefined;
  if (keys !== undefined && other instanceof PyObject) {
    for (const key of runtime.iterate(runtime.call(keys, [], NO_KEYWORDS, runtime.site()))) {
      const value = other.getItem(key, runtime);
      if (typeof value !== 'symbol') dict.setItem(key, value, runtime);
    }
    return;
  }
  let place = 0;
  for (const pair of runtime.iterate(other)) {
    runtime.charge(1, 0);
    addPair(dict, pair, place++, runtime);
  }
}

function addPair(dict: Dict, pair: Value, place: number, runtime: Runtime): void {
  const isIterable =
    typeof pair === 'string' || (pair instanceof PyObject && pair.iterate(runtime) !== undefined);
  if (!isIterable) {
    runtime.raise('TypeError', `cannot convert dictionary update sequence element #${place} to a sequence`);
  }
  const items: Value[] = [];
  for (const item of runtime.iterate(pair)) {
    items.push(item);
    if (items.length > 2) break;
  }
  const [key, value] = items;
  if (key === undefined || value === undefined || items.length !== 2) {
    runtime.raise(
      'ValueError',
      `dictionary update sequence element #${place} has length ${items.length}; 2 is required`,
    );
  } else dict.setItem(key, value, runtime);
}
