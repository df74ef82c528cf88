import { NOT_IMPLEMENTED, type DictKey, type Maybe, type Runtime, type Value } from '../value.js';
import { elementIndex, isIndexLike } from './index.js';
import { plainOf } from './plain-of.js';
import { NO_METHODS, type MethodTable } from './method-table.js';
import { NativeObject } from './native-object.js';
import { reprContainer } from './repr-guard.js';
import { compareItems, containsItem, equalItems, repeatItems } from './sequence.js';
import { resolveSlice, Slice, sliceArray } from './slice.js';

/** A list; `items` is its own array and may be changed in place. */
export class List extends NativeObject {
  /** Its methods know the type; the type does not know them: they are given by `methods/give-methods.ts`. */
  static table: MethodTable<never> = NO_METHODS;

  constructor(public items: Value[] = []) {
    super();
  }

  typeName(): string {
    return 'list';
  }

  protected methods(): MethodTable<never> {
    return List.table;
  }

  override repr(runtime: Runtime): string {
    return reprContainer(
      this,
      '[...]',
      runtime,
      () => `[${this.items.map((item) => runtime.repr(item)).join(', ')}]`,
    );
  }

  override equals(other: Value, runtime: Runtime): boolean {
    return other instanceof List && (other === this || equalItems(this.items, other.items, runtime));
  }

  override compare(other: Value, runtime: Runtime): Maybe<number> {
    return other instanceof List ? compareItems(this.items, other.items, runtime) : NOT_IMPLEMENTED;
  }

  override dictKey(runtime: Runtime): DictKey {
    return runtime.raise('TypeError', `unhashable type: '${this.typeName()}'`, {
      suggestion: 'Use a tuple: its contents cannot change.',
    });
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
      return new List(sliceArray(this.items, range));
    }
    return this.items[elementIndex(index, this.items.length, runtime, 'list')] as Value;
  }

  override setItem(index: Value, value: Value, runtime: Runtime): boolean {
    if (index instanceof Slice) this.#setSlice(index, value, runtime);
    else if (isIndexLike(index)) {
      this.items[assignedIndex(index, this.items.length, runtime, 'assignment')] = value;
    } else elementIndex(index, this.items.length, runtime, 'list');
    return true;
  }

  override deleteItem(index: Value, runtime: Runtime): boolean {
    if (index instanceof Slice) {
      const { start, step, count } = resolveSlice(index, this.items.length, runtime);
      const gone = new Set(Array.from({ length: count }, (_, i) => start + i * step));
      this.items = this.items.filter((_, i) => !gone.has(i));
    } else if (isIndexLike(index)) {
      this.items.splice(assignedIndex(index, this.items.length, runtime, 'deletion'), 1);
    } else elementIndex(index, this.items.length, runtime, 'list');
    return true;
  }

  override binary(operator: string, other: Value, reflected: boolean, runtime: Runtime): Maybe<Value> {
    if (operator === '*') return repeated(this.items, other, runtime);
    if (operator !== '+' || reflected) return NOT_IMPLEMENTED;
    if (other instanceof List) {
      runtime.charge(1, 8 * (this.items.length + other.items.length));
      return new List(this.items.concat(other.items));
    }
    const name = runtime.typeName(other);
    return runtime.raise('TypeError', `can only concatenate list (not "${name}") to list`);
  }

  #setSlice(slice: Slice, value: Value, runtime: Runtime): void {
    const replacement = Array.from(runtime.iterate(value));
    const { start, step, count } = resolveSlice(slice, this.items.length, runtime);
    runtime.charge(1, 8 * replacement.length);
    if (step === 1) {
      this.items = [...this.items.slice(0, start), ...replacement, ...this.items.slice(start + count)];
      return;
    }
    if (replacement.length !== count) {
      runtime.raise(
        'ValueError',
        `attempt to assign sequence of size ${replacement.length} to extended slice of size ${count}`,
      );
    }
    replacement.forEach((item, i) => {
      this.items[start + i * step] = item;
    });
  }
}

function repeated(items: readonly Value[], times: Value, runtime: Runtime): Maybe<Value> {
  const result = repeatItems(items, times, runtime);
  return result === NOT_IMPLEMENTED ? result : new List(result);
}

function assignedIndex(value: Value, length: number, runtime: Runtime, action: string): number {
  const index = Number(plainOf(value));
  const place = index < 0 ? index + length : index;
  if (place >= 0 && place < length) return place;
  return runtime.raise('IndexError', `list ${action} index out of range`, {
    notes: [`the list has ${length} elements, the index is ${index}`],
  });
}
