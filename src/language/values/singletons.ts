import { PyObject } from '../value.js';

/** `Ellipsis` and `NotImplemented`: values that are only themselves. */
export class Singleton extends PyObject {
  constructor(
    readonly name: string,
    readonly type: string,
  ) {
    super();
  }

  typeName(): string {
    return this.type;
  }

  override repr(): string {
    return this.name;
  }
}

export const ELLIPSIS = new Singleton('Ellipsis', 'ellipsis');
/** What an operator method of the program returns to let the other operand try. */
export const UNIMPLEMENTED = new Singleton('NotImplemented', 'NotImplementedType');
