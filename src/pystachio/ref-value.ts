import { PyObject, type Runtime, type Value } from '../language/value.js';
import { bindMethod, methodTable, type MethodTable } from '../language/values/method-table.js';
import type { Ref } from './ref.js';

/** A reference as a program sees it, for example in the second part of `x.interpolate()`. */
export class RefValue extends PyObject {
  constructor(readonly ref: Ref) {
    super();
  }

  typeName(): string {
    return 'Ref';
  }

  override getAttribute(name: string): Value | undefined {
    return bindMethod(this, refMethods, name);
  }

  override attributeNames(): Iterable<string> {
    return refMethods.keys();
  }

  override str(_runtime: Runtime): string {
    return this.ref.tag;
  }

  override repr(_runtime: Runtime): string {
    return `Ref(${this.ref.address})`;
  }

  override equals(other: Value): boolean {
    return other instanceof RefValue && other.ref.address === this.ref.address;
  }

  override dictKey(): string {
    return `\0R${this.ref.address}`;
  }
}

const refMethods: MethodTable<RefValue> = methodTable<RefValue>([
  ['address', '', (self) => self.ref.address],
]);
