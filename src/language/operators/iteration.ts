import { PyObject, type Runtime, type Value } from '../value.js';
import { Dict } from '../values/dict.js';
import { isInstance } from '../values/instance.js';
import { IteratorObject } from '../values/iterator.js';
import { List } from '../values/list.js';
import { Tuple } from '../values/tuple.js';
import { byNext, nextMethod } from '../values/user-iterator.js';

/** The values of an iterable; TypeError for anything else. */
export function iterateValue(value: Value, runtime: Runtime): Iterable<Value> {
  if (typeof value === 'string') return value;
  if (value instanceof PyObject) {
    const iterable = value.iterate(runtime);
    if (iterable !== undefined) return iterable;
    if (isInstance(value) && nextMethod(value) !== undefined) return byNext(value, runtime);
  }
  return runtime.raise('TypeError', `'${runtime.typeName(value)}' object is not iterable`, {
    code: 'not-iterable',
  });
}

/** All the values at once; each is charged, so an endless iterator meets the step budget. */
export function collectItems(value: Value, runtime: Runtime): readonly Value[] {
  if ((value instanceof List || value instanceof Tuple) && !isInstance(value)) {
    runtime.charge(value.items.length >> 3, 0);
    return value.items;
  }
  if (value instanceof Dict && !isInstance(value)) {
    runtime.charge(value.entries.size, 8 * value.entries.size);
    return [...value.keys()];
  }
  const items: Value[] = [];
  for (const item of iterateValue(value, runtime)) {
    runtime.charge(1, 8);
    items.push(item);
  }
  return items;
}

export function iteratorOf(value: Value, runtime: Runtime): IteratorObject {
  if (value instanceof IteratorObject) return value;
  const kind = `${value instanceof PyObject ? value.typeName() : 'str'}iterator`;
  return new IteratorObject(kind, iterateValue(value, runtime)[Symbol.iterator]());
}
