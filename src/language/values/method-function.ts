import { NativeFunction, type NativeBody } from './native-function.js';
import { Signature } from './signature.js';

/** A native function that, found in a class, takes the object as its first argument as a `def` does. */
export class MethodFunction extends NativeFunction {
  /** `parameters` without the object itself. */
  constructor(name: string, parameters: string, body: NativeBody) {
    super(name, new Signature(name, `_self ${parameters}`), body);
  }

  override typeName(): string {
    return 'function';
  }
}
