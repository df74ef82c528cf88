import { NOT_IMPLEMENTED, type PyObject, type Runtime, type Value } from '../value.js';
import { IteratorObject } from './iterator.js';
import { UNIMPLEMENTED } from './singletons.js';
import type { UnboundBody } from './unbound-method.js';

type Dunder = (
  base: PyObject,
  self: PyObject,
  args: readonly Value[],
  runtime: Runtime,
) => Value | undefined | typeof NOT_IMPLEMENTED;

/**
 * `dict.__setitem__(self, key, value)` and `super().__repr__()`: the behaviour of a built-in type whatever the
 * object's own class defines.
 */
export function nativeDunder(base: PyObject, name: string): UnboundBody | undefined {
  const dunder = DUNDERS.get(name);
  if (dunder === undefined) return undefined;
  const [count, body] = dunder;
  return (self, args, _keywords, _site, runtime) => {
    if (count >= 0 && args.length !== count) {
      return runtime.raise('TypeError', `expected ${count} arguments, got ${args.length}`);
    }
    const result = body(base, self as PyObject, args, runtime);
    if (result === NOT_IMPLEMENTED) return UNIMPLEMENTED;
    if (result !== undefined) return result;
    return runtime.raise('TypeError', `'${runtime.typeName(self)}' object does not support ${name}`);
  };
}

const DUNDERS: ReadonlyMap<string, readonly [count: number, body: Dunder]> = new Map<
  string,
  readonly [number, Dunder]
>([
  ['__repr__', [0, (base, self, _, runtime) => base.repr.call(self, runtime)]],
  ['__str__', [0, (base, self, _, runtime) => base.str.call(self, runtime)]],
  ['__len__', [0, (base, self, _, runtime) => base.length.call(self, runtime)]],
  ['__iter__', [0, (base, self, _, runtime) => iterator(base.iterate.call(self, runtime))]],
  ['__contains__', [1, (base, self, [item], runtime) => base.contains.call(self, item as Value, runtime)]],
  ['__getitem__', [1, (base, self, [index], runtime) => base.getItem.call(self, index as Value, runtime)]],
  [
    '__setitem__',
    [
      2,
      (base, self, [index, value], runtime) =>
        done(base.setItem.call(self, index as Value, value as Value, runtime)),
    ],
  ],
  [
    '__delitem__',
    [1, (base, self, [index], runtime) => done(base.deleteItem.call(self, index as Value, runtime))],
  ],
  ['__eq__', [1, (base, self, [other], runtime) => base.equals.call(self, other as Value, runtime)]],
  ['__ne__', [1, (base, self, [other], runtime) => !base.equals.call(self, other as Value, runtime)]],
  ['__add__', [1, binary('+', false)]],
  ['__radd__', [1, binary('+', true)]],
  ['__mul__', [1, binary('*', false)]],
  ['__or__', [1, binary('|', false)]],
  ['__and__', [1, binary('&', false)]],
  ['__sub__', [1, binary('-', false)]],
  [
    '__getattribute__',
    [1, (base, self, [name], runtime) => base.getAttribute.call(self, textOf(name), runtime)],
  ],
  [
    '__setattr__',
    [
      2,
      (base, self, [name, value], runtime) =>
        done(base.setAttribute.call(self, textOf(name), value as Value, runtime)),
    ],
  ],
]);

function binary(operator: string, reflected: boolean): Dunder {
  return (base, self, [other], runtime) =>
    base.binary.call(self, operator, other as Value, reflected, runtime);
}

function iterator(iterable: Iterable<Value> | undefined): Value | undefined {
  return iterable && new IteratorObject('iterator', iterable[Symbol.iterator]());
}

function done(supported: boolean): null | undefined {
  return supported ? null : undefined;
}

function textOf(name: Value | undefined): string {
  return typeof name === 'string' ? name : '';
}
