import { DiagnosticError, type Diagnostic } from '../base/diagnostic.js';
import { formatPlace, positionAt, type SourceFile } from '../base/source.js';

/** What the lexer and the parser say beside the message. */
export interface SyntaxDetails {
  readonly code?: string;
  readonly notes?: readonly string[];
  readonly suggestion?: string | undefined;
}

/** One syntax mistake at the half-open range of offsets. */
export function syntaxDiagnostic(
  file: SourceFile,
  start: number,
  end: number,
  message: string,
  details: SyntaxDetails = {},
): Diagnostic {
  return {
    severity: 'error',
    code: details.code ?? 'syntax',
    message,
    span: { file, start, end: Math.max(start, end) },
    ...(details.notes === undefined || details.notes.length === 0 ? {} : { notes: details.notes }),
    ...(details.suggestion === undefined ? {} : { suggestion: details.suggestion }),
  };
}

export function syntaxError(...args: Parameters<typeof syntaxDiagnostic>): DiagnosticError {
  return new DiagnosticError([syntaxDiagnostic(...args)]);
}

export function lineAt(file: SourceFile, offset: number): number {
  return positionAt(file, offset).line;
}

export function placeAt(file: SourceFile, offset: number): string {
  return formatPlace({ file, start: offset, end: offset });
}

/** Brackets, blocks and expressions that may stand inside each other. */
export const DEEPEST_NESTING = 100;

export function nestedTooDeeply(file: SourceFile, start: number, end: number): Diagnostic {
  return syntaxDiagnostic(
    file,
    start,
    end,
    `nested too deeply: more than ${DEEPEST_NESTING} brackets or blocks inside each other`,
    { code: 'nested-too-deeply', suggestion: 'Give the inner parts names and use these.' },
  );
}
