import { DiagnosticError } from '../base/diagnostic.js';
import type { SourceFile } from '../base/source.js';
import { Namespace } from './compiler/namespace.js';
import { runExpression, runModule } from './compiler/run-module.js';
import { tellUndefinedNames } from './compiler/undefined-names.js';
import type { EvaluateOptions, Evaluation } from './evaluate-options.js';
import { RaisedError } from './exceptions/raised-error.js';
import { uncaught } from './exceptions/report.js';
import { makeInclude } from './include.js';
import { Interpreter } from './interpreter.js';
import { parseExpression } from './parser.js';
import { Site } from './site.js';
import { NO_KEYWORDS, type Value } from './value.js';

/**
 * Runs a file of the configuration language and gives its final names. Whatever goes wrong is thrown as a
 * `DiagnosticError`: syntax errors all at once, an exception that nobody caught as an `UncaughtError`.
 */
export function evaluate(source: SourceFile, options: EvaluateOptions): Evaluation {
  const runtime = new Interpreter(options, new Site(source, 0, 0));
  const globals = new Namespace(runtime.builtins);
  const { prelude } = options;
  for (const name of options.imported ?? []) globals.set(name, runtime.modules.load(name, source));
  for (const [name, value] of options.globals ?? []) globals.set(name, value);
  for (const [name, value] of prelude?.globals ?? []) globals.set(name, value);
  globals.set('include', makeInclude(globals, runtime));
  guard(runtime, () => {
    runtime.includes.start(pathOf(source, options));
    try {
      runModule(source, globals, runtime);
    } catch (error) {
      if (error instanceof RaisedError) tellUndefinedNames(error, globals, runtime);
      throw error;
    }
  });
  return new FinishedEvaluation(globals, runtime);
}

function pathOf(source: SourceFile, { host }: EvaluateOptions): string {
  return source.path.startsWith('/') ? source.path : `${host.currentDirectory}/${source.path}`;
}

class FinishedEvaluation implements Evaluation {
  constructor(
    readonly namespace: Namespace,
    readonly runtime: Interpreter,
  ) {}

  get globals(): ReadonlyMap<string, Value> {
    return new Map(this.namespace.entries());
  }

  get warnings(): Evaluation['warnings'] {
    return this.runtime.warnings;
  }

  evaluateExpression(text: string): Value {
    const file = { path: '<expression>', text };
    return guard(this.runtime, () => {
      const expression = parseExpression(file, { python3: this.runtime.python3 });
      return runExpression(file, expression, this.namespace, this.runtime);
    });
  }

  execute(text: string, path: string): Value | undefined {
    return guard(this.runtime, () => runModule({ path, text }, this.namespace, this.runtime));
  }

  call(callee: Value, args: readonly Value[]): Value {
    return guard(this.runtime, () => this.runtime.call(callee, args, NO_KEYWORDS, this.runtime.node));
  }

  guard<T>(action: () => T): T {
    return guard(this.runtime, action);
  }

  definitionSpan(name: string): ReturnType<Evaluation['definitionSpan']> {
    return this.namespace.definitionSpan(name);
  }
}

/** Nothing but diagnostics leaves; a full JavaScript stack is one, too. */
function guard<T>(runtime: Interpreter, action: () => T): T {
  const mark = runtime.mark();
  try {
    return action();
  } catch (error) {
    if (error instanceof RaisedError) throw uncaught(error, runtime);
    if (error instanceof RangeError && /call stack/i.test(error.message)) throw stackFull(runtime);
    throw error;
  } finally {
    runtime.restore(mark);
  }
}

function stackFull(runtime: Interpreter): DiagnosticError {
  return new DiagnosticError([
    {
      severity: 'error',
      code: 'budget-depth',
      message: 'maximum recursion depth exceeded',
      span: runtime.node.span,
    },
  ]);
}
