import { INTEGER_RANGES } from './schema.js';
import { describe, ThriftError } from './thrift-error.js';

export function checkInteger(kind: keyof typeof INTEGER_RANGES, value: unknown): number {
  const [least, greatest] = INTEGER_RANGES[kind];
  if (typeof value !== 'number' || !Number.isInteger(value))
    throw new ThriftError(`expected a whole number, not ${describe(value)}`);
  if (value < least || value > greatest)
    throw new ThriftError(`${value} is not between ${least} and ${greatest}`);
  return value;
}

/** No quantity of ours may be NaN or infinite: such a value would pass every comparison wrongly. */
export function checkDouble(value: unknown): number {
  if (typeof value !== 'number') throw new ThriftError(`expected a number, not ${describe(value)}`);
  if (!Number.isFinite(value)) throw new ThriftError(`expected a finite number, not ${value}`);
  return value;
}

/** Half of a surrogate pair has no UTF-8 form: it would come back from the disk as another text. */
export function checkText(value: unknown): string {
  if (typeof value !== 'string') throw new ThriftError(`expected a text, not ${describe(value)}`);
  if (LONE_SURROGATE.test(value)) throw new ThriftError('the text has half of a surrogate pair');
  return value;
}

const LONE_SURROGATE = /\p{Surrogate}/u;
