import type { Span } from '../../base/source.js';
import {
  PyObject,
  type CallSite,
  type ClassBody,
  type Keywords,
  type Runtime,
  type Value,
} from '../value.js';
import { BuiltinType } from './builtin-type.js';
import { ClassMethod, Property, StaticMethod } from './descriptors.js';
import { Dict } from './dict.js';
import { BoundMethod, PyFunction } from './function.js';
import { isInstance, PlainInstance } from './instance.js';
import { MethodFunction } from './method-function.js';
import { methodResolutionOrder } from './mro.js';
import { Tuple } from './tuple.js';

export type ClassLike = UserClass | BuiltinType;

/** A class of the program. */
export class UserClass extends PyObject {
  /** Itself, then its bases in the order in which attributes are sought. */
  readonly order: readonly ClassLike[];
  /** The built-in type whose instances this class's instances are as well. */
  readonly native: BuiltinType | undefined;
  /** Python 2's `class X:`; told apart only in messages. */
  readonly oldStyle: boolean;

  constructor(
    readonly name: string,
    readonly bases: readonly ClassLike[],
    readonly attributes: Map<string, Value>,
    readonly span: Span | undefined,
    runtime: Runtime,
  ) {
    super();
    this.order = methodResolutionOrder(this, bases, runtime);
    this.native = this.order.find((cls): cls is BuiltinType => cls instanceof BuiltinType && !isObject(cls));
    this.oldStyle = !runtime.python3 && bases.every((base) => base instanceof UserClass && base.oldStyle);
  }

  typeName(): string {
    return this.oldStyle ? 'classobj' : 'type';
  }

  /** The attribute as its class body bound it, from the first class in the order that has it. */
  lookup(name: string): Value | undefined {
    for (const cls of this.order) {
      if (cls instanceof UserClass) {
        const value = cls.attributes.get(name);
        if (value !== undefined) return value;
      }
    }
    return undefined;
  }

  override isCallable(): boolean {
    return true;
  }

  override call(args: readonly Value[], keywords: Keywords, site: CallSite, runtime: Runtime): Value {
    const call = { keywords, site };
    const create = this.lookup('__new__');
    const instance =
      create === undefined
        ? this.allocate(args, keywords, site, runtime)
        : runtime.call(unwrapStatic(create), [this, ...args], keywords, site);
    if (!isInstance(instance) || !instance.cls.isSubclassOf(this)) return instance;
    const initialize = this.lookup('__init__');
    if (initialize !== undefined) {
      const result = runtime.call(initialize, [instance, ...args], keywords, site);
      if (result !== null)
        runtime.raise('TypeError', `__init__() should return None, not '${runtime.typeName(result)}'`);
    } else if (
      create === undefined &&
      this.native === undefined &&
      (args.length > 0 || call.keywords.size > 0)
    ) {
      runtime.raise(
        'TypeError',
        this.oldStyle ? 'this constructor takes no arguments' : `${this.name}() takes no arguments`,
      );
    }
    return instance;
  }

  /** A new instance before its `__init__`. */
  allocate(args: readonly Value[], keywords: Keywords, site: CallSite, runtime: Runtime): Value {
    runtime.charge(1, 48);
    const allocate = this.native?.options.allocate;
    if (allocate) return allocate(this, args, runtime, { keywords, site });
    if (this.native)
      return runtime.raise('TypeError', `type '${this.native.name}' is not an acceptable base type`);
    const instance = new PlainInstance();
    instance.adopt(this);
    return instance;
  }

  isSubclassOf(other: Value): boolean {
    return this.order.some((cls) => cls === other || (cls instanceof BuiltinType && cls.parent === other));
  }

  override isInstance(value: Value): boolean | undefined {
    return isInstance(value) && value.cls.order.includes(this);
  }

  override getAttribute(name: string, runtime: Runtime): Value | undefined {
    const value = this.lookup(name);
    if (value instanceof StaticMethod) return value.callee;
    if (value instanceof ClassMethod) return new BoundMethod(this, value.callee);
    if (value !== undefined) return value;
    switch (name) {
      case '__name__':
        return this.name;
      case '__module__':
        return '__builtin__';
      case '__doc__':
        return null;
      case '__bases__':
        return new Tuple(this.bases);
      case '__mro__':
        return new Tuple(this.order);
      case '__dict__':
        return Dict.fromEntries(this.attributes, runtime);
      default:
        return this.#nativeAttribute(name, runtime);
    }
  }

  #nativeAttribute(name: string, runtime: Runtime): Value | undefined {
    for (const cls of this.order) {
      const value = cls instanceof BuiltinType ? cls.getAttribute(name, runtime) : undefined;
      if (value !== undefined) return value;
    }
    return undefined;
  }

  override setAttribute(name: string, value: Value): boolean {
    this.attributes.set(name, value);
    return true;
  }

  override deleteAttribute(name: string): boolean {
    return this.attributes.delete(name);
  }

  override attributeNames(): Iterable<string> {
    return this.order.flatMap((cls) => [
      ...(cls instanceof UserClass ? cls.attributes.keys() : cls.attributeNames()),
    ]);
  }

  override repr(runtime: Runtime): string {
    if (this.oldStyle) return `<class __builtin__.${this.name}>`;
    return runtime.python3 ? `<class '${this.name}'>` : `<class '__builtin__.${this.name}'>`;
  }

  override subclass(definition: ClassBody, runtime: Runtime): Value | undefined {
    return createClass(definition, runtime);
  }
}

/** A `class` statement whose bases are all classes of the program and built-in types. */
export function createClass(definition: ClassBody, runtime: Runtime): UserClass {
  const bases = definition.bases.map((base) => {
    if (base instanceof UserClass || (base instanceof BuiltinType && isAcceptable(base))) return base;
    if (base instanceof BuiltinType) {
      return runtime.raise('TypeError', `type '${base.name}' is not an acceptable base type`);
    }
    return runtime.raise(
      'TypeError',
      `cannot inherit from ${runtime.repr(base)} together with a plain class`,
    );
  });
  const attributes = new Map(definition.attributes);
  const create = attributes.get('__new__');
  if (create instanceof PyFunction) attributes.set('__new__', new StaticMethod(create));
  const cls = new UserClass(definition.name, bases, attributes, definition.site.span, runtime);
  for (const value of attributes.values()) own(value, cls);
  return cls;
}

/** Tells the methods which class `super()` in them starts from. */
function own(value: Value, cls: UserClass): void {
  if (value instanceof PyFunction) value.owner ??= cls;
  else if (value instanceof StaticMethod || value instanceof ClassMethod) own(value.callee, cls);
  else if (value instanceof Property)
    for (const part of [value.getter, value.setter, value.deleter]) own(part, cls);
}

/** What `instance.name` makes of a value found in its class. */
export function bindAttribute(value: Value, self: Value, cls: UserClass, runtime: Runtime): Value {
  if (value instanceof PyFunction || value instanceof MethodFunction) return new BoundMethod(self, value);
  if (value instanceof Property) return value.read(self, runtime);
  if (value instanceof StaticMethod) return value.callee;
  if (value instanceof ClassMethod) return new BoundMethod(cls, value.callee);
  return value;
}

function unwrapStatic(value: Value): Value {
  return value instanceof StaticMethod ? value.callee : value;
}

function isAcceptable(type: BuiltinType): boolean {
  return isObject(type) || type.options.allocate !== undefined;
}

function isObject(cls: ClassLike): boolean {
  return cls instanceof BuiltinType && cls.name === 'object';
}
