import { onOneLine } from '../language/text/one-line.js';
import { DiagnosticError, type Diagnostic } from '../base/diagnostic.js';
import type { Span } from '../base/source.js';
import type { Evaluation } from '../language/evaluate-options.js';
import type { Origin } from '../pystachio/pystachio-type.js';
import { PystachioError } from '../pystachio/pystachio-error.js';

/** What helps a person beyond the original's message. */
export interface ErrorDetails {
  readonly span?: Span | undefined;
  readonly code?: string;
  readonly notes?: readonly string[];
  readonly suggestion?: string | undefined;
  /** What the diagnostic says instead of a message that says too little. */
  readonly headline?: string | undefined;
  /** What was made there: its calls show as the stack. */
  readonly origin?: Origin | undefined;
}

/**
 * A configuration that is refused after it ran: its jobs cannot be picked, checked or converted. `type` (the
 * exception's name, `die` for an exit with a text) and `originalMessage` are the original's words, which
 * scripts compare; the diagnostic says the same and where.
 */
export class ConfigError extends DiagnosticError {
  override readonly name = 'ConfigError';

  constructor(
    readonly type: string,
    readonly originalMessage: string,
    details: ErrorDetails = {},
  ) {
    super([toDiagnostic(originalMessage, details)]);
  }
}

/** `The configuration was invalid: ...` */
export function invalidConfig(message: string, details: ErrorDetails = {}): ConfigError {
  return new ConfigError('InvalidConfig', `The configuration was invalid: ${message}`, details);
}

/** Runs `action`, reporting what the templating layer throws as an error of the configuration. */
export function refusing<T>(action: () => T, details: ErrorDetails = {}): T {
  try {
    return action();
  } catch (error) {
    throw error instanceof PystachioError ? fromPystachio(error, details) : error;
  }
}

/** Runs `action` after a config has been evaluated: whatever it refuses leaves as a DiagnosticError. */
export function guarded<T>(evaluation: Evaluation, action: () => T): T {
  return evaluation.guard(() => refusing(action));
}

/** `prefix` is the place that the error's own path continues: `jobs[2]`. */
export function fromPystachio(error: PystachioError, details: ErrorDetails, prefix?: string): ConfigError {
  const path = error.path.join('.');
  const place = prefix ? [prefix, path].filter((part) => part !== '').join('.') : path;
  return new ConfigError(error.type, error.message, {
    span: error.details.span ?? details.span,
    code: error.details.code ?? 'invalid-value',
    headline: error.details.headline,
    notes: [...(place ? [`in ${place}`] : []), ...(error.details.notes ?? []), ...(details.notes ?? [])],
    suggestion: error.details.suggestion ?? details.suggestion,
  });
}

function toDiagnostic(message: string, details: ErrorDetails): Diagnostic {
  const stack = details.origin?.stack?.() ?? [];
  return {
    severity: 'error',
    code: details.code ?? 'invalid-configuration',
    message: details.headline ?? onOneLine(message.trim()),
    ...(details.span && { span: details.span }),
    ...(details.notes && details.notes.length > 0 && { notes: details.notes }),
    ...(details.suggestion !== undefined && { suggestion: details.suggestion }),
    ...(stack.length > 0 && { stack }),
  };
}
