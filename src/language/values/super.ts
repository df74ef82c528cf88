import { PyObject, type Runtime, type Value } from '../value.js';
import { isInstance } from './instance.js';
import { BoundMethod } from './function.js';
import { NativeFunction, nativeFunction } from './native-function.js';
import { ClassMethod, StaticMethod } from './descriptors.js';
import { bindAttribute, UserClass, type ClassLike } from './user-class.js';

/** `super(Class, object)`: attributes of the classes after `Class` in the order of the object's class. */
export class Super extends PyObject {
  constructor(
    readonly cls: UserClass,
    readonly self: Value,
  ) {
    super();
  }

  typeName(): string {
    return 'super';
  }

  override getAttribute(name: string, runtime: Runtime): Value | undefined {
    for (const cls of this.#following()) {
      if (cls instanceof UserClass) {
        const value = cls.attributes.get(name);
        if (value !== undefined) return this.#bind(value, runtime);
      } else {
        const fixed = cls.options.statics?.get(name);
        if (fixed !== undefined) return name === '__new__' ? fixed : new BoundMethod(this.self, fixed);
        const method = cls.method(name);
        if (method !== undefined) return new BoundMethod(this.self, method);
      }
    }
    return OBJECT_METHODS.get(name);
  }

  override repr(): string {
    return `<super: ${this.cls.name}>`;
  }

  #following(): readonly ClassLike[] {
    const order =
      this.self instanceof UserClass ? this.self.order : isInstance(this.self) ? this.self.cls.order : [];
    return order.slice(order.indexOf(this.cls) + 1);
  }

  #bind(value: Value, runtime: Runtime): Value {
    if (this.self instanceof UserClass) {
      if (value instanceof ClassMethod) return new BoundMethod(this.self, value.callee);
      return value instanceof StaticMethod ? value.callee : value;
    }
    return isInstance(this.self) ? bindAttribute(value, this.self, this.self.cls, runtime) : value;
  }
}

/** What every class inherits from `object`: doing nothing. */
const OBJECT_METHODS: ReadonlyMap<string, NativeFunction> = new Map([
  ['__init__', nativeFunction('__init__', '* **', () => null)],
  ['__new__', nativeFunction('__new__', '* **', allocate)],
  ['__setattr__', nativeFunction('__setattr__', 'name value', () => null)],
]);

function allocate(args: readonly Value[], runtime: Runtime): Value {
  const [cls, ...rest] = args;
  if (!(cls instanceof UserClass))
    return runtime.raise('TypeError', 'object.__new__(X): X is not a type object');
  return cls.allocate(rest, new Map(), runtime.site(), runtime);
}
