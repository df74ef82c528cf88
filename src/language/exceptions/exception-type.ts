import type { Runtime, Value } from '../value.js';
import { BuiltinType } from '../values/builtin-type.js';
import { nativeFunction } from '../values/native-function.js';
import { ExceptionInstance } from '../values/instances.js';
import { ExceptionObject } from './exception-object.js';

/** An exception type that the language or its host brings. */
export class ExceptionType extends BuiltinType {
  constructor(name: string, parent: BuiltinType | undefined, matches?: (value: ExceptionObject) => boolean) {
    super(name, {
      ...(parent && { parent }),
      parameters: '*',
      construct: (args, runtime) => this.create(args, runtime),
      is: (value) =>
        value instanceof ExceptionObject && (value.type.isSubtypeOf(this) || matches?.(value) === true),
      allocate: (cls, args, runtime) => {
        const instance = new ExceptionInstance(this, args);
        instance.adopt(cls);
        fillSystemError(instance, runtime);
        return instance;
      },
      statics: new Map([['__init__', nativeFunction('__init__', '_self *', initialize)]]),
      prototype: ExceptionObject.prototype,
    });
  }

  create(args: readonly Value[], runtime: Runtime): ExceptionObject {
    const exception = new ExceptionObject(this, args);
    fillSystemError(exception, runtime);
    return exception;
  }

  override repr(runtime: Runtime): string {
    return runtime.python3 ? `<class '${this.name}'>` : `<type 'exceptions.${this.name}'>`;
  }
}

/** `Exception.__init__(self, *args)` */
function initialize([self, ...args]: readonly Value[], runtime: Runtime): Value {
  if (!(self instanceof ExceptionObject)) return runtime.raise('TypeError', '__init__ requires an exception');
  self.args = args;
  fillSystemError(self, runtime);
  return null;
}

/** `IOError(2, 'No such file', 'x')` has `errno`, `strerror` and `filename`. */
function fillSystemError(exception: ExceptionObject, _runtime: Runtime): void {
  const { args } = exception;
  if (args.length < 2 || args.length > 3 || !isSystemError(exception.type)) return;
  exception.attributes.set('errno', args[0] as Value);
  exception.attributes.set('strerror', args[1] as Value);
  if (args[2] !== undefined) exception.attributes.set('filename', args[2]);
}

function isSystemError(type: BuiltinType): boolean {
  return type.name === 'EnvironmentError' || (type.parent !== undefined && isSystemError(type.parent));
}
