import type { StackFrame } from '../../base/diagnostic.js';
import type { Span } from '../../base/source.js';
import type { ExceptionObject } from './exception-object.js';

/** Facts about where an exception came from, for the diagnostic it becomes when nobody catches it. */
export interface RaisedAt {
  readonly span: Span;
  /** Innermost first. */
  readonly stack: readonly StackFrame[];
  readonly notes: readonly string[];
  readonly suggestion: string | undefined;
  readonly code: string | undefined;
  readonly headline?: string | undefined;
}

/** An exception of the language on its way through the evaluator's own JavaScript frames. */
export class RaisedError extends Error {
  override readonly name = 'RaisedError';

  constructor(
    readonly exception: ExceptionObject,
    readonly at: RaisedAt,
  ) {
    super();
  }
}
