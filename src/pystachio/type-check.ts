import { PyObject, type Runtime, type Value } from '../language/value.js';
import { bindMethod, methodTable, type MethodTable } from '../language/values/method-table.js';
import type { CheckFailure } from './check.js';

/** What `check()` gives a program: `TypeCheck(OK)` or `TypeCheck(FAILED): message`. */
export class TypeCheck extends PyObject {
  constructor(readonly failure: CheckFailure | null) {
    super();
  }

  typeName(): string {
    return 'TypeCheck';
  }

  override getAttribute(name: string): Value | undefined {
    return bindMethod(this, typeCheckMethods, name);
  }

  override attributeNames(): Iterable<string> {
    return typeCheckMethods.keys();
  }

  override repr(_runtime: Runtime): string {
    return this.failure ? `TypeCheck(FAILED): ${this.failure.message}` : 'TypeCheck(OK)';
  }
}

const typeCheckMethods: MethodTable<TypeCheck> = methodTable<TypeCheck>([
  ['ok', '', (self) => self.failure === null],
  ['message', '', (self) => self.failure?.message ?? ''],
]);
