import {
  dictKeyOf,
  NOT_IMPLEMENTED,
  type DictKey,
  type Maybe,
  type RichOperator,
  type Runtime,
  type Value,
} from '../value.js';
import { compositeKey } from './composite-key.js';
import { NO_METHODS, type MethodTable } from './method-table.js';
import { NativeObject } from './native-object.js';
import { reprContainer } from './repr-guard.js';

const ITEM_BYTES = 96;

/** A set in insertion order; the base of `frozenset` as well. */
export class PySet extends NativeObject {
  /** Its methods know the type; the type does not know them: they are given by `methods/give-methods.ts`. */
  static table: MethodTable<never> = NO_METHODS;

  readonly items: Map<DictKey, Value> = new Map<DictKey, Value>();

  constructor(values: Iterable<Value>, runtime: Runtime) {
    super();
    for (const value of values) this.add(value, runtime);
  }

  typeName(): string {
    return 'set';
  }

  protected methods(): MethodTable<never> {
    return PySet.table;
  }

  add(value: Value, runtime: Runtime): void {
    const key = dictKeyOf(value, runtime);
    if (this.items.has(key)) return;
    runtime.charge(1, ITEM_BYTES);
    this.items.set(key, value);
  }

  has(value: Value, runtime: Runtime): boolean {
    return this.items.has(dictKeyOf(value, runtime));
  }

  /** A set of the same kind with other items. */
  like(values: Iterable<Value>, runtime: Runtime): PySet {
    return new PySet(values, runtime);
  }

  override repr(runtime: Runtime): string {
    return reprContainer(this, `${this.typeName()}(...)`, runtime, () => {
      const texts = Array.from(this.items.values(), (item) => runtime.repr(item));
      const name = this.typeName();
      if (texts.length === 0) return `${name}()`.replace('set()', runtime.python3 ? 'set()' : 'set([])');
      if (!runtime.python3) return `${name}([${texts.join(', ')}])`;
      return name === 'set' ? `{${texts.join(', ')}}` : `${name}({${texts.join(', ')}})`;
    });
  }

  override equals(other: Value, _runtime: Runtime): boolean {
    return other instanceof PySet && other.items.size === this.items.size && isSubset(this, other);
  }

  override richCompare(operator: RichOperator, other: Value, runtime: Runtime): Maybe<Value> {
    if (!(other instanceof PySet)) return NOT_IMPLEMENTED;
    switch (operator) {
      case '<=':
        return isSubset(this, other);
      case '<':
        return this.items.size < other.items.size && isSubset(this, other);
      case '>=':
        return isSubset(other, this);
      case '>':
        return other.items.size < this.items.size && isSubset(other, this);
      case '==':
        return this.equals(other, runtime);
      case '!=':
        return !this.equals(other, runtime);
    }
  }

  override dictKey(runtime: Runtime): DictKey {
    return runtime.raise('TypeError', "unhashable type: 'set'", {
      suggestion: 'Use a frozenset: its contents cannot change.',
    });
  }

  override truthy(_runtime: Runtime): boolean {
    return this.items.size > 0;
  }

  override length(_runtime: Runtime): number | undefined {
    return this.items.size;
  }

  override iterate(runtime: Runtime): Iterable<Value> | undefined {
    return unchanging(this, runtime);
  }

  override contains(item: Value, runtime: Runtime): Maybe<boolean> {
    return this.has(item, runtime);
  }

  override binary(operator: string, other: Value, reflected: boolean, runtime: Runtime): Maybe<Value> {
    if (!(other instanceof PySet)) return NOT_IMPLEMENTED;
    const [left, right] = reflected ? [other, this] : [this, other];
    switch (operator) {
      case '|':
        return left.like(union(left, right.items.values()), runtime);
      case '&':
        return left.like(intersection(left, right), runtime);
      case '-':
        return left.like(difference(left, right), runtime);
      case '^':
        return left.like([...difference(left, right), ...difference(right, left)], runtime);
      default:
        return NOT_IMPLEMENTED;
    }
  }
}

export class FrozenSet extends PySet {
  static override table: MethodTable<never> = NO_METHODS;

  #key: DictKey | undefined;

  override typeName(): string {
    return 'frozenset';
  }

  protected override methods(): MethodTable<never> {
    return FrozenSet.table;
  }

  override like(values: Iterable<Value>, runtime: Runtime): PySet {
    return new FrozenSet(values, runtime);
  }

  override dictKey(runtime: Runtime): DictKey {
    return (this.#key ??= compositeKey('f', [...this.items.values()], runtime));
  }
}

export function isSubset(a: PySet, b: PySet): boolean {
  if (a.items.size > b.items.size) return false;
  for (const key of a.items.keys()) if (!b.items.has(key)) return false;
  return true;
}

export function union(a: PySet, more: Iterable<Value>): Value[] {
  return [...a.items.values(), ...more];
}

export function intersection(a: PySet, b: PySet): Value[] {
  return [...a.items].filter(([key]) => b.items.has(key)).map(([, value]) => value);
}

export function difference(a: PySet, b: PySet): Value[] {
  return [...a.items].filter(([key]) => !b.items.has(key)).map(([, value]) => value);
}

function* unchanging(set: PySet, runtime: Runtime): Iterable<Value> {
  const size = set.items.size;
  for (const value of set.items.values()) {
    yield value;
    if (set.items.size !== size) runtime.raise('RuntimeError', 'Set changed size during iteration');
  }
}
