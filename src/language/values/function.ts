import type { Span } from '../../base/source.js';
import { PyObject, type CallSite, type Keywords, type Runtime, type Value } from '../value.js';
import type { FunctionCode } from '../compiler/code.js';
import type { Cell } from '../compiler/frame.js';
import { Tuple } from './tuple.js';
import { Dict } from './dict.js';
import type { UserClass } from './user-class.js';

/** A function of the program: compiled code with the defaults and the outer variables of its definition. */
export class PyFunction extends PyObject {
  #attributes: Map<string, Value> | undefined;
  /** The class whose body defined it: what `super()` starts from. */
  owner: UserClass | undefined;

  constructor(
    readonly code: FunctionCode,
    /** One entry a parameter, undefined where the caller must give a value. */
    readonly defaults: ReadonlyArray<Value | undefined>,
    /** The outer variables it uses. */
    readonly cells: readonly Cell[],
  ) {
    super();
  }

  /** The cells of a frame without captured variables of its own. */
  get freeCells(): Cell[] {
    return this.cells as Cell[];
  }

  get name(): string {
    return this.code.name;
  }

  get span(): Span {
    return this.code.span;
  }

  typeName(): string {
    return 'function';
  }

  override isCallable(): boolean {
    return true;
  }

  override call(args: readonly Value[], keywords: Keywords, site: CallSite, runtime: Runtime): Value {
    return this.code.invoke(this, args, keywords, site, runtime);
  }

  override getAttribute(name: string, runtime: Runtime): Value | undefined {
    const own = this.#attributes?.get(name);
    if (own !== undefined) return own;
    if (name === '__name__' || name === 'func_name') return this.code.name;
    if (name === '__doc__' || name === 'func_doc') return this.code.documentation;
    if (name === '__module__') return '__builtin__';
    if (name === '__dict__') return Dict.fromEntries(this.#attributes ?? [], runtime);
    if (name === '__defaults__' || name === 'func_defaults') return this.#defaults();
    return undefined;
  }

  #defaults(): Value {
    const given = this.defaults
      .slice(0, this.code.parameters.positional)
      .filter((value) => value !== undefined);
    return given.length === 0 ? null : new Tuple(given);
  }

  override setAttribute(name: string, value: Value): boolean {
    (this.#attributes ??= new Map()).set(name, value);
    return true;
  }

  override deleteAttribute(name: string): boolean {
    return this.#attributes?.delete(name) ?? false;
  }

  override attributeNames(): Iterable<string> {
    return ['__name__', '__doc__', '__defaults__', 'func_defaults', ...(this.#attributes?.keys() ?? [])];
  }

  override repr(): string {
    return `<function ${this.code.name}>`;
  }
}

/** `object.method`: a callable with its first argument given. */
export class BoundMethod extends PyObject {
  constructor(
    readonly self: Value,
    readonly callee: Value,
  ) {
    super();
  }

  typeName(): string {
    return 'instancemethod';
  }

  override isCallable(): boolean {
    return true;
  }

  override call(args: readonly Value[], keywords: Keywords, site: CallSite, runtime: Runtime): Value {
    return runtime.call(this.callee, [this.self, ...args], keywords, site);
  }

  override getAttribute(name: string, runtime: Runtime): Value | undefined {
    if (name === '__self__' || name === 'im_self') return this.self;
    if (name === '__func__' || name === 'im_func') return this.callee;
    return typeof this.callee === 'object' ? this.callee?.getAttribute(name, runtime) : undefined;
  }

  override equals(other: Value): boolean {
    return other instanceof BoundMethod && other.self === this.self && other.callee === this.callee;
  }

  override repr(runtime: Runtime): string {
    const name = runtime.str(this.getAttribute('__name__', runtime) ?? '?');
    return `<bound method ${runtime.typeName(this.self)}.${name}>`;
  }
}
