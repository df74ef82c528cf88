import { dictKeyOf, type DictKey, type Runtime, type Value } from '../value.js';
import type { Instance } from './instance.js';

const representatives = new WeakMap<Runtime, Map<DictKey, Instance[]>>();

/** The dict key of an object whose class defines `__hash__`: the first object equal to it with that hash. */
export function hashKey(instance: Instance, hash: Value, runtime: Runtime): DictKey {
  const byHash = mapOf(runtime);
  const key = dictKeyOf(hash, runtime);
  const known = byHash.get(key) ?? [];
  for (const other of known) {
    runtime.charge(1, 0);
    if (other === instance || runtime.equals(instance, other)) return other;
  }
  known.push(instance);
  byHash.set(key, known);
  return instance;
}

function mapOf(runtime: Runtime): Map<DictKey, Instance[]> {
  let map = representatives.get(runtime);
  if (!map) representatives.set(runtime, (map = new Map<DictKey, Instance[]>()));
  return map;
}
