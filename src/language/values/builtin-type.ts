import {
  PyObject,
  type CallSite,
  type ClassBody,
  type Keywords,
  type Runtime,
  type Value,
} from '../value.js';
import { nativeDunder } from './dunder.js';
import type { MethodTable } from './method-table.js';
import type { NativeCall } from './native-function.js';
import { plainOf } from './plain-of.js';
import { Signature } from './signature.js';
import { UnboundMethod } from './unbound-method.js';
import { createClass, type UserClass } from './user-class.js';

export interface BuiltinTypeOptions {
  readonly parent?: BuiltinType;
  readonly parameters?: string;
  readonly construct?: (args: readonly Value[], runtime: Runtime, call: NativeCall) => Value;
  /** True for the values of this type and its subtypes. */
  readonly is: (value: Value) => boolean;
  readonly methods?: MethodTable<never>;
  readonly statics?: ReadonlyMap<string, Value>;
  /** Makes an instance of a class of the program that derives from this type; absent: no such classes. */
  readonly allocate?: (
    cls: UserClass,
    args: readonly Value[],
    runtime: Runtime,
    call: NativeCall,
  ) => PyObject;
  /** The JavaScript class whose behaviour `dict.__setitem__` and the like call. */
  readonly prototype?: PyObject;
}

/** A type that the language brings: `str`, `dict`, `ValueError`. */
export class BuiltinType extends PyObject {
  readonly #signature: Signature;

  constructor(
    readonly name: string,
    readonly options: BuiltinTypeOptions,
  ) {
    super();
    this.#signature = new Signature(name, options.parameters ?? '* **');
  }

  get parent(): BuiltinType | undefined {
    return this.options.parent;
  }

  typeName(): string {
    return 'type';
  }

  override isCallable(): boolean {
    return true;
  }

  override call(args: readonly Value[], keywords: Keywords, site: CallSite, runtime: Runtime): Value {
    const { construct } = this.options;
    if (!construct) return runtime.raise('TypeError', `cannot create '${this.name}' instances`);
    return construct(this.#signature.bind(args, keywords, runtime), runtime, { keywords, site });
  }

  override getAttribute(name: string, runtime: Runtime): Value | undefined {
    if (name === '__name__') return this.name;
    if (name === '__doc__') return null;
    const fixed = this.options.statics?.get(name);
    if (fixed !== undefined) return fixed;
    return this.method(name) ?? this.parent?.getAttribute(name, runtime);
  }

  /** `str.upper` or `dict.__setitem__`, taking the object as the first argument. */
  method(name: string): UnboundMethod | undefined {
    const { methods, prototype } = this.options;
    const method = methods?.get(name);
    if (method !== undefined) {
      return new UnboundMethod(this, name, (self, args, keywords, site, runtime) =>
        method.call(plainOf(self) as never, args, keywords, site, runtime),
      );
    }
    const dunder = prototype && nativeDunder(prototype, name);
    return dunder && new UnboundMethod(this, name, dunder);
  }

  override attributeNames(): Iterable<string> {
    return [...(this.options.statics?.keys() ?? []), ...(this.options.methods?.keys() ?? [])];
  }

  override repr(runtime: Runtime): string {
    return runtime.python3 ? `<class '${this.name}'>` : `<type '${this.name}'>`;
  }

  override subclass(definition: ClassBody, runtime: Runtime): Value | undefined {
    return createClass(definition, runtime);
  }

  override isInstance(value: Value): boolean | undefined {
    return this.options.is(value);
  }

  isSubtypeOf(other: BuiltinType): boolean {
    return this === other || (this.parent?.isSubtypeOf(other) ?? false);
  }
}
