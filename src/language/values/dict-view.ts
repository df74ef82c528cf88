import { PyObject, type Maybe, type Runtime, type Value } from '../value.js';
import type { Dict } from './dict.js';
import { reprContainer } from './repr-guard.js';
import { PySet } from './set.js';
import { Tuple } from './tuple.js';

export type DictPart = 'keys' | 'values' | 'items';

/** What `keys()`, `values()` and `items()` give in Python 3: it follows its dict. */
export class DictView extends PyObject {
  constructor(
    readonly dict: Dict,
    readonly part: DictPart,
  ) {
    super();
  }

  typeName(): string {
    return `dict_${this.part}`;
  }

  override repr(runtime: Runtime): string {
    return reprContainer(this, '...', runtime, () => {
      const texts = Array.from(partsOf(this.dict, this.part), (item) => runtime.repr(item));
      return `${this.typeName()}([${texts.join(', ')}])`;
    });
  }

  override truthy(): boolean {
    return this.dict.entries.size > 0;
  }

  override length(): number {
    return this.dict.entries.size;
  }

  override *iterate(runtime: Runtime): Iterable<Value> {
    const size = this.dict.entries.size;
    for (const value of partsOf(this.dict, this.part)) {
      yield value;
      if (this.dict.entries.size !== size) {
        runtime.raise('RuntimeError', 'dictionary changed size during iteration');
      }
    }
  }

  override contains(item: Value, runtime: Runtime): Maybe<boolean> {
    if (this.part === 'keys') return this.dict.has(item, runtime);
    for (const value of this.iterate(runtime)) {
      runtime.charge(1, 0);
      if (runtime.equals(value, item)) return true;
    }
    return false;
  }

  override equals(other: Value, runtime: Runtime): boolean {
    return (
      other === this ||
      (this.part !== 'values' && this.#asSet(runtime).equals(asSet(other, runtime), runtime))
    );
  }

  override binary(operator: string, other: Value, reflected: boolean, runtime: Runtime): Maybe<Value> {
    return this.#asSet(runtime).binary(operator, asSet(other, runtime), reflected, runtime);
  }

  #asSet(runtime: Runtime): PySet {
    return new PySet(partsOf(this.dict, this.part), runtime);
  }
}

function asSet(value: Value, runtime: Runtime): Value {
  if (value instanceof DictView) return new PySet(value.iterate(runtime), runtime);
  return value;
}

export function* partsOf(self: Dict, part: DictPart): IterableIterator<Value> {
  for (const { key, value } of self.entries.values()) {
    yield part === 'keys' ? key : part === 'values' ? value : new Tuple([key, value]);
  }
}
