import {
  NO_KEYWORDS,
  PyObject,
  type CallSite,
  type DictKey,
  type Keywords,
  type Maybe,
  type RichOperator,
  type Runtime,
  type Value,
} from '../value.js';
import { identityOf } from './composite-key.js';
import { Property } from './descriptors.js';
import { Dict } from './dict.js';
import { PyFunction } from './function.js';
import { orElse } from './or-else.js';
import { hashKey } from './hash-key.js';
import { operatorMethod, reflectedMethod, RICH_METHODS, UNARY_METHODS } from './operator-methods.js';
import { UNIMPLEMENTED } from './singletons.js';
import { bindAttribute, type UserClass } from './user-class.js';
import { iterateInstance } from './user-iterator.js';

/** An object of a class of the program, whatever built-in type that class derives from. */
export interface Instance extends PyObject {
  readonly cls: UserClass;
  readonly attributes: Map<string, Value>;
}

export function isInstance(value: unknown): value is Instance {
  return value instanceof PyObject && 'cls' in value && 'adopt' in value;
}

/**
 * The instances of classes that derive from `Base`: each operation asks the class for its special method and
 * falls back to what the built-in type does.
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- the shape TypeScript requires of a mixin
export function instanceOf<Constructor extends new (...args: any[]) => PyObject>(Base: Constructor) {
  return class extends Base implements Instance {
    declare cls: UserClass;
    readonly attributes: Map<string, Value> = new Map<string, Value>();

    /** Makes this an instance of `cls`: once, before anybody sees it. */
    adopt(cls: UserClass): void {
      this.cls = cls;
    }

    override typeName(): string {
      return this.cls.name;
    }

    override getAttribute(name: string, runtime: Runtime): Value | undefined {
      const found = this.cls.lookup(name);
      if (found instanceof Property) return found.read(this, runtime);
      const own = this.attributes.get(name);
      if (own !== undefined) return own;
      if (found !== undefined) return bindAttribute(found, this, this.cls, runtime);
      if (name === '__class__') return this.cls;
      if (name === '__dict__') return Dict.fromEntries(this.attributes, runtime);
      const native = super.getAttribute(name, runtime);
      if (native !== undefined) return native;
      const fallback = this.cls.lookup('__getattr__');
      return fallback === undefined
        ? undefined
        : runtime.call(fallback, [this, name], NO_KEYWORDS, runtime.site());
    }

    override callMethod(
      name: string,
      args: readonly Value[],
      keywords: Keywords,
      site: CallSite,
      runtime: Runtime,
    ): Value | undefined {
      const found = this.cls.lookup(name);
      if (found instanceof PyFunction && !this.attributes.has(name)) {
        return found.call([this, ...args], keywords, site, runtime);
      }
      const method = this.getAttribute(name, runtime);
      return method === undefined ? undefined : runtime.call(method, args, keywords, site);
    }

    override setAttribute(name: string, value: Value, runtime: Runtime): boolean {
      const found = this.cls.lookup(name);
      if (found instanceof Property) {
        found.write(this, value, runtime);
        return true;
      }
      const hook = this.cls.lookup('__setattr__');
      if (hook !== undefined) runtime.call(hook, [this, name, value], NO_KEYWORDS, runtime.site());
      else {
        runtime.charge(0, 32);
        this.attributes.set(name, value);
      }
      return true;
    }

    override deleteAttribute(name: string, runtime: Runtime): boolean {
      const found = this.cls.lookup(name);
      if (!(found instanceof Property)) return this.attributes.delete(name);
      found.remove(this, runtime);
      return true;
    }

    override attributeNames(): Iterable<string> {
      return [...this.attributes.keys(), ...this.cls.attributeNames()];
    }

    override isCallable(): boolean {
      return this.cls.lookup('__call__') !== undefined;
    }

    override call(args: readonly Value[], keywords: Keywords, site: CallSite, runtime: Runtime): Value {
      const method = this.cls.lookup('__call__');
      if (method !== undefined) return runtime.call(method, [this, ...args], keywords, site);
      return super.call(args, keywords, site, runtime);
    }

    override repr(runtime: Runtime): string {
      const text = special(this, '__repr__', [], runtime);
      if (text !== undefined) return textOf(text, '__repr__', runtime);
      if (this.cls.native) return super.repr(runtime);
      const kind = this.cls.oldStyle ? 'instance' : 'object';
      return `<__builtin__.${this.cls.name} ${kind} at 0x${identityOf(this).toString(16).padStart(8, '0')}>`;
    }

    override str(runtime: Runtime): string {
      const text = special(this, '__str__', [], runtime);
      if (text !== undefined) return textOf(text, '__str__', runtime);
      return this.cls.native && this.cls.lookup('__repr__') === undefined
        ? super.str(runtime)
        : this.repr(runtime);
    }

    override equals(other: Value, runtime: Runtime): boolean {
      const result = special(this, '__eq__', [other], runtime);
      if (result !== undefined && result !== UNIMPLEMENTED) return runtime.truthy(result);
      const order = runtime.python3 ? undefined : special(this, '__cmp__', [other], runtime);
      if (order !== undefined && order !== UNIMPLEMENTED) return order === 0;
      return super.equals(other, runtime);
    }

    override compare(other: Value, runtime: Runtime): Maybe<number> {
      const result = runtime.python3 ? undefined : special(this, '__cmp__', [other], runtime);
      if (typeof result === 'number') return result;
      return super.compare(other, runtime);
    }

    override richCompare(operator: RichOperator, other: Value, runtime: Runtime): Maybe<Value> {
      const result = special(this, RICH_METHODS[operator], [other], runtime);
      if (result !== undefined && result !== UNIMPLEMENTED) return result;
      if (operator === '!=' && this.cls.lookup('__eq__') !== undefined) return !this.equals(other, runtime);
      return super.richCompare(operator, other, runtime);
    }

    override dictKey(runtime: Runtime): DictKey {
      const hash = special(this, '__hash__', [], runtime);
      if (hash !== undefined) return hashKey(this, hash, runtime);
      return this.cls.native ? super.dictKey(runtime) : this;
    }

    override truthy(runtime: Runtime): boolean {
      const result = special(this, '__bool__', [], runtime) ?? special(this, '__nonzero__', [], runtime);
      if (result !== undefined) return runtime.truthy(result);
      const length = special(this, '__len__', [], runtime);
      return length === undefined ? super.truthy(runtime) : length !== 0;
    }

    override length(runtime: Runtime): number | undefined {
      const length = special(this, '__len__', [], runtime);
      if (length === undefined) return super.length(runtime);
      if (typeof length === 'number' && length >= 0) return length;
      return runtime.raise('ValueError', '__len__() should return an int >= 0');
    }

    override iterate(runtime: Runtime): Iterable<Value> | undefined {
      return iterateInstance(this, runtime) ?? super.iterate(runtime);
    }

    override contains(item: Value, runtime: Runtime): Maybe<boolean> {
      const result = special(this, '__contains__', [item], runtime);
      return result === undefined ? super.contains(item, runtime) : runtime.truthy(result);
    }

    override getItem(index: Value, runtime: Runtime): Maybe<Value> {
      return orElse(special(this, '__getitem__', [index], runtime), () => super.getItem(index, runtime));
    }

    override setItem(index: Value, value: Value, runtime: Runtime): boolean {
      if (special(this, '__setitem__', [index, value], runtime) !== undefined) return true;
      return super.setItem(index, value, runtime);
    }

    override deleteItem(index: Value, runtime: Runtime): boolean {
      if (special(this, '__delitem__', [index], runtime) !== undefined) return true;
      return super.deleteItem(index, runtime);
    }

    override binary(operator: string, other: Value, reflected: boolean, runtime: Runtime): Maybe<Value> {
      const name = reflected ? reflectedMethod(operator) : operatorMethod(operator);
      const result = special(this, name, [other], runtime);
      if (result !== undefined && result !== UNIMPLEMENTED) return result;
      if (operator === '/' && !reflected) {
        const divided = special(this, '__div__', [other], runtime);
        if (divided !== undefined && divided !== UNIMPLEMENTED) return divided;
      }
      return super.binary(operator, other, reflected, runtime);
    }

    override unary(operator: string, runtime: Runtime): Maybe<Value> {
      const name = UNARY_METHODS.get(operator);
      const result = name === undefined ? undefined : special(this, name, [], runtime);
      return orElse(result, () => super.unary(operator, runtime));
    }

    /** `d[key]` of a dict subclass for a key that is not there. */
    missing(key: Value, runtime: Runtime): Value {
      const result = special(this, '__missing__', [key], runtime);
      return orElse(result, () => Dict.prototype.missing.call(this as never, key, runtime));
    }
  };
}

/** Calls a special method of the object's class; undefined when the class has none. */
export function special(
  self: Instance,
  name: string,
  args: readonly Value[],
  runtime: Runtime,
): Value | undefined {
  const method = self.cls.lookup(name);
  if (method === undefined || method === null) return undefined;
  const callee = bindAttribute(method, self, self.cls, runtime);
  return runtime.call(callee, args, NO_KEYWORDS, runtime.site());
}

function textOf(value: Value, method: string, runtime: Runtime): string {
  if (typeof value === 'string') return value;
  return runtime.raise('TypeError', `${method} returned non-string (type ${runtime.typeName(value)})`);
}

class Nothing extends PyObject {
  typeName(): string {
    return 'object';
  }
}

export const PlainInstance = instanceOf(Nothing);
