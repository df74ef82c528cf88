import { NOT_IMPLEMENTED, type Maybe, type Runtime, type Value } from '../value.js';

/** Operations that lists and tuples share. */
export function equalItems(a: readonly Value[], b: readonly Value[], runtime: Runtime): boolean {
  if (a.length !== b.length) return false;
  return runtime.nested(() => {
    for (let i = 0; i < a.length; i++) {
      runtime.charge(1, 0);
      if (!runtime.equals(a[i] as Value, b[i] as Value)) return false;
    }
    return true;
  });
}

/** Lexicographic: the first unequal pair decides, then the length. */
export function compareItems(a: readonly Value[], b: readonly Value[], runtime: Runtime): number {
  return runtime.nested(() => {
    const shorter = Math.min(a.length, b.length);
    for (let i = 0; i < shorter; i++) {
      runtime.charge(1, 0);
      const left = a[i] as Value;
      const right = b[i] as Value;
      if (!runtime.equals(left, right)) return runtime.compare(left, right);
    }
    return a.length - b.length;
  });
}

export function containsItem(items: readonly Value[], wanted: Value, runtime: Runtime): boolean {
  if (typeof wanted === 'string') {
    runtime.charge(items.length >> 3, 0);
    if (items.includes(wanted)) return true;
  }
  for (const item of items) {
    if (item === wanted) return true;
    if (typeof item !== 'object' && typeof item === typeof wanted && typeof item !== 'bigint') continue;
    runtime.charge(1, 0);
    if (runtime.equals(item, wanted)) return true;
  }
  return false;
}

/** `items * times`, charged before it is done. */
export function repeatItems(items: readonly Value[], times: Value, runtime: Runtime): Maybe<Value[]> {
  if (typeof times === 'boolean') return repeatItems(items, times ? 1 : 0, runtime);
  if (typeof times !== 'number' && typeof times !== 'bigint') return NOT_IMPLEMENTED;
  const count = Math.max(0, Number(times));
  if (items.length === 0) return [];
  runtime.charge(1, 8 * items.length * count);
  const result: Value[] = [];
  for (let i = 0; i < count; i++) for (const item of items) result.push(item);
  return result;
}
