import { DiagnosticError, type Diagnostic } from '../../src/base/diagnostic.js';
import { evaluate } from '../../src/language/evaluate.js';
import type { EvaluateOptions } from '../../src/language/evaluate-options.js';
import { testHost } from './language-host.js';

export interface ProgramRun {
  readonly output: string;
  /** Empty when the program ran to its end. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Runs a program of the configuration language on a known machine and gathers what it printed. */
export function runProgram(
  text: string,
  options: Partial<EvaluateOptions> = {},
  path = 'main.aurora',
): ProgramRun {
  let output = '';
  const onPrint = (part: string): void => {
    output += part;
  };
  try {
    evaluate({ path, text }, { host: testHost(), onPrint, ...options });
    return { output, diagnostics: [] };
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    return { output, diagnostics: error.diagnostics };
  }
}
