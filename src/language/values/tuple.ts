import { NOT_IMPLEMENTED, type DictKey, type Maybe, type Runtime, type Value } from '../value.js';
import { compositeKey } from './composite-key.js';
import { elementIndex } from './index.js';
import { NO_METHODS, type MethodTable } from './method-table.js';
import { NativeObject } from './native-object.js';
import { reprContainer } from './repr-guard.js';
import { compareItems, containsItem, equalItems, repeatItems } from './sequence.js';
import { resolveSlice, Slice, sliceArray } from './slice.js';

export class Tuple extends NativeObject {
  /** Its methods know the type; the type does not know them: they are given by `methods/give-methods.ts`. */
  static table: MethodTable<never> = NO_METHODS;

  #key: DictKey | undefined;

  constructor(readonly items: readonly Value[]) {
    super();
  }

  typeName(): string {
    return 'tuple';
  }

  protected methods(): MethodTable<never> {
    return Tuple.table;
  }

  override repr(runtime: Runtime): string {
    return reprContainer(this, '(...)', runtime, () => {
      const texts = this.items.map((item) => runtime.repr(item));
      return `(${texts.join(', ')}${texts.length === 1 ? ',' : ''})`;
    });
  }

  override equals(other: Value, runtime: Runtime): boolean {
    return other instanceof Tuple && (other === this || equalItems(this.items, other.items, runtime));
  }

  override compare(other: Value, runtime: Runtime): Maybe<number> {
    return other instanceof Tuple ? compareItems(this.items, other.items, runtime) : NOT_IMPLEMENTED;
  }

  override dictKey(runtime: Runtime): DictKey {
    return (this.#key ??= compositeKey('t', this.items, runtime));
  }

  override truthy(_runtime: Runtime): boolean {
    return this.items.length > 0;
  }

  override length(_runtime: Runtime): number | undefined {
    return this.items.length;
  }

  override iterate(_runtime: Runtime): Iterable<Value> | undefined {
    return this.items;
  }

  override contains(item: Value, runtime: Runtime): Maybe<boolean> {
    return containsItem(this.items, item, runtime);
  }

  override getItem(index: Value, runtime: Runtime): Maybe<Value> {
    if (index instanceof Slice) {
      const range = resolveSlice(index, this.items.length, runtime);
      runtime.charge(1, 8 * range.count);
      return new Tuple(sliceArray(this.items, range));
    }
    return this.items[elementIndex(index, this.items.length, runtime, 'tuple')] as Value;
  }

  override binary(operator: string, other: Value, reflected: boolean, runtime: Runtime): Maybe<Value> {
    if (operator === '*') {
      const items = repeatItems(this.items, other, runtime);
      return items === NOT_IMPLEMENTED ? items : new Tuple(items);
    }
    if (operator !== '+' || reflected) return NOT_IMPLEMENTED;
    if (other instanceof Tuple) {
      runtime.charge(1, 8 * (this.items.length + other.items.length));
      return new Tuple(this.items.concat(other.items));
    }
    const name = runtime.typeName(other);
    return runtime.raise('TypeError', `can only concatenate tuple (not "${name}") to tuple`);
  }
}

export const EMPTY_TUPLE = new Tuple([]);
