import type { SourceFile } from '../base/source.js';
import { DiagnosticError } from '../base/diagnostic.js';
import type { Expression, Module } from './ast.js';

export interface ParseOptions {
  /** Read `'\u0041'` without a prefix as Python 3 does; Python 2 keeps the escape as text. */
  readonly python3?: boolean;
}

/** The tree of a whole file; throws a `DiagnosticError` with every syntax error found. */
export function parseModule(file: SourceFile, _options: ParseOptions = {}): Module {
  throw notYet(file);
}

/** The tree of one expression, as typed after `config eval`; line ends around it are ignored. */
export function parseExpression(file: SourceFile, _options: ParseOptions = {}): Expression {
  throw notYet(file);
}

function notYet(file: SourceFile): DiagnosticError {
  return new DiagnosticError([
    {
      severity: 'error',
      code: 'syntax',
      message: 'this build has no parser',
      span: { file, start: 0, end: 0 },
    },
  ]);
}
