import { nearest } from '../base/nearest.js';
import type { Diagnostic, StackFrame } from '../base/diagnostic.js';
import type { Frame, Stepper } from './compiler/frame.js';
import type { RunFile } from './compiler/undefined-names.js';
import type { EvaluateOptions } from './evaluate-options.js';
import { Budget } from './budget.js';
import { ExceptionTypes } from './exceptions/hierarchy.js';
import { RaisedError } from './exceptions/raised-error.js';
import { budgetExceeded, callStack, jsStackExceeded, mistake } from './exceptions/report.js';
import { toException } from './exceptions/raise-statement.js';
import { IncludeStack } from './include.js';
import { ModuleLoader } from './modules/loader.js';
import { attributeOf, missingAttribute, primitiveMethods } from './operators/attributes.js';
import { brief } from './operators/binary.js';
import { compareValues, equalValues } from './operators/compare.js';
import { isInstanceOf } from './operators/is-instance.js';
import { getItem } from './operators/items.js';
import { collectItems, iterateValue, iteratorOf } from './operators/iteration.js';
import { updateDict } from './operators/update-dict.js';
import { Output } from './output.js';
import { formatPercent } from './text/percent-format.js';
import { reprValue, strValue, typeNameOf } from './text/value-text.js';
import type { Site } from './site.js';
import {
  Float,
  PyObject,
  type CallSite,
  type Keywords,
  type RaiseDetails,
  type Runtime,
  type Value,
} from './value.js';
import type { Dict } from './values/dict.js';
import type { PyFunction } from './values/function.js';
import { Tuple } from './values/tuple.js';
import { GeneratorObject } from './values/generator.js';
import type { IteratorObject } from './values/iterator.js';
import { makeBuiltins } from './builtins/builtins.js';
import { typeOfValue } from './builtins/type-of.js';

/** JavaScript frames within frames that an evaluation may use: Node's stack holds about three times as many. */
const STACK_LIMIT = 2_600;

/** Mistakes that one evaluation may go on without. */
const MOST_MISTAKES = 1_000;

/** A point to which the call stack returns when an exception is caught. */
export interface Mark {
  readonly depth: number;
  readonly stackUse: number;
}

/** The state of one evaluation, and the operations that values and compiled code ask of it. */
export class Interpreter implements Runtime {
  readonly python3: boolean;
  readonly budget: Budget;
  readonly exceptions: ExceptionTypes;
  readonly output: Output;
  readonly modules: ModuleLoader;
  readonly includes: IncludeStack;
  readonly builtins: ReadonlyMap<string, Value>;
  readonly warnings: Diagnostic[] = [];
  /** Calls under way: `sites[i]` is where call `i` stands in its caller. */
  depth = 0;
  stackUse = 0;
  readonly depthLimit: number;
  readonly stackLimit = STACK_LIMIT;
  readonly sites: CallSite[] = [];
  readonly functions: (PyFunction | undefined)[] = [];
  /** The operation under way: what an exception points at. */
  node: CallSite;
  /** The files run so far, kept when a check wants to look at all of them. */
  readonly runFiles: RunFile[] = [];
  readonly #handled: RaisedError[] = [];
  /** Whether a `try` stands in any of the files: what is raised may then be meant to be. */
  catchesExceptions = false;
  #passedOver = 0;

  constructor(
    readonly options: EvaluateOptions,
    start: Site,
  ) {
    this.node = start;
    this.python3 = options.mode === 'python3';
    this.exceptions = new ExceptionTypes(options.exceptions);
    this.budget = new Budget(options.budgets ?? {}, options.host.clock, (name, limit) =>
      budgetExceeded(name, limit, this),
    );
    this.depthLimit = this.budget.limits.depth;
    this.output = new Output(this);
    this.modules = new ModuleLoader(this);
    this.includes = new IncludeStack(this);
    this.builtins = makeBuiltins(this);
  }

  // What Runtime promises

  raise(type: string, message: string, details?: RaiseDetails): never {
    return this.raiseException(type, message === '' ? [] : [message], details);
  }

  call(callee: Value, args: readonly Value[], keywords: Keywords, site: CallSite): Value {
    if (callee instanceof PyObject) {
      const { node } = this;
      const result = callee.call(args, keywords, site, this);
      // A native caller goes on and may fail itself: what it points at must not be the callee's last step.
      this.node = node;
      return result;
    }
    return this.raise('TypeError', `'${this.typeName(callee)}' object is not callable`, {
      code: 'not-callable',
      notes: [`the value is ${this.brief(callee)}`],
    });
  }

  getAttribute(object: Value, name: string): Value {
    const value = attributeOf(object, name, this);
    return value === undefined ? missingAttribute(object, name, this) : value;
  }

  str(value: Value): string {
    return typeof value === 'string' ? value : strValue(value, this);
  }

  repr(value: Value): string {
    return reprValue(value, this);
  }

  equals(a: Value, b: Value): boolean {
    return equalValues(a, b, this);
  }

  compare(a: Value, b: Value): number {
    return compareValues(a, b, this);
  }

  truthy(value: Value): boolean {
    switch (typeof value) {
      case 'boolean':
        return value;
      case 'number':
        return value !== 0;
      case 'string':
        return value !== '';
      case 'bigint':
        return true;
      default:
        return value !== null && (value instanceof Float ? value.value !== 0 : value.truthy(this));
    }
  }

  typeName(value: Value): string {
    return typeNameOf(value);
  }

  iterate(value: Value): Iterable<Value> {
    return iterateValue(value, this);
  }

  charge(steps: number, bytes: number): void {
    if (steps !== 0) this.budget.step(steps);
    if (bytes !== 0) this.budget.bytes(bytes);
  }

  site(): CallSite {
    return this.node;
  }

  warn(diagnostic: Diagnostic): void {
    this.warnings.push(diagnostic);
  }

  get collectsMistakes(): boolean {
    return this.options.onMistake !== undefined;
  }

  passOver(message: string, details: RaiseDetails): boolean {
    const { onMistake } = this.options;
    if (!onMistake || this.catchesExceptions || this.#passedOver >= MOST_MISTAKES) return false;
    this.#passedOver += 1;
    onMistake(mistake(message, details, this));
    return true;
  }

  nested<T>(action: () => T): T {
    const mark = this.stackUse;
    this.stackUse = mark + NESTED_FRAMES;
    if (this.stackUse > this.stackLimit) this.refuseDepth(this.node);
    const result = action();
    this.stackUse = mark;
    return result;
  }

  attempt<T>(exceptionType: string, action: () => T): T | undefined {
    const mark = this.mark();
    try {
      return action();
    } catch (error) {
      if (!(error instanceof RaisedError)) throw error;
      if (!error.exception.type.isSubtypeOf(this.exceptions.get(exceptionType))) throw error;
      this.restore(mark);
      return undefined;
    }
  }

  // What compiled code and the built-in library ask beyond that

  raiseException(type: string, args: readonly Value[], details: RaiseDetails = {}): never {
    return this.throwException(this.exceptions.get(type).create(args, this), details);
  }

  throwException(exception: RaisedError['exception'], details: RaiseDetails = {}): never {
    const { span = this.node.span, notes = [], suggestion, code, headline } = details;
    throw new RaisedError(exception, {
      span,
      stack: this.callStack(span),
      notes,
      suggestion,
      code,
      headline,
    });
  }

  /** `raise`, `raise X`, `raise X, value` */
  raiseStatement(type: Value | undefined, value: Value | undefined, site: CallSite): never {
    if (type !== undefined) return this.throwException(toException(type, value, site, this));
    const current = this.#handled.at(-1);
    if (current) throw current;
    return this.raise(
      this.python3 ? 'RuntimeError' : 'TypeError',
      this.python3
        ? 'No active exception to reraise'
        : 'exceptions must be old-style classes or derived from BaseException, not NoneType',
    );
  }

  callMethod(
    object: Value,
    name: string,
    args: readonly Value[],
    keywords: Keywords,
    site: CallSite,
    attributeSite: CallSite,
  ): Value {
    if (object instanceof PyObject) {
      const result = object.callMethod(name, args, keywords, site, this);
      if (result !== undefined) return result;
    } else {
      const method = primitiveMethods(object).get(name);
      if (method !== undefined) return method.call(object as never, args, keywords, site, this);
    }
    this.node = attributeSite;
    const value = this.getAttribute(object, name);
    this.node = site;
    return this.call(value, args, keywords, site);
  }

  hasAttribute(object: Value, name: string): boolean {
    return this.attempt('AttributeError', () => attributeOf(object, name, this)) !== undefined;
  }

  setAttribute(object: Value, name: string, value: Value): void {
    if (object instanceof PyObject && object.setAttribute(name, value, this)) return;
    const known = attributeOf(object, name, this) !== undefined;
    this.raise(
      'AttributeError',
      known
        ? `'${this.typeName(object)}' object attribute '${name}' is read-only`
        : `'${this.typeName(object)}' object has no attribute '${name}'`,
      { code: 'unknown-attribute' },
    );
  }

  deleteAttribute(object: Value, name: string): void {
    if (object instanceof PyObject && object.deleteAttribute(name, this)) return;
    missingAttribute(object, name, this);
  }

  getItem(object: Value, index: Value): Value {
    return getItem(object, index, this);
  }

  isInstance(value: Value, type: Value): boolean {
    return isInstanceOf(value, type, this);
  }

  typeOf(value: Value): Value {
    return typeOfValue(value, this);
  }

  /** All the values of an iterable, each charged. */
  collect(value: Value): readonly Value[] {
    return collectItems(value, this);
  }

  /** `iter(value)` */
  iterator(value: Value): IteratorObject {
    return iteratorOf(value, this);
  }

  updateDict(dict: Dict, other: Value): void {
    updateDict(dict, other, this);
  }

  formatPercent(format: string, args: readonly Value[]): string {
    return formatPercent(format, new Tuple(args), this);
  }

  brief(value: Value): string {
    return brief(value, this);
  }

  printStatement(file: Value | undefined, texts: readonly string[], newline: boolean): void {
    this.output.printStatement(file, texts, newline);
  }

  makeGenerator(callee: PyFunction, frame: Frame, stepper: Stepper): Value {
    return new GeneratorObject(callee, frame, stepper, this);
  }

  /** `yield from value` */
  *delegate(value: Value): Generator<Value, Value, Value> {
    if (value instanceof GeneratorObject) return yield* value.delegated(this);
    for (const item of this.iterate(value)) yield item;
    return null;
  }

  currentFunction(): PyFunction | undefined {
    return this.functions[this.depth];
  }

  mark(): Mark {
    return { depth: this.depth, stackUse: this.stackUse };
  }

  restore({ depth, stackUse }: Mark): void {
    this.depth = depth;
    this.stackUse = stackUse;
  }

  /** Runs a handler; a bare `raise` in it raises the exception again. */
  handling<T>(error: RaisedError, handler: () => T): T {
    this.beginHandling(error);
    const result = handler();
    this.endHandling(error);
    return result;
  }

  beginHandling(error: RaisedError): void {
    this.#handled.push(error);
  }

  endHandling(error: RaisedError): void {
    const index = this.#handled.lastIndexOf(error);
    if (index >= 0) this.#handled.length = index;
  }

  handledException(): RaisedError | undefined {
    return this.#handled.at(-1);
  }

  refuseDepth(site: CallSite): never {
    this.node = site;
    return jsStackExceeded(this);
  }

  callStack(span: CallSite['span']): readonly StackFrame[] {
    return callStack(this, span);
  }

  /** Refuses what a hermetic evaluation must not learn. */
  refuseHermetic(what: string): void {
    if (this.options.hermetic !== true) return;
    this.raise('RuntimeError', `--hermetic does not allow ${what}`, { code: 'hermetic' });
  }

  nearest(name: string, names: Iterable<string>): string | undefined {
    const meant = nearest(name, names);
    return meant === undefined ? undefined : `Did you mean "${meant}"?`;
  }
}

/** An interpreter as the other files see it. */
export type Evaluator = Pick<Interpreter, keyof Interpreter>;

/** JavaScript frames that one level of `nested` takes. */
const NESTED_FRAMES = 6;
