import type { Runtime, Value } from '../value.js';
import { plainOf } from '../values/plain-of.js';
import { toCount } from '../values/index.js';
import { List } from '../values/list.js';
import { Range } from '../values/range.js';

/** `xrange(stop)`, `xrange(start, stop, step)` */
export function makeRange(args: readonly Value[], runtime: Runtime): Range {
  const [first, second, third] = args;
  const start = second === undefined ? 0 : integerArgument(first as Value, runtime);
  const stop = integerArgument(second ?? (first as Value), runtime);
  const step = third === undefined ? 1 : integerArgument(third, runtime);
  if (step === 0) return runtime.raise('ValueError', 'range() arg 3 must not be zero');
  return new Range(start, step, Math.max(0, Math.ceil((stop - start) / step)));
}

function integerArgument(given: Value, runtime: Runtime): number {
  const value = plainOf(given);
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean' || typeof value === 'bigint') return toCount(value, runtime);
  const name = runtime.typeName(value);
  return runtime.raise(
    'TypeError',
    runtime.python3
      ? `'${name}' object cannot be interpreted as an integer`
      : `range() integer end argument expected, got ${name}.`,
  );
}

/** `range(...)`: a list in Python 2, charged before it is made. */
export function range(args: readonly Value[], runtime: Runtime): Value {
  const lazy = makeRange(args, runtime);
  if (runtime.python3) return lazy;
  runtime.charge(lazy.count >> 3, 8 * lazy.count);
  const items = new Array<Value>(lazy.count);
  for (let i = 0, value = lazy.start; i < lazy.count; i++, value += lazy.step) items[i] = value;
  return new List(items);
}
