import { dictKeyOf, type DictKey, type Runtime, type Value } from '../value.js';

const identities = new WeakMap<object, number>();
let lastIdentity = 0;

/** A number that stays with an object: what `id()` shows and composite keys hold. */
export function identityOf(object: object): number {
  let identity = identities.get(object);
  if (identity === undefined) identities.set(object, (identity = ++lastIdentity));
  return identity;
}

/** The dict key of a tuple or frozenset: text that equals another's exactly when the parts do. */
export function compositeKey(kind: string, items: readonly Value[], runtime: Runtime): DictKey {
  return runtime.nested(() => {
    const parts = items.map((item) => partOf(dictKeyOf(item, runtime)));
    if (kind === 'f') parts.sort();
    const key = `\0${kind}${parts.join('')}`;
    runtime.charge(1, key.length);
    return key;
  });
}

function partOf(key: DictKey): string {
  switch (typeof key) {
    case 'string':
      return `s${key.length}:${key}`;
    case 'number':
      return `n${key === 0 ? 0 : key};`;
    case 'bigint':
      return `n${key};`;
    default:
      return key === null ? 'N;' : `o${identityOf(key)};`;
  }
}
