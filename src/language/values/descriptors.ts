import { PyObject, type CallSite, type Keywords, type Runtime, type Value } from '../value.js';

/** `@staticmethod` */
export class StaticMethod extends PyObject {
  constructor(readonly callee: Value) {
    super();
  }

  typeName(): string {
    return 'staticmethod';
  }
}

/** `@classmethod` */
export class ClassMethod extends PyObject {
  constructor(readonly callee: Value) {
    super();
  }

  typeName(): string {
    return 'classmethod';
  }
}

/** `@property`, with `@name.setter` and `@name.deleter`. */
export class Property extends PyObject {
  constructor(
    readonly getter: Value,
    readonly setter: Value,
    readonly deleter: Value,
  ) {
    super();
  }

  typeName(): string {
    return 'property';
  }

  override getAttribute(name: string): Value | undefined {
    switch (name) {
      case 'getter':
        return new PropertyPart((getter) => new Property(getter, this.setter, this.deleter));
      case 'setter':
        return new PropertyPart((setter) => new Property(this.getter, setter, this.deleter));
      case 'deleter':
        return new PropertyPart((deleter) => new Property(this.getter, this.setter, deleter));
      case 'fget':
        return this.getter;
      case 'fset':
        return this.setter;
      case 'fdel':
        return this.deleter;
      default:
        return undefined;
    }
  }

  override attributeNames(): Iterable<string> {
    return ['getter', 'setter', 'deleter', 'fget', 'fset', 'fdel'];
  }

  read(self: Value, runtime: Runtime): Value {
    if (this.getter === null) return runtime.raise('AttributeError', 'unreadable attribute');
    return runtime.call(this.getter, [self], new Map(), runtime.site());
  }

  write(self: Value, value: Value, runtime: Runtime): void {
    if (this.setter === null) runtime.raise('AttributeError', "can't set attribute");
    runtime.call(this.setter, [self, value], new Map(), runtime.site());
  }

  remove(self: Value, runtime: Runtime): void {
    if (this.deleter === null) runtime.raise('AttributeError', "can't delete attribute");
    runtime.call(this.deleter, [self], new Map(), runtime.site());
  }
}

class PropertyPart extends PyObject {
  constructor(readonly make: (callee: Value) => Property) {
    super();
  }

  typeName(): string {
    return 'builtin_function_or_method';
  }

  override isCallable(): boolean {
    return true;
  }

  override call(args: readonly Value[], _keywords: Keywords, _site: CallSite, runtime: Runtime): Value {
    const [callee] = args;
    if (callee === undefined || args.length > 1) {
      return runtime.raise('TypeError', `expected one function, got ${args.length} arguments`);
    }
    return this.make(callee);
  }
}
