import type { Runtime, Value } from '../value.js';
import { PlainObject, plainOf } from './plain-of.js';

/** True for what may stand as an index: ints and bools. */
export function isIndexLike(value: Value): boolean {
  const plain = plainOf(value);
  return typeof plain === 'number' || typeof plain === 'bigint' || typeof plain === 'boolean';
}

/** An int argument as a JavaScript number; `what` names the sequence in the message. */
export function toIndex(value: Value, runtime: Runtime, what: string): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value === 'bigint') {
    return runtime.raise('IndexError', "cannot fit 'long' into an index-sized integer");
  }
  if (value instanceof PlainObject && isIndexLike(value)) return toIndex(value.plain, runtime, what);
  const wanted = runtime.python3 ? 'integers or slices' : 'integers';
  return runtime.raise('TypeError', `${what} indices must be ${wanted}, not ${runtime.typeName(value)}`);
}

/** The index of an existing element, counting from the end when negative. */
export function elementIndex(value: Value, length: number, runtime: Runtime, what: string): number {
  const index = toIndex(value, runtime, what);
  const place = index < 0 ? index + length : index;
  if (place < 0 || place >= length) {
    return runtime.raise('IndexError', `${what} index out of range`, {
      notes: [
        length === 0 ? `the ${what} is empty` : `the ${what} has ${length} elements, the index is ${index}`,
      ],
      code: 'index-error',
    });
  }
  return place;
}

/** An int argument of a native function. */
export function toInteger(value: Value, runtime: Runtime): number | bigint {
  if (typeof value === 'number' || typeof value === 'bigint') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (value instanceof PlainObject && isIndexLike(value)) return toInteger(value.plain, runtime);
  return runtime.raise('TypeError', `an integer is required, not ${runtime.typeName(value)}`);
}

/** An int argument that counts or sizes something here, so must be small. */
export function toCount(value: Value, runtime: Runtime): number {
  const integer = toInteger(value, runtime);
  if (typeof integer === 'bigint') {
    return runtime.raise('OverflowError', 'Python int too large to convert to C long');
  }
  return integer;
}

/** A text argument of a native function. */
export function toText(value: Value, runtime: Runtime): string {
  if (typeof value === 'string') return value;
  if (value instanceof PlainObject && typeof value.plain === 'string') return value.plain;
  return runtime.raise('TypeError', `expected a string, not ${runtime.typeName(value)}`);
}
