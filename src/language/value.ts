import type { Diagnostic } from '../base/diagnostic.js';
import type { Span } from '../base/source.js';

/**
 * Values of the configuration language. None, bools, text and small ints are the JavaScript values; an int
 * beyond 2^53 is a bigint (never a number); everything else is a `PyObject`. An int and a float are told
 * apart by type: floats are `Float` objects, because `3` and `3.0` give different text.
 *
 * An object answers each operation through a method of `PyObject`; attributes come from tables that the
 * object's own class keeps, never from JavaScript look-ups by user text.
 */
export type Value = null | boolean | number | bigint | string | PyObject;

export type Keywords = ReadonlyMap<string, Value>;
export const NO_KEYWORDS: Keywords = new Map();

/** The place of a call in the program: static, one for each call expression. */
export interface CallSite {
  readonly span: Span;
  /** Where the positional argument stands, or the whole call when it came from `*args`. */
  argumentSpan(index: number): Span;
  /** Where `name=value` stands, or the whole call when it came from `**kwargs`. */
  keywordSpan(name: string): Span;
}

/** What objects may ask of the evaluator that runs them. */
export interface Runtime {
  /** Raises an exception of the language: `raise('TypeError', 'unhashable type')`. Never returns. */
  raise(type: string, message: string, details?: RaiseDetails): never;
  /** As `raise`, with the exception's own arguments: `raiseException('KeyError', [key])`. */
  raiseException(type: string, args: readonly Value[], details?: RaiseDetails): never;
  call(callee: Value, args: readonly Value[], keywords: Keywords, site: CallSite): Value;
  getAttribute(object: Value, name: string): Value;
  str(value: Value): string;
  repr(value: Value): string;
  equals(a: Value, b: Value): boolean;
  /** For sorting: negative, zero or positive, NaN when unordered. Python 2 orders values of any types. */
  compare(a: Value, b: Value): number;
  truthy(value: Value): boolean;
  typeName(value: Value): string;
  iterate(value: Value): Iterable<Value>;
  /** Charges work against the budgets before it is done; raises the budget's diagnostic when exceeded. */
  charge(steps: number, bytes: number): void;
  /** The innermost call under way. */
  site(): CallSite;
  warn(diagnostic: Diagnostic): void;
  /**
   * Tells of a mistake that the program may go on without, so that the next ones are found as well; false when it must
   * be raised instead.
   */
  passOver?(message: string, details: RaiseDetails): boolean;
  /** Whether mistakes are passed over at all. */
  readonly collectsMistakes?: boolean;
  /** The calls under way: call `i`, from 1 (outermost) to `depth`, stands at `sites[i]` and runs `functions[i]`. */
  readonly sites?: readonly CallSite[];
  readonly functions?: ReadonlyArray<{ readonly name: string } | undefined>;
  readonly depth?: number;
  /** One level of a recursion over nested values, counted against the depth budget. */
  nested<T>(action: () => T): T;
  /** Runs something; undefined when it raised an exception of that type, which is then dealt with. */
  attempt<T>(exceptionType: string, action: () => T): T | undefined;
  /** True with Python 3's semantics: true division, float text, `<class 'int'>`. */
  readonly python3: boolean;
}

export type RichOperator = '<' | '<=' | '>' | '>=' | '==' | '!=';

/** Facts for the diagnostic that the exception becomes when nobody catches it. */
export interface RaiseDetails {
  /** What the diagnostic says when the exception's own text, which programs compare, says too little. */
  readonly headline?: string | undefined;
  readonly span?: Span | undefined;
  readonly notes?: readonly string[];
  readonly suggestion?: string | undefined;
  readonly code?: string;
}

/** What an operation answers when it does not apply to its operand; the evaluator then tries the other side. */
export const NOT_IMPLEMENTED: unique symbol = Symbol('NotImplemented');
export type Maybe<T> = T | typeof NOT_IMPLEMENTED;

/**
 * Base of every object. Defaults describe an object that supports nothing but identity; subclasses override
 * what they support. Names of methods follow Python's data model.
 */
export abstract class PyObject {
  /** The type's name as messages show it: `list`, `function`, `MesosJob`. */
  abstract typeName(): string;

  /** Undefined when there is no such attribute: the evaluator then reports it with the nearest name. */
  getAttribute(_name: string, _runtime: Runtime): Value | undefined {
    return undefined;
  }

  /** False when attributes cannot be set. */
  setAttribute(_name: string, _value: Value, _runtime: Runtime): boolean {
    return false;
  }

  deleteAttribute(_name: string, _runtime: Runtime): boolean {
    return false;
  }

  /** For suggestions and `dir`. */
  attributeNames(): Iterable<string> {
    return [];
  }

  isCallable(): boolean {
    return false;
  }

  call(_args: readonly Value[], _keywords: Keywords, _site: CallSite, runtime: Runtime): Value {
    return runtime.raise('TypeError', `'${this.typeName()}' object is not callable`);
  }

  /** `this.name(...)` without making a bound method first. Undefined: no such attribute. */
  callMethod(
    name: string,
    args: readonly Value[],
    keywords: Keywords,
    site: CallSite,
    runtime: Runtime,
  ): Value | undefined {
    const method = this.getAttribute(name, runtime);
    return method === undefined ? undefined : runtime.call(method, args, keywords, site);
  }

  repr(_runtime: Runtime): string {
    return `<${this.typeName()} object>`;
  }

  str(runtime: Runtime): string {
    return this.repr(runtime);
  }

  equals(other: Value, _runtime: Runtime): boolean {
    return this === other;
  }

  /** For `<` and sorting: negative, zero, positive; NOT_IMPLEMENTED when there is no order. */
  compare(_other: Value, _runtime: Runtime): Maybe<number> {
    return NOT_IMPLEMENTED;
  }

  /** For types whose `<`, `<=`, `==` ... are not one order: sets, classes with `__lt__`. Asked first. */
  richCompare(_operator: RichOperator, _other: Value, _runtime: Runtime): Maybe<Value> {
    return NOT_IMPLEMENTED;
  }

  /** What stands for this object among the keys of a dict: equal objects give equal keys. */
  dictKey(_runtime: Runtime): DictKey {
    return this;
  }

  truthy(_runtime: Runtime): boolean {
    return true;
  }

  /** Undefined: `len()` does not apply. */
  length(_runtime: Runtime): number | undefined {
    return undefined;
  }

  /** Undefined: not iterable. */
  iterate(_runtime: Runtime): Iterable<Value> | undefined {
    return undefined;
  }

  contains(_item: Value, _runtime: Runtime): Maybe<boolean> {
    return NOT_IMPLEMENTED;
  }

  getItem(_index: Value, _runtime: Runtime): Maybe<Value> {
    return NOT_IMPLEMENTED;
  }

  setItem(_index: Value, _value: Value, _runtime: Runtime): boolean {
    return false;
  }

  deleteItem(_index: Value, _runtime: Runtime): boolean {
    return false;
  }

  /** `this operator other`, or `other operator this` when `reflected`. */
  binary(_operator: string, _other: Value, _reflected: boolean, _runtime: Runtime): Maybe<Value> {
    return NOT_IMPLEMENTED;
  }

  unary(_operator: string, _runtime: Runtime): Maybe<Value> {
    return NOT_IMPLEMENTED;
  }

  /** On type-like objects: `class Name(thisObject): ...`. Undefined: not usable as a base. */
  subclass(_definition: ClassBody, _runtime: Runtime): Value | undefined {
    return undefined;
  }

  /** On type-like objects: `isinstance(value, thisObject)`. Undefined: not a type. */
  isInstance(_value: Value, _runtime: Runtime): boolean | undefined {
    return undefined;
  }
}

/** A class statement after its body has run. */
export interface ClassBody {
  readonly name: string;
  readonly bases: readonly Value[];
  /** The names bound in the body, in order. */
  readonly attributes: ReadonlyMap<string, Value>;
  readonly site: CallSite;
  /** Where each attribute was assigned. */
  attributeSpan(name: string): Span;
}

/** A float; ints are plain numbers and bigints. */
export class Float extends PyObject {
  constructor(readonly value: number) {
    super();
  }

  typeName(): string {
    return 'float';
  }

  override dictKey(): DictKey {
    return Number.isInteger(this.value) && !Number.isSafeInteger(this.value)
      ? BigInt(this.value)
      : this.value;
  }

  override truthy(): boolean {
    return this.value !== 0;
  }
}

/** What a JavaScript Map can tell apart exactly as Python tells its dict keys apart. */
export type DictKey = null | number | bigint | string | object;

/**
 * True, 1 and 1.0 are one key; text and tuples never collide (composite keys begin with NUL, and text that
 * does so is escaped).
 */
export function dictKeyOf(value: Value, runtime: Runtime): DictKey {
  switch (typeof value) {
    case 'string':
      return value.startsWith('\0') ? `\0s${value}` : value;
    case 'boolean':
      return value ? 1 : 0;
    case 'object':
      return value === null ? null : value.dictKey(runtime);
    default:
      return value;
  }
}
