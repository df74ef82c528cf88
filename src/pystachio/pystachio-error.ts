import type { Span } from '../base/source.js';
import type { RaiseDetails, Runtime } from '../language/value.js';
import { narrowTo } from './origin.js';

/** Exceptions of the templating layer, by the names that programs catch them with. */
export type PystachioErrorType =
  | 'AttributeError'
  | 'CoercionError'
  | 'IndexError'
  | 'InvalidRefError'
  | 'KeyError'
  | 'OverflowError'
  | 'TypeError'
  | 'Uninterpolatable'
  | 'ValueError';

/**
 * Thrown inside the templating layer, which knows nothing of the evaluator's exception objects; the methods
 * that a program calls turn it into one with `raising`. The message is the original's, word for word: programs
 * catch and print it. What helps a person goes into `details`.
 */
export class PystachioError extends Error {
  override readonly name = 'PystachioError';

  /** Steps from the outermost struct down to the defect: `task`, `processes[0]`, `cmdline`. */
  path: readonly string[] = [];

  /** The tag that is wrong, where one is: the place narrows to it. */
  tag: string | undefined;

  /** The struct that the path starts in. */
  owner: string | undefined;

  constructor(
    readonly type: PystachioErrorType,
    message: string,
    public details: RaiseDetails = {},
  ) {
    super(message);
  }

  /** Records one more level around the defect; the innermost known place is kept. */
  within(owner: string | undefined, step: string, span: Span | undefined): this {
    this.path = joinStep(step, this.path);
    this.owner = owner;
    if (!this.details.span && span) {
      this.details = { ...this.details, span: this.tag === undefined ? span : narrowTo(span, this.tag) };
    }
    return this;
  }

  /** Facts for the diagnostic, the path among them. */
  raiseDetails(): RaiseDetails {
    if (this.path.length === 0) return this.details;
    const place = [this.owner, ...this.path].filter((part) => part !== undefined).join('.');
    return { ...this.details, notes: [`in ${place}`, ...(this.details.notes ?? [])] };
  }
}

/** `[0]` sticks to the field before it: `processes[0]`. */
export function joinStep(step: string, path: readonly string[]): readonly string[] {
  const [first, ...rest] = path;
  return first?.startsWith('[') ? [step + first, ...rest] : [step, ...path];
}

/** The exceptions that `check()` reports as a failure instead of letting them pass. */
export function isInterpolationFailure(error: unknown): error is PystachioError {
  return (
    error instanceof PystachioError && (error.type === 'CoercionError' || error.type === 'Uninterpolatable')
  );
}

/** A ValueError or a subclass of it: what a Choice takes as "not this alternative". */
export function isValueError(error: unknown): error is PystachioError {
  return error instanceof PystachioError && (error.type === 'CoercionError' || error.type === 'ValueError');
}

/** Runs `action`, raising what it throws as an exception of the language. */
export function raising<T>(runtime: Runtime, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (error instanceof PystachioError)
      return runtime.raise(error.type, error.message, error.raiseDetails());
    throw error;
  }
}
