import { formatPlace, lineText, positionAt, type Span } from './source.js';

/**
 * What a user did wrong, where, and what to write instead. A diagnostic is a value; a part that finds
 * several collects them, a part that cannot go on throws one as a `DiagnosticError`.
 */
export interface Diagnostic {
  readonly severity: 'error' | 'warning';
  /** A stable kebab-case name of the rule, for machines: `undefined-name`, `unknown-field`. */
  readonly code: string;
  /** One sentence without a final full stop. */
  readonly message: string;
  /** Where; absent only when no text is to blame (an option, an environment variable). */
  readonly span?: Span;
  /** Further facts, one a line: what was expected, the path of the field, where the value came from. */
  readonly notes?: readonly string[];
  /** The nearest right spelling or the thing to type next, as a full sentence: `Did you mean "cmdline"?` */
  readonly suggestion?: string;
  /** The calls that led here, innermost first, in the user's own terms. */
  readonly stack?: readonly StackFrame[];
}

export interface StackFrame {
  /** The function's name, or `<module>`. */
  readonly name: string;
  /** The call inside it. */
  readonly span: Span;
}

/** Carries a diagnostic to whoever reports it; never shown with a JavaScript stack. */
export class DiagnosticError extends Error {
  override readonly name: string = 'DiagnosticError';

  constructor(readonly diagnostics: readonly [Diagnostic, ...Diagnostic[]]) {
    super(diagnostics[0].message);
  }
}

/** Paints parts of a rendering; the plain painter leaves text as it is. */
export interface Painter {
  readonly error: (text: string) => string;
  readonly warning: (text: string) => string;
  readonly place: (text: string) => string;
  readonly gutter: (text: string) => string;
  readonly hint: (text: string) => string;
}

const same = (text: string): string => text;
export const plainPainter: Painter = { error: same, warning: same, place: same, gutter: same, hint: same };

/** A diagnostic as people read it: headline, place, code frame, notes, suggestion, call stack. */
export function renderDiagnostic(diagnostic: Diagnostic, painter: Painter = plainPainter): string {
  const paint = diagnostic.severity === 'error' ? painter.error : painter.warning;
  const lines = [`${paint(`${diagnostic.severity}:`)} ${diagnostic.message}`];
  if (diagnostic.span) {
    lines.push(` ${painter.gutter('-->')} ${painter.place(formatPlace(diagnostic.span))}`);
    lines.push(...codeFrame(diagnostic.span, painter, paint));
  }
  for (const note of diagnostic.notes ?? []) lines.push(`  ${painter.gutter('=')} ${note}`);
  if (diagnostic.suggestion) lines.push(`  ${painter.gutter('=')} ${painter.hint(diagnostic.suggestion)}`);
  lines.push(...renderStack(diagnostic.stack ?? [], painter));
  return lines.join('\n');
}

const WIDEST_LINE = 160;
const MOST_FRAMES = 12;

function codeFrame(span: Span, painter: Painter, paint: (text: string) => string): string[] {
  const start = positionAt(span.file, span.start);
  const end = positionAt(span.file, Math.max(span.start, span.end - 1));
  const first = Math.max(1, start.line - 1);
  const width = String(start.line).length;
  const rows: string[] = [];
  for (let line = first; line <= start.line; line++) {
    const text = lineText(span.file, line);
    if (line < start.line && text.trim() === '') continue;
    rows.push(`${painter.gutter(`${String(line).padStart(width)} |`)} ${visible(clip(text, start.column))}`);
  }
  const shift = clipShift(lineText(span.file, start.line), start.column);
  const text = lineText(span.file, start.line);
  const endColumn = end.line === start.line ? end.column : Array.from(text).length;
  const length = Math.min(Math.max(1, endColumn - start.column + 1), WIDEST_LINE);
  const indent = ' '.repeat(start.column - 1 - shift + (shift > 0 ? 3 : 0));
  rows.push(`${painter.gutter(`${' '.repeat(width)} |`)} ${indent}${paint('^'.repeat(length))}`);
  return rows;
}

/** A line of megabytes shows only the part around the mistake. */
function clip(text: string, column: number): string {
  const characters = Array.from(text);
  if (characters.length <= WIDEST_LINE) return text;
  const shift = clipShift(text, column);
  const part = characters.slice(shift, shift + WIDEST_LINE).join('');
  return `${shift > 0 ? '...' : ''}${part}${shift + WIDEST_LINE < characters.length ? '...' : ''}`;
}

function clipShift(text: string, column: number): number {
  return text.length <= WIDEST_LINE ? 0 : Math.max(0, column - 1 - WIDEST_LINE / 2);
}

/** Tabs take one column, and control characters cannot act on the terminal. */
function visible(text: string): string {
  return text.replaceAll('\t', ' ').replace(/[\u0000-\u001f\u007f-\u009f]/g, '\u00b7');
}

function renderStack(stack: readonly StackFrame[], painter: Painter): string[] {
  const shown = stack.slice(0, MOST_FRAMES);
  const lines = shown.map(
    (frame) => `  ${painter.gutter('at')} ${frame.name} (${painter.place(formatPlace(frame.span))})`,
  );
  if (stack.length > shown.length)
    lines.push(`  ${painter.gutter('at')} ... ${stack.length - shown.length} more calls`);
  return lines;
}
