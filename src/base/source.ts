/** Text and places in it. Lines and columns count from 1, columns in code points as editors show them. */
export interface SourceFile {
  /** Path as the user wrote it, for messages. */
  readonly path: string;
  readonly text: string;
}

/** A half-open range of UTF-16 offsets in one file. */
export interface Span {
  readonly file: SourceFile;
  readonly start: number;
  readonly end: number;
}

export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Line starts of a file, computed once: a config with many diagnostics asks often. */
const lineStartsOf = new WeakMap<SourceFile, number[]>();

export function positionAt(file: SourceFile, offset: number): Position {
  const starts = lineStarts(file);
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  const lineStart = starts[low] ?? 0;
  return { line: low + 1, column: Array.from(file.text.slice(lineStart, offset)).length + 1 };
}

/** The text of a line (from 1) without its line end; empty beyond the last. */
export function lineText(file: SourceFile, line: number): string {
  const starts = lineStarts(file);
  const start = starts[line - 1];
  if (start === undefined) return '';
  const end = starts[line] ?? file.text.length + 1;
  return file.text.slice(start, end - 1).replace(/\r$/, '');
}

export function lineCount(file: SourceFile): number {
  return lineStarts(file).length;
}

/** `path:line:column`, the form that terminals and editors make clickable. */
export function formatPlace(span: Span): string {
  const { line, column } = positionAt(span.file, span.start);
  return `${span.file.path}:${line}:${column}`;
}

function lineStarts(file: SourceFile): number[] {
  let starts = lineStartsOf.get(file);
  if (!starts) {
    starts = [0];
    for (let at = file.text.indexOf('\n'); at >= 0; at = file.text.indexOf('\n', at + 1)) starts.push(at + 1);
    lineStartsOf.set(file, starts);
  }
  return starts;
}
