import type { Frame, Signal, Stepper } from '../compiler/frame.js';
import { RaisedError } from '../exceptions/raised-error.js';
import { generatorMethods } from '../methods/generator-methods.js';
import type { Evaluator } from '../interpreter.js';
import type { Runtime, Value } from '../value.js';
import type { PyFunction } from './function.js';
import { IteratorObject } from './iterator.js';
import type { MethodTable } from './method-table.js';

/** A generator: a frame that stops at each `yield`. */
export class GeneratorObject extends IteratorObject {
  readonly #steps: Generator<Value, Signal, Value>;
  #started = false;
  #running = false;
  #finished = false;

  constructor(
    readonly callee: PyFunction,
    readonly frame: Frame,
    stepper: Stepper,
    readonly runtime: Evaluator,
  ) {
    const self: { generator?: GeneratorObject } = {};
    super('generator', {
      next: () => {
        const value = self.generator?.resume(null);
        return value === undefined ? { done: true, value: undefined } : { done: false, value };
      },
    });
    self.generator = this;
    this.#steps = stepper(frame);
  }

  protected override methods(): MethodTable<never> {
    return generatorMethods;
  }

  override getAttribute(name: string, runtime: Runtime): Value | undefined {
    return name === '__name__' ? this.callee.name : super.getAttribute(name, runtime);
  }

  override next(_runtime: Runtime): Value | undefined {
    return this.resume(null);
  }

  /** Runs to the next `yield`; undefined when the body has ended. */
  resume(sent: Value): Value | undefined {
    if (!this.#started && sent !== null) {
      this.runtime.raise('TypeError', "can't send non-None value to a just-started generator");
    }
    return this.#run(() => this.#steps.next(sent));
  }

  /** Raises an exception at the `yield` where the generator stands. */
  throwInto(error: RaisedError): Value | undefined {
    if (!this.#started || this.#finished) {
      this.#finished = true;
      throw error;
    }
    return this.#run(() => this.#steps.throw(error));
  }

  close(): void {
    if (!this.#started || this.#finished) {
      this.#finished = true;
      return;
    }
    const { runtime } = this;
    const exit = runtime.exceptions.get('GeneratorExit').create([], runtime);
    const { span } = runtime.node;
    const at = { span, stack: [], notes: [], suggestion: undefined, code: undefined };
    const value = runtime.attempt('GeneratorExit', () => this.throwInto(new RaisedError(exit, at)));
    if (value !== undefined) runtime.raise('RuntimeError', 'generator ignored GeneratorExit');
  }

  /** `yield from`: what is sent goes to this generator, its return value is the result. */
  *delegated(_runtime: Runtime): Generator<Value, Value, Value> {
    let sent: Value = null;
    for (;;) {
      const value = this.resume(sent);
      if (value === undefined) return this.frame.result;
      sent = yield value;
    }
  }

  #run(advance: () => IteratorResult<Value, Signal>): Value | undefined {
    const { runtime } = this;
    if (this.#finished) return undefined;
    if (this.#running) return runtime.raise('ValueError', 'generator already executing');
    const mark = runtime.mark();
    const { node } = runtime;
    this.#enter();
    let step;
    try {
      step = advance();
    } catch (error) {
      this.#finished = true;
      throw error;
    } finally {
      this.#running = false;
    }
    runtime.restore(mark);
    runtime.node = node;
    if (step.done !== true) return step.value;
    this.#finished = true;
    return undefined;
  }

  #enter(): void {
    const { runtime } = this;
    this.#started = true;
    this.#running = true;
    const depth = ++runtime.depth;
    runtime.stackUse += this.callee.code.nesting;
    runtime.sites[depth] = runtime.node;
    runtime.functions[depth] = this.callee;
    if (depth > runtime.depthLimit || runtime.stackUse > runtime.stackLimit) {
      this.#running = false;
      runtime.refuseDepth(runtime.node);
    }
    runtime.budget.step(1);
  }
}
