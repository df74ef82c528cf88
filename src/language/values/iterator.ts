import { iteratorMethods } from '../methods/iterator-methods.js';
import type { Runtime, Value } from '../value.js';
import type { MethodTable } from './method-table.js';
import { NativeObject } from './native-object.js';

/**
 * What `iter(x)` gives: a position in a run of values. Leaving a loop over it early keeps the position, so
 * the JavaScript iterator is never asked to return.
 */
export class IteratorObject extends NativeObject {
  readonly #iterator: Iterator<Value>;
  readonly #view: Iterable<Value>;

  constructor(
    readonly kind: string,
    iterator: Iterator<Value>,
  ) {
    super();
    this.#iterator = iterator;
    const view = { next: () => iterator.next() };
    this.#view = { [Symbol.iterator]: () => view };
  }

  typeName(): string {
    return this.kind;
  }

  protected methods(): MethodTable<never> {
    return iteratorMethods;
  }

  /** The next value, or undefined at the end. */
  next(_runtime: Runtime): Value | undefined {
    const step = this.#iterator.next();
    return step.done === true ? undefined : step.value;
  }

  override iterate(_runtime: Runtime): Iterable<Value> | undefined {
    return this.#view;
  }

  override contains(item: Value, runtime: Runtime): boolean {
    for (const value of this.#view) {
      runtime.charge(1, 0);
      if (runtime.equals(value, item)) return true;
    }
    return false;
  }
}
