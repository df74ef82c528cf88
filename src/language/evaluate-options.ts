import type { Diagnostic } from '../base/diagnostic.js';
import type { Span } from '../base/source.js';
import type { Budgets } from './budget.js';
import type { Host } from './host.js';
import type { Runtime, Value } from './value.js';

export interface EvaluateOptions {
  readonly host: Host;
  /** Names that exist before the file runs; they may be shadowed. */
  readonly globals?: ReadonlyMap<string, Value>;
  /** Modules that are there without an import, by name. */
  readonly imported?: readonly string[];
  /** Modules beside the built-in ones, by dotted name; each gives the module's names when first imported. */
  readonly modules?: ReadonlyMap<string, (runtime: Runtime) => ReadonlyMap<string, Value>>;
  /** Exception types beside the standard ones: name -> name of the parent. */
  readonly exceptions?: ReadonlyMap<string, string>;
  readonly mode?: 'python2' | 'python3';
  readonly budgets?: Partial<Budgets>;
  /** Refuses the environment, the clock, randomness and files outside `root`. */
  readonly hermetic?: boolean;
  /** The folder that a hermetic config may read; default: the folder of the source file. */
  readonly root?: string;
  /** Programs that `subprocess` may run. */
  readonly allowRun?: ReadonlySet<string>;
  /**
   * Told of mistakes in values that the rest of the file can do without; the file then runs on. Absent, the first
   * one ends the evaluation as an exception. So it does in programs that catch exceptions.
   */
  readonly onMistake?: (diagnostic: Diagnostic) => void;
  readonly onPrint?: (text: string, stream: 'stdout' | 'stderr') => void;
  /** A file evaluated before, whose names this one sees: the site prelude. */
  readonly prelude?: Evaluation;
}

/** A file that has run. */
export interface Evaluation {
  readonly globals: ReadonlyMap<string, Value>;
  readonly warnings: readonly Diagnostic[];
  readonly runtime: Runtime;
  /** Evaluates an expression after the file; throws a DiagnosticError. */
  evaluateExpression(text: string): Value;
  /** Runs more statements in the same names, as the read-evaluate-print loop does. */
  execute(text: string, path: string): Value | undefined;
  /** Calls a value of the config, a hook's method say; throws a DiagnosticError. */
  call(callee: Value, args: readonly Value[]): Value;
  /** Runs code that may raise exceptions of the language and turns them into a DiagnosticError. */
  guard<T>(action: () => T): T;
  /** Where a global name was last bound. */
  definitionSpan(name: string): Span | undefined;
}
