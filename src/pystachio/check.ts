import type { Span } from '../base/source.js';
import type { Ref } from './ref.js';
import { joinStep, type PystachioError } from './pystachio-error.js';

/**
 * Why a value is not valid. `message` is the original's text, the path included in its own way; the other
 * facts serve diagnostics: where in the value the defect is, what was wanted there and what stands there.
 */
export interface CheckFailure {
  readonly message: string;
  /** Steps from the checked value down to the defect: `task`, `processes[0]`, `cmdline`. */
  readonly path: readonly string[];
  readonly reason: 'required' | 'type' | 'choice' | 'interpolation' | 'unbound';
  /** The struct or simple type wanted where the defect is. */
  readonly wanted: string;
  readonly span: Span | undefined;
  /** For `unbound`: the reference that nothing answers. */
  readonly ref?: Ref;
  /** For `interpolation`: what went wrong. */
  readonly error?: PystachioError;
}

/** A failure seen from one level further out. */
export function failureWithin(
  failure: CheckFailure,
  step: string,
  message: string,
  span: Span | undefined,
): CheckFailure {
  return { ...failure, message, path: joinStep(step, failure.path), span: failure.span ?? span };
}
