import { NO_KEYWORDS, type Runtime, type Value } from '../value.js';
import { special, type Instance } from './instance.js';

/** Iterates by `__iter__`, or by `__getitem__` with 0, 1, 2 ...; undefined when the class has neither. */
export function iterateInstance(self: Instance, runtime: Runtime): Iterable<Value> | undefined {
  if (self.cls.lookup('__iter__') !== undefined) {
    const iterator = special(self, '__iter__', [], runtime) ?? null;
    if (iterator === self) return byNext(iterator, runtime);
    return runtime.iterate(iterator);
  }
  if (nextMethod(self) !== undefined && self.cls.lookup('__getitem__') === undefined) return undefined;
  return self.cls.lookup('__getitem__') === undefined ? undefined : byIndex(self, runtime);
}

export function nextMethod(self: Instance): string | undefined {
  if (self.cls.lookup('__next__') !== undefined) return '__next__';
  return self.cls.lookup('next') === undefined ? undefined : 'next';
}

/** The values that `next(self)` gives until StopIteration. */
export function byNext(self: Value, runtime: Runtime): Iterable<Value> {
  const next = (): IteratorResult<Value, undefined> => {
    const value = nextOf(self as Instance, runtime);
    return value === undefined ? { done: true, value: undefined } : { done: false, value };
  };
  return { [Symbol.iterator]: () => ({ next }) };
}

/** Undefined at the end. */
export function nextOf(self: Instance, runtime: Runtime): Value | undefined {
  const name = nextMethod(self);
  if (name === undefined) {
    return runtime.raise('TypeError', `iter() returned non-iterator of type '${self.cls.name}'`);
  }
  return runtime.attempt('StopIteration', () => special(self, name, [], runtime));
}

function* byIndex(self: Instance, runtime: Runtime): Iterable<Value> {
  const method = self.cls.lookup('__getitem__') ?? null;
  for (let index = 0; ; index++) {
    const value = runtime.attempt('IndexError', () =>
      runtime.call(method, [self, index], NO_KEYWORDS, runtime.site()),
    );
    if (value === undefined) return;
    yield value;
  }
}
