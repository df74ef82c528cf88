import { methodTable } from '../values/method-table.js';
import type { ExceptionObject } from './exception-object.js';

export const exceptionMethods = methodTable<ExceptionObject>([
  ['with_traceback', '_traceback', (self) => self],
  ['__str__', '', (self, _args, runtime) => self.str(runtime)],
  ['__repr__', '', (self, _args, runtime) => self.repr(runtime)],
]);
