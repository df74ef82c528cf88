import { NOT_IMPLEMENTED, type Maybe, type Runtime, type Value } from '../value.js';
import { methodTable, type MethodTable } from './method-table.js';
import { elementIndex } from './index.js';
import { NativeObject } from './native-object.js';
import { resolveSlice, Slice } from './slice.js';

/** `xrange(...)`, and `range(...)` in Python 3: numbers not yet made. */
export class Range extends NativeObject {
  constructor(
    readonly start: number,
    readonly step: number,
    readonly count: number,
  ) {
    super();
  }

  typeName(): string {
    return 'xrange';
  }

  protected methods(): MethodTable<never> {
    return rangeMethods;
  }

  override repr(runtime: Runtime): string {
    const name = runtime.python3 ? 'range' : 'xrange';
    const stop = this.start + this.count * this.step;
    if (this.step !== 1) return `${name}(${this.start}, ${stop}, ${this.step})`;
    return this.start === 0 && !runtime.python3 ? `${name}(${stop})` : `${name}(${this.start}, ${stop})`;
  }

  override equals(other: Value): boolean {
    if (!(other instanceof Range) || other.count !== this.count) return false;
    if (this.count === 0) return true;
    return this.start === other.start && (this.count === 1 || this.step === other.step);
  }

  override truthy(): boolean {
    return this.count > 0;
  }

  override length(): number {
    return this.count;
  }

  override *iterate(): Iterable<Value> {
    for (let i = 0; i < this.count; i++) yield this.start + i * this.step;
  }

  override contains(item: Value): Maybe<boolean> {
    const number = typeof item === 'boolean' ? Number(item) : item;
    if (typeof number !== 'number') return typeof number === 'object' ? NOT_IMPLEMENTED : false;
    const place = (number - this.start) / this.step;
    return Number.isInteger(place) && place >= 0 && place < this.count;
  }

  override getItem(index: Value, runtime: Runtime): Maybe<Value> {
    if (index instanceof Slice) {
      const { start, step, count } = resolveSlice(index, this.count, runtime);
      return new Range(this.start + start * this.step, this.step * step, count);
    }
    return this.start + this.step * elementIndex(index, this.count, runtime, 'range object');
  }
}

const rangeMethods = methodTable<Range>([
  ['count', '_value', (self, [value]) => (self.contains(value as Value) === true ? 1 : 0)],
  [
    'index',
    '_value',
    (self, [value], runtime) => {
      if (self.contains(value as Value) === true) return (Number(value) - self.start) / self.step;
      return runtime.raise('ValueError', `${runtime.repr(value as Value)} is not in range`);
    },
  ],
]);
