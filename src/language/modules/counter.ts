import { BUILTIN_TYPES } from '../builtins/types.js';
import { dictMethods } from '../methods/dict-methods.js';
import { integerOf } from '../operators/number-of.js';
import { add, subtract } from '../operators/integer.js';
import { NOT_IMPLEMENTED, type Keywords, type Maybe, type Runtime, type Value } from '../value.js';
import { BuiltinType } from '../values/builtin-type.js';
import { Dict } from '../values/dict.js';
import { toCount } from '../values/index.js';
import { IteratorObject } from '../values/iterator.js';
import { List } from '../values/list.js';
import { methodTable, type MethodTable } from '../values/method-table.js';
import { Tuple } from '../values/tuple.js';

/** A dict from things to how often they occur; a missing thing counts 0. */
export class Counter extends Dict {
  override typeName(): string {
    return 'Counter';
  }

  protected override methods(): MethodTable<never> {
    return counterMethods;
  }

  override missing(): Value {
    return 0;
  }

  override repr(runtime: Runtime): string {
    const pairs = mostCommon(this, runtime).map(
      ([key, count]) => `${runtime.repr(key)}: ${runtime.repr(count)}`,
    );
    return `Counter(${pairs.length > 0 ? `{${pairs.join(', ')}}` : ''})`;
  }

  override binary(operator: string, other: Value, reflected: boolean, runtime: Runtime): Maybe<Value> {
    if (!(other instanceof Counter) || reflected) return NOT_IMPLEMENTED;
    const result = new Counter();
    const keys = new Map([...this.entries, ...other.entries]);
    for (const [dictKey, { key }] of keys) {
      const [a, b] = [countOf(this.entries.get(dictKey)?.value), countOf(other.entries.get(dictKey)?.value)];
      const count = combine(operator, a, b);
      if (count === undefined) return NOT_IMPLEMENTED;
      if (count > 0) result.set(key, count, runtime);
    }
    return result;
  }
}

function combine(operator: string, a: number | bigint, b: number | bigint): number | bigint | undefined {
  switch (operator) {
    case '+':
      return add(a, b);
    case '-':
      return subtract(a, b);
    case '&':
      return a < b ? a : b;
    case '|':
      return a > b ? a : b;
    default:
      return undefined;
  }
}

function countOf(value: Value | undefined): number | bigint {
  return value === undefined ? 0 : (integerOf(value) ?? 0);
}

function mostCommon(counter: Counter, runtime: Runtime): [Value, Value][] {
  runtime.charge(counter.entries.size, 0);
  return [...counter.entries.values()]
    .map(({ key, value }): [Value, Value] => [key, value])
    .sort((a, b) => runtime.compare(b[1], a[1]));
}

function count(
  counter: Counter,
  other: Value | undefined,
  keywords: Keywords,
  sign: 1 | -1,
  runtime: Runtime,
): null {
  const change = (key: Value, amount: Value): void => {
    const old = countOf(counter.get(key, runtime));
    const delta = countOf(amount);
    counter.set(key, sign === 1 ? add(old, delta) : subtract(old, delta), runtime);
  };
  if (other instanceof Dict) for (const { key, value } of [...other.entries.values()]) change(key, value);
  else if (other !== undefined && other !== null) {
    for (const item of runtime.iterate(other)) {
      runtime.charge(1, 0);
      change(item, 1);
    }
  }
  for (const [key, value] of keywords) change(key, value);
  return null;
}

const counterMethods: MethodTable<Counter> = new Map([
  ...(dictMethods as unknown as MethodTable<Counter>),
  ...methodTable<Counter>([
    [
      'most_common',
      'n?',
      (self, [n = null], runtime) => {
        const limit = n === null ? undefined : Math.max(0, toCount(n, runtime));
        return new List(
          mostCommon(self, runtime)
            .slice(0, limit)
            .map((pair) => new Tuple(pair)),
        );
      },
    ],
    ['elements', '', (self, _args, runtime) => new IteratorObject('chain', elements(self, runtime))],
    [
      'update',
      '_other? **',
      (self, [other], runtime, { keywords }) => count(self, other, keywords, 1, runtime),
    ],
    [
      'subtract',
      '_other? **',
      (self, [other], runtime, { keywords }) => count(self, other, keywords, -1, runtime),
    ],
    [
      'copy',
      '',
      (self, _args, runtime) => {
        const copy = new Counter();
        count(copy, self, new Map(), 1, runtime);
        return copy;
      },
    ],
  ]),
]);

function* elements(counter: Counter, runtime: Runtime): Generator<Value> {
  for (const { key, value } of counter.entries.values()) {
    for (let i = 0; i < countOf(value); i++) {
      runtime.charge(1, 0);
      yield key;
    }
  }
}

const dictType = BUILTIN_TYPES.get('dict');

export const counterType = new BuiltinType('Counter', {
  ...(dictType && { parent: dictType }),
  parameters: '_iterable? **',
  construct: ([iterable], runtime, { keywords }) => {
    const counter = new Counter();
    count(counter, iterable, keywords, 1, runtime);
    return counter;
  },
  is: (value) => value instanceof Counter,
  methods: counterMethods,
  prototype: Counter.prototype,
});
