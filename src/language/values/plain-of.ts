import { PyObject, type Float, type Value } from '../value.js';

/** What an object of a class that extends `str`, `int` or `float` is as such a value. */
export type Plain = string | number | bigint | Float;

/** A text or number that is an object, since its class is one of the program. */
export abstract class PlainObject extends PyObject {
  constructor(readonly plain: Plain) {
    super();
  }
}

/** The plain value, for code that looks at what kind of value it is given. */
export function plainOf(value: Value): Value {
  return value instanceof PlainObject ? value.plain : value;
}
