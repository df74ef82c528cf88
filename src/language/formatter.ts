import { DiagnosticError } from '../base/diagnostic.js';
import type { SourceFile } from '../base/source.js';
import { makeItems } from './formatter-groups.js';
import { layOut } from './formatter-layout.js';
import { makeLeaves } from './formatter-leaves.js';
import { programLines, type ProgramLine } from './formatter-lines.js';
import { measureMargin } from './indentation.js';
import { tokenize, type Comment } from './lexer.js';
import { parseModule } from './parser.js';
import { sameTree } from './same-tree.js';
import { markStatementWords } from './statement-words.js';
import { syntaxDiagnostic } from './syntax-diagnostic.js';

/**
 * The same program in the house style: one statement a line, blocks indented by what the file uses (2 or 4),
 * lines of at most 100 columns where brackets allow it, one element a line in brackets that do not fit,
 * spaces around operators, single quotes. Comments and empty lines between groups stay. Formatting twice
 * changes nothing. Throws a `DiagnosticError` for a file with syntax errors, and rather than change what a
 * program means.
 */
export function formatSource(file: SourceFile): string {
  const module = parseModule(file);
  const text = new SourceFormatter(file).format();
  const again = parseModule({ path: file.path, text });
  if (sameTree(module.body, again.body)) return text;
  const message = 'this file cannot be formatted without changing its meaning; it is left as it is';
  throw new DiagnosticError([syntaxDiagnostic(file, 0, 0, message, { code: 'format-unsafe' })]);
}

class SourceFormatter {
  private readonly output: string[] = [];
  private readonly comments: readonly Comment[];
  private readonly lines: readonly ProgramLine[];
  private readonly step: string;
  private nextComment = 0;
  /** Where in the source the last thing printed ended. */
  private end = 0;

  constructor(private readonly file: SourceFile) {
    const { tokens, comments } = tokenize(file);
    markStatementWords(file, tokens);
    this.comments = comments;
    this.lines = programLines(
      tokens,
      (token) => measureMargin(file.text, lineStart(file.text, token.startOffset)).column,
    );
    this.step = this.stepOfFile();
  }

  format(): string {
    const { text } = this.file;
    let before: ProgramLine | undefined;
    for (const [index, line] of this.lines.entries()) {
      this.ownLines(line.start, before, line);
      this.blankLines(line.start, line.depth);
      const inside = this.takeComments(line.end);
      const next = this.lines[index + 1]?.start ?? text.length;
      const leaves = makeLeaves(text, line.tokens, inside);
      const printed = layOut(makeItems(leaves), this.margin(line.depth), this.step);
      this.end = line.end;
      this.output.push(printed + this.trailing(line.end, next));
      before = line;
    }
    this.ownLines(text.length, before, undefined);
    const result = this.output.length === 0 ? '' : `${this.output.join('\n')}\n`;
    const mark = text.startsWith('\ufeff') ? '\ufeff' : '';
    return (
      mark + (/\r\n/.test(text.slice(0, text.indexOf('\n') + 1)) ? result.replace(/\r?\n/g, '\r\n') : result)
    );
  }

  /** The width of the file's first block; tabs and wide margins become 4. */
  private stepOfFile(): string {
    const first = this.lines.find((line) => line.depth > 0 && !line.inline);
    return ' '.repeat(first && first.columns[0] !== undefined && first.columns[0] < 4 ? 2 : first ? 4 : 2);
  }

  private margin(depth: number): string {
    return this.step.repeat(depth);
  }

  private takeComments(until: number): Comment[] {
    const taken: Comment[] = [];
    for (;;) {
      const comment = this.comments[this.nextComment];
      if (!comment || comment.start >= until) return taken;
      taken.push(comment);
      this.nextComment++;
    }
  }

  /** Comments on lines of their own between two lines of the program. */
  private ownLines(until: number, before: ProgramLine | undefined, after: ProgramLine | undefined): void {
    for (const { start, end } of this.takeComments(until)) {
      const depth = this.commentDepth(start, before, after);
      this.blankLines(start, depth);
      this.output.push(this.margin(depth) + this.file.text.slice(start, end).trimEnd());
      this.end = end;
    }
  }

  /** A comment belongs to the deepest block around it that begins no further right than the comment. */
  private commentDepth(
    start: number,
    before: ProgramLine | undefined,
    after: ProgramLine | undefined,
  ): number {
    const least = after?.depth ?? 0;
    const columns = before?.columns ?? [];
    const { column } = measureMargin(this.file.text, lineStart(this.file.text, start));
    let depth = least;
    for (let level = least; level < columns.length; level++) {
      if ((columns[level] ?? 0) <= column) depth = level + 1;
    }
    return depth;
  }

  /** Keeps empty lines: two at the most, one within blocks, none at the top of the file. */
  private blankLines(start: number, depth: number): void {
    if (this.output.length === 0) return;
    const gap = this.file.text.slice(this.end, start).replace(/\r\n?/g, '\n');
    const count = gap.split('\n').length - 2;
    for (let left = Math.min(count, depth === 0 ? 2 : 1); left > 0; left--) this.output.push('');
  }

  private trailing(end: number, next: number): string {
    const comment = this.comments[this.nextComment];
    if (!comment || comment.start >= next || /[\r\n]/.test(this.file.text.slice(end, comment.start)))
      return '';
    this.nextComment++;
    this.end = comment.end;
    return `  ${this.file.text.slice(comment.start, comment.end).trimEnd()}`;
  }
}

function lineStart(text: string, at: number): number {
  return Math.max(text.lastIndexOf('\n', at - 1), text.lastIndexOf('\r', at - 1)) + 1;
}
