import { listMethods } from '../methods/list-methods.js';
import type { Runtime, Value } from '../value.js';
import { BuiltinType } from '../values/builtin-type.js';
import { toCount } from '../values/index.js';
import { List } from '../values/list.js';
import { methodTable, type MethodTable } from '../values/method-table.js';

/** A list that grows at both ends, and forgets from the other end beyond `maxlen`. */
class Deque extends List {
  constructor(
    items: Value[],
    readonly maximum: number,
  ) {
    super(items.slice(Math.max(0, items.length - maximum)));
  }

  override typeName(): string {
    return 'deque';
  }

  protected override methods(): MethodTable<never> {
    return dequeMethods;
  }

  override getAttribute(name: string, runtime: Runtime): Value | undefined {
    if (name === 'maxlen') return Number.isFinite(this.maximum) ? this.maximum : null;
    return super.getAttribute(name, runtime);
  }

  override repr(runtime: Runtime): string {
    const limit = Number.isFinite(this.maximum) ? `, maxlen=${this.maximum}` : '';
    return `deque(${super.repr(runtime)}${limit})`;
  }

  pushRight(item: Value, runtime: Runtime): void {
    runtime.charge(1, 8);
    this.items.push(item);
    if (this.items.length > this.maximum) this.items.shift();
  }

  pushLeft(item: Value, runtime: Runtime): void {
    runtime.charge(1 + (this.items.length >> 6), 8);
    this.items.unshift(item);
    if (this.items.length > this.maximum) this.items.pop();
  }
}

const dequeMethods: MethodTable<Deque> = new Map([
  ...(listMethods as unknown as MethodTable<Deque>),
  ...methodTable<Deque>([
    [
      'append',
      '_item',
      (self, [item], runtime) => {
        self.pushRight(item as Value, runtime);
        return null;
      },
    ],
    [
      'appendleft',
      '_item',
      (self, [item], runtime) => {
        self.pushLeft(item as Value, runtime);
        return null;
      },
    ],
    [
      'extend',
      '_iterable',
      (self, [iterable], runtime) => {
        for (const item of runtime.iterate(iterable as Value)) self.pushRight(item, runtime);
        return null;
      },
    ],
    [
      'extendleft',
      '_iterable',
      (self, [iterable], runtime) => {
        for (const item of runtime.iterate(iterable as Value)) self.pushLeft(item, runtime);
        return null;
      },
    ],
    ['pop', '', (self, _args, runtime) => takeLast(self, runtime)],
    ['popleft', '', (self, _args, runtime) => take(self, runtime)],
    [
      'rotate',
      '_n?',
      (self, [n = 1], runtime) => {
        const { length } = self.items;
        runtime.charge(1 + (length >> 4), 0);
        if (length === 0) return null;
        const shift = ((toCount(n, runtime) % length) + length) % length;
        self.items = [...self.items.slice(length - shift), ...self.items.slice(0, length - shift)];
        return null;
      },
    ],
  ]),
]);

function take(self: Deque, runtime: Runtime): Value {
  runtime.charge(1 + (self.items.length >> 6), 0);
  const item = self.items.shift();
  return item === undefined ? empty(runtime) : item;
}

function takeLast(self: Deque, runtime: Runtime): Value {
  const item = self.items.pop();
  return item === undefined ? empty(runtime) : item;
}

function empty(runtime: Runtime): never {
  return runtime.raise('IndexError', 'pop from an empty deque');
}

export const dequeType = new BuiltinType('deque', {
  parameters: 'iterable? maxlen?',
  construct: ([iterable, limit], runtime) => {
    const items: Value[] = [];
    for (const item of iterable === undefined ? [] : runtime.iterate(iterable)) {
      runtime.charge(1, 8);
      items.push(item);
    }
    return new Deque(items, limit === undefined || limit === null ? Infinity : toCount(limit, runtime));
  },
  is: (value) => value instanceof Deque,
  methods: dequeMethods,
  prototype: Deque.prototype,
});
