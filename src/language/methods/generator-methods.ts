import { RaisedError } from '../exceptions/raised-error.js';
import { toException } from '../exceptions/raise-statement.js';
import type { Evaluator } from '../interpreter.js';
import type { Runtime, Value } from '../value.js';
import type { GeneratorObject } from '../values/generator.js';
import { methodTable } from '../values/method-table.js';
import { advance } from './iterator-methods.js';

export const generatorMethods = methodTable<GeneratorObject>([
  ['next', '', (self, _args, runtime) => advance(self, runtime)],
  ['__next__', '', (self, _args, runtime) => advance(self, runtime)],
  ['__iter__', '', (self) => self],
  ['send', '_value', (self, [value], runtime) => orStop(self.resume(value as Value), runtime)],
  [
    'throw',
    '_type _value? _traceback?',
    (self, [type, value], runtime) => {
      const interpreter = runtime as Evaluator;
      const exception = toException(type as Value, value, runtime.site(), interpreter);
      const { span } = runtime.site();
      const at = {
        span,
        stack: interpreter.callStack(span),
        notes: [],
        suggestion: undefined,
        code: undefined,
      };
      return orStop(self.throwInto(new RaisedError(exception, at)), runtime);
    },
  ],
  [
    'close',
    '',
    (self) => {
      self.close();
      return null;
    },
  ],
]);

function orStop(value: Value | undefined, runtime: Runtime): Value {
  return value === undefined ? runtime.raise('StopIteration', '') : value;
}
