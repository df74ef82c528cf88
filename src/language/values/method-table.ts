import { PyObject, type CallSite, type Keywords, type Runtime, type Value } from '../value.js';
import type { NativeCall } from './native-function.js';
import { Signature } from './signature.js';

export type MethodBody<Self> = (
  self: Self,
  args: readonly Value[],
  runtime: Runtime,
  call: NativeCall,
) => Value;

/** A method of a built-in type, not yet bound to an object. */
export class NativeMethod<Self extends Value = Value> {
  readonly #signature: Signature;

  constructor(
    readonly name: string,
    parameters: string,
    readonly body: MethodBody<Self>,
  ) {
    this.#signature = new Signature(name, parameters);
  }

  call(self: Self, args: readonly Value[], keywords: Keywords, site: CallSite, runtime: Runtime): Value {
    return this.body(self, this.#signature.bind(args, keywords, runtime), runtime, { keywords, site });
  }
}

/** The attributes of a built-in type; the only place where a name in the program meets a function here. */
export type MethodTable<Self extends Value> = ReadonlyMap<string, NativeMethod<Self>>;

/** Of a type that has not been given its methods yet. */
export const NO_METHODS: MethodTable<never> = new Map();

/** `['append', 'item', (self, [item], runtime) => ...]`; parameters as in `nativeFunction`. */
export function methodTable<Self extends Value>(
  rows: ReadonlyArray<readonly [name: string, parameters: string, body: MethodBody<Self>]>,
): MethodTable<Self> {
  return new Map(
    rows.map(([name, parameters, body]) => [name, new NativeMethod<Self>(name, parameters, body)]),
  );
}

/** `items.append` as a value of its own. */
export class BoundNativeMethod<Self extends Value> extends PyObject {
  constructor(
    readonly self: Self,
    readonly method: NativeMethod<Self>,
  ) {
    super();
  }

  typeName(): string {
    return 'builtin_function_or_method';
  }

  override isCallable(): boolean {
    return true;
  }

  override call(args: readonly Value[], keywords: Keywords, site: CallSite, runtime: Runtime): Value {
    return this.method.call(this.self, args, keywords, site, runtime);
  }

  override getAttribute(name: string): Value | undefined {
    if (name === '__name__') return this.method.name;
    if (name === '__self__') return this.self;
    if (name === '__doc__') return null;
    return undefined;
  }

  override equals(other: Value): boolean {
    return other instanceof BoundNativeMethod && other.self === this.self && other.method === this.method;
  }

  override repr(runtime: Runtime): string {
    return `<built-in method ${this.method.name} of ${runtime.typeName(this.self)} object>`;
  }
}

/** The bound method that attribute access gives, or undefined. */
export function bindMethod<Self extends Value>(
  self: Self,
  table: MethodTable<Self>,
  name: string,
): Value | undefined {
  const method = table.get(name);
  return method === undefined ? undefined : new BoundNativeMethod(self, method);
}
