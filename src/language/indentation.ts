import type { Diagnostic } from '../base/diagnostic.js';
import type { SourceFile } from '../base/source.js';
import { DEEPEST_NESTING, lineAt, nestedTooDeeply, syntaxDiagnostic } from './syntax-diagnostic.js';

/** The white space before the first word of a line. */
export interface Margin {
  /** Width by Python 2's rule, which every file that ever loaded obeys: a tab goes to the next multiple of 8. */
  readonly column: number;
  /** Width with tabs of one column. Where the two widths order lines differently, Python 3 refuses the file. */
  readonly narrow: number;
  /** Offsets of the first character of the line and of its first word. */
  readonly start: number;
  readonly end: number;
}

const TAB = 9;
const FORM_FEED = 12;
const SPACE = 32;

export function measureMargin(text: string, start: number): Margin {
  let column = 0;
  let narrow = 0;
  let at = start;
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === SPACE) {
      column++;
      narrow++;
    } else if (code === TAB) {
      column = (column + 8) & ~7;
      narrow++;
    } else if (code === FORM_FEED) {
      column = 0;
      narrow = 0;
    } else {
      break;
    }
  }
  return { column, narrow, start, end: at };
}

/** How a line stands to the open blocks: blocks opened (1), closed (negative) or neither. */
export interface Step {
  readonly blocks: number;
  readonly error?: Diagnostic;
  readonly warning?: Diagnostic;
}

const STAY: Step = { blocks: 0 };

/** The stack of open blocks. A line that fits none is reported and taken to be in the nearest outer block. */
export class Indentation {
  private readonly levels: Margin[] = [{ column: 0, narrow: 0, start: 0, end: 0 }];
  /** Said once a file: where tabs and spaces first met. */
  private mixed: string | undefined;

  constructor(private readonly file: SourceFile) {}

  get depth(): number {
    return this.levels.length - 1;
  }

  enter(margin: Margin): Step {
    const top = this.top();
    if (margin.column === top.column) {
      return margin.narrow === top.narrow ? STAY : this.withWarning(STAY, top, margin);
    }
    if (margin.column > top.column) {
      this.levels.push(margin);
      const step: Step =
        this.depth > DEEPEST_NESTING
          ? { blocks: 1, error: nestedTooDeeply(this.file, margin.end, margin.end + 1) }
          : { blocks: 1 };
      return margin.narrow > top.narrow ? step : this.withWarning(step, top, margin);
    }
    return this.leave(margin);
  }

  private leave(margin: Margin): Step {
    const open = this.levels.slice();
    while (this.top().column > margin.column) this.levels.pop();
    const blocks = this.levels.length - open.length;
    const top = this.top();
    if (top.column < margin.column) return { blocks, error: this.noSuchLevel(margin, open) };
    return margin.narrow === top.narrow ? { blocks } : this.withWarning({ blocks }, top, margin);
  }

  private noSuchLevel(margin: Margin, open: readonly Margin[]): Diagnostic {
    const { file } = this;
    const notes = open.map(
      (level) => `${this.place(level)} is indented by ${level.column} ${columns(level.column)}`,
    );
    const mixed = this.mixed ?? this.otherSpace(margin, open);
    if (mixed) notes.push(mixed);
    return syntaxDiagnostic(
      file,
      margin.start,
      margin.end,
      `unindent does not match any outer indentation level: this line is indented by ${margin.column} ${columns(margin.column)}`,
      {
        code: 'bad-indentation',
        notes,
        suggestion: mixed ? 'Indent with spaces only.' : 'Indent the line like the block that it belongs to.',
      },
    );
  }

  private place(level: Margin): string {
    return level.end === 0 && level.column === 0
      ? 'the outermost level'
      : `line ${lineAt(this.file, level.end)}`;
  }

  private otherSpace(margin: Margin, open: readonly Margin[]): string | undefined {
    const tabs = usesTab(this.file, margin);
    const other = open.find((level) => level.column > 0 && usesTab(this.file, level) !== tabs);
    return other && this.mixture(other, margin);
  }

  private mixture(outer: Margin, margin: Margin): string {
    const lines = [lineAt(this.file, outer.end), lineAt(this.file, margin.end)].sort((a, b) => a - b);
    return `tabs and spaces are mixed in lines ${lines.join(' and ')}: a tab counts to the next multiple of 8 columns`;
  }

  /** Legal in Python 2, refused by Python 3. */
  private withWarning(step: Step, outer: Margin, margin: Margin): Step {
    if (this.mixed !== undefined) return step;
    this.mixed = this.mixture(outer, margin);
    const details = { code: 'mixed-indentation', suggestion: 'Indent with spaces only.' };
    const diagnostic = syntaxDiagnostic(this.file, margin.start, margin.end, this.mixed, details);
    return { ...step, warning: { ...diagnostic, severity: 'warning' } };
  }

  private top(): Margin {
    return this.levels[this.levels.length - 1] as Margin;
  }
}

function usesTab(file: SourceFile, margin: Margin): boolean {
  return file.text.slice(margin.start, margin.end).includes('\t');
}

function columns(count: number): string {
  return count === 1 ? 'column' : 'columns';
}
