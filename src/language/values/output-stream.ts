import { methodTable, type MethodTable } from './method-table.js';
import { NativeObject } from './native-object.js';
import { toText } from './index.js';
import type { Evaluator } from '../interpreter.js';
import type { Value } from '../value.js';

/** `sys.stdout` and `sys.stderr`. */
export class OutputStream extends NativeObject {
  constructor(readonly stream: 'stdout' | 'stderr') {
    super();
  }

  typeName(): string {
    return 'file';
  }

  protected methods(): MethodTable<never> {
    return outputMethods;
  }

  override repr(): string {
    return `<open file '<${this.stream}>', mode 'w'>`;
  }
}

const outputMethods = methodTable<OutputStream>([
  [
    'write',
    '_text',
    (self, [text], runtime) => {
      (runtime as Evaluator).output.write(toText(text as Value, runtime), self.stream);
      return null;
    },
  ],
  [
    'writelines',
    '_lines',
    (self, [lines], runtime) => {
      for (const line of runtime.iterate(lines as Value)) {
        (runtime as Evaluator).output.write(toText(line, runtime), self.stream);
      }
      return null;
    },
  ],
  ['flush', '', () => null],
  ['isatty', '', () => false],
  ['fileno', '', (self) => (self.stream === 'stdout' ? 1 : 2)],
]);
