import { onOneLine } from '../text/one-line.js';
import { DiagnosticError, type Diagnostic, type StackFrame } from '../../base/diagnostic.js';
import type { Span } from '../../base/source.js';
import type { BudgetName } from '../budget.js';
import type { Evaluator } from '../interpreter.js';
import type { RaiseDetails } from '../value.js';
import type { RaisedError } from './raised-error.js';

/** An exception that nobody caught, as the diagnostic that the user reads. */
export class UncaughtError extends DiagnosticError {
  constructor(
    diagnostic: Diagnostic,
    /** The exception's type: `KeyError`. */
    readonly exceptionType: string,
    /** What `str(exception)` gives. */
    readonly exceptionMessage: string,
    /** Names of the type and its parents. */
    readonly exceptionTypes: readonly string[],
  ) {
    super([diagnostic]);
  }
}

export function uncaught(error: RaisedError, runtime: Evaluator): UncaughtError {
  const { exception, at } = error;
  runtime.restore({ depth: 0, stackUse: 0 });
  const text = exception.str(runtime);
  const type = exception.typeName();
  const types = [type];
  for (
    let parent: { name: string; parent?: typeof parent } | undefined = exception.type;
    parent;
    parent = parent.parent
  ) {
    if (!types.includes(parent.name)) types.push(parent.name);
  }
  const diagnostic: Diagnostic = {
    severity: 'error',
    code: at.code ?? kebab(type),
    message: at.headline ?? headline(type, text),
    span: at.span,
    ...(at.notes.length > 0 && { notes: at.notes }),
    ...(at.suggestion !== undefined && { suggestion: at.suggestion }),
    ...(at.stack.length > 1 && { stack: at.stack }),
  };
  return new UncaughtError(diagnostic, type, text, types);
}

/** A mistake that the program goes on without, as the diagnostic that the exception would have been. */
export function mistake(message: string, details: RaiseDetails, runtime: Evaluator): Diagnostic {
  const { span = runtime.node.span, notes = [], suggestion, code = 'invalid-value', headline } = details;
  const stack = callStack(runtime, span);
  return {
    severity: 'error',
    code,
    message: headline ?? onOneLine(message),
    span,
    ...(notes.length > 0 && { notes }),
    ...(suggestion !== undefined && { suggestion }),
    ...(stack.length > 1 && { stack }),
  };
}

/** The exception's own text; its type as well where the text alone says too little. */
function headline(type: string, text: string): string {
  if (text.trim() === '') return type;
  const isSpeaking = text.includes(' ') && type !== 'KeyError';
  return isSpeaking ? onOneLine(text) : `${type}: ${text}`;
}

function kebab(name: string): string {
  return name.replace(/([a-z0-9])([A-Z])/g, '$1-$2').toLowerCase();
}

/** The calls that led here, innermost first, and the place of the module's own code at the end. */
export function callStack(runtime: Evaluator, span: Span): readonly StackFrame[] {
  const frames: StackFrame[] = [];
  let at = span;
  for (let depth = runtime.depth; depth > 0; depth--) {
    const callee = runtime.functions[depth];
    frames.push({ name: callee?.name ?? '<module>', span: at });
    at = runtime.sites[depth]?.span ?? at;
  }
  frames.push({ name: '<module>', span: at });
  return frames;
}

/** What is wrong with the text of a file that others lead to: each mistake shows how it was come to. */
export function reachedFrom(error: DiagnosticError, runtime: Evaluator): DiagnosticError {
  const [first, ...others] = error.diagnostics;
  const reached = (diagnostic: Diagnostic): Diagnostic => {
    const { span, stack } = diagnostic;
    return span === undefined || stack !== undefined
      ? diagnostic
      : { ...diagnostic, stack: callStack(runtime, span) };
  };
  return new DiagnosticError([reached(first), ...others.map(reached)]);
}

const BUDGET_TEXTS: Readonly<Record<BudgetName, (limit: number) => string>> = {
  steps: (limit) => `the configuration ran for more than ${count(limit)} steps`,
  valueBytes: (limit) => `the configuration made values of more than ${bytes(limit)}`,
  depth: (limit) => `maximum recursion depth exceeded: more than ${count(limit)} calls within calls`,
  outputBytes: (limit) => `the configuration printed more than ${bytes(limit)}`,
  includeFiles: (limit) => `the configuration included more than ${count(limit)} files`,
  wallMs: (limit) => `the configuration ran for more than ${limit / 1000} seconds`,
};

/** Not an exception of the language: no `except` may catch it. */
export function budgetExceeded(name: BudgetName, limit: number, runtime: Evaluator): never {
  const { span } = runtime.node;
  const stack = callStack(runtime, span);
  throw new DiagnosticError([
    {
      severity: 'error',
      code: `budget-${kebab(name)}`,
      message: BUDGET_TEXTS[name](limit),
      span,
      ...(stack.length > 1 && { stack }),
    },
  ]);
}

/** Too many calls within calls, whatever counts them: an exception, as in Python. */
export function jsStackExceeded(runtime: Evaluator): never {
  const type = runtime.python3 ? 'RecursionError' : 'RuntimeError';
  return runtime.raise(type, 'maximum recursion depth exceeded', {
    code: 'budget-depth',
    notes: [`at most ${runtime.depthLimit} calls within calls are allowed`],
  });
}

function count(limit: number): string {
  return limit.toLocaleString('en-US');
}

function bytes(limit: number): string {
  return limit >= 2 ** 20 ? `${Math.floor(limit / 2 ** 20)} MB` : `${limit} bytes`;
}
