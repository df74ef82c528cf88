import { textLength } from '../text/characters.js';
import { binaryOperation } from '../operators/binary.js';
import { contains, getItem } from '../operators/items.js';
import { unaryOperation } from '../operators/unary.js';
import { floatMethods, intMethods } from '../methods/number-methods.js';
import { stringMethods } from '../methods/string-methods.js';
import {
  dictKeyOf,
  Float,
  NOT_IMPLEMENTED,
  PyObject,
  type DictKey,
  type Maybe,
  type Runtime,
  type Value,
} from '../value.js';
import { bindMethod, type MethodTable } from './method-table.js';
import { PlainObject, plainOf, type Plain } from './plain-of.js';

/**
 * A text or number that is an object, since its class is one of the program: it behaves as the plain value wherever
 * the class does not say otherwise, and results are plain values.
 */
export class Scalar extends PlainObject {
  typeName(): string {
    return typeof this.plain === 'string' ? 'str' : this.plain instanceof Float ? 'float' : 'int';
  }

  override getAttribute(name: string, _runtime: Runtime): Value | undefined {
    return bindMethod(this.plain as never, methodsOf(this.plain), name);
  }

  override attributeNames(): Iterable<string> {
    return methodsOf(this.plain).keys();
  }

  override repr(runtime: Runtime): string {
    return runtime.repr(this.plain);
  }

  override str(runtime: Runtime): string {
    return runtime.str(this.plain);
  }

  override equals(other: Value, runtime: Runtime): boolean {
    return runtime.equals(this.plain, plainOf(other));
  }

  override compare(other: Value, runtime: Runtime): Maybe<number> {
    return runtime.compare(this.plain, plainOf(other));
  }

  override dictKey(runtime: Runtime): DictKey {
    return dictKeyOf(this.plain, runtime);
  }

  override truthy(runtime: Runtime): boolean {
    return runtime.truthy(this.plain);
  }

  override length(_runtime: Runtime): number | undefined {
    return typeof this.plain === 'string' ? textLength(this.plain) : undefined;
  }

  override iterate(runtime: Runtime): Iterable<Value> | undefined {
    return typeof this.plain === 'string' ? runtime.iterate(this.plain) : undefined;
  }

  override contains(item: Value, runtime: Runtime): Maybe<boolean> {
    return typeof this.plain === 'string' ? contains(this.plain, item, runtime) : NOT_IMPLEMENTED;
  }

  override getItem(index: Value, runtime: Runtime): Maybe<Value> {
    return typeof this.plain === 'string' ? getItem(this.plain, index, runtime) : NOT_IMPLEMENTED;
  }

  override binary(operator: string, other: Value, reflected: boolean, runtime: Runtime): Maybe<Value> {
    // An object of another kind may know how to deal with a plain value.
    if (other instanceof PyObject && !(other instanceof Scalar) && !(other instanceof Float)) {
      const answer = other.binary(operator, this.plain, !reflected, runtime);
      if (answer !== NOT_IMPLEMENTED || operator !== '%' || reflected) return answer;
    }
    const [left, right] = reflected ? [plainOf(other), this.plain] : [this.plain, plainOf(other)];
    const division = runtime.python3 ? 'true' : 'floor';
    return binaryOperation(operator, left, right, division, runtime);
  }

  override unary(operator: string, runtime: Runtime): Maybe<Value> {
    return typeof this.plain === 'string' ? NOT_IMPLEMENTED : unaryOperation(operator, this.plain, runtime);
  }
}

function methodsOf(plain: Plain): MethodTable<never> {
  if (typeof plain === 'string') return stringMethods;
  return plain instanceof Float ? floatMethods : intMethods;
}
