import { evaluate } from '../../src/language/evaluate.js';
import type { Evaluation } from '../../src/language/evaluate-options.js';
import { UncaughtError } from '../../src/language/exceptions/report.js';
import { pystachioNames } from '../../src/pystachio/predefined.js';
import { CONFIG_EXCEPTIONS } from '../../src/config/exceptions.js';
import { testHost } from '../rig/language-host.js';

/** Runs a program that sees the names of the templating layer. */
export function run(source: string): Evaluation {
  return evaluate(
    { path: 'main.aurora', text: source },
    { host: testHost(), globals: pystachioNames(), exceptions: CONFIG_EXCEPTIONS },
  );
}

/** The text of an expression's value after a program. */
export function textOf(expression: string, source = ''): string {
  const evaluation = run(source);
  const value = evaluation.evaluateExpression(expression);
  return evaluation.guard(() => evaluation.runtime.str(value));
}

/** `Type: message` of the exception that an expression raises. */
export function errorOf(expression: string, source = ''): string {
  try {
    return `no error: ${textOf(expression, source)}`;
  } catch (error) {
    if (error instanceof UncaughtError) return `${error.exceptionType}: ${error.exceptionMessage}`;
    throw error;
  }
}

/** The diagnostic of the exception that a program ends with. */
export function diagnosticOf(source: string): UncaughtError['diagnostics'][0] {
  try {
    run(source);
  } catch (error) {
    if (error instanceof UncaughtError) return error.diagnostics[0];
    throw error;
  }
  throw new Error('the program ended without an error');
}
