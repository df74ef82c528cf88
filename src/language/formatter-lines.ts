import * as tokens from './tokens.js';
import { endOf, type Token } from './tokens.js';

/** One statement, or the head of a block with its colon: what gets a line of its own. */
export interface ProgramLine {
  readonly tokens: readonly Token[];
  readonly start: number;
  readonly end: number;
  /** Blocks around it. */
  readonly depth: number;
  /** The source columns of these blocks, from the outermost. */
  readonly columns: readonly number[];
  /** Whether it follows another one on the same line of the source. */
  readonly inline: boolean;
}

const HEADS = new Set([
  tokens.If,
  tokens.Elif,
  tokens.Else,
  tokens.For,
  tokens.While,
  tokens.Try,
  tokens.Except,
  tokens.Finally,
  tokens.With,
  tokens.Def,
  tokens.Class,
]);
const OPENERS = new Set([tokens.OpenParen, tokens.OpenBracket, tokens.OpenBrace, tokens.FieldStart]);
const CLOSERS = new Set([tokens.CloseParen, tokens.CloseBracket, tokens.CloseBrace, tokens.FieldEnd]);

/** `if a: b; c` gives three lines. `columnOf` an Indent token is the margin that it opens. */
export function programLines(stream: readonly Token[], columnOf: (token: Token) => number): ProgramLine[] {
  const cutter = new Cutter(columnOf);
  for (const token of stream) cutter.take(token);
  return cutter.lines;
}

class Cutter {
  readonly lines: ProgramLine[] = [];
  private current: Token[] = [];
  private readonly columns: number[] = [];
  private inlineDepth = 0;
  private inline = false;
  private brackets = 0;
  private lambdas = 0;

  constructor(private readonly columnOf: (token: Token) => number) {}

  take(token: Token): void {
    const type = token.tokenType;
    if (type === tokens.Indent) this.columns.push(this.columnOf(token));
    else if (type === tokens.Dedent) this.columns.pop();
    else if (type === tokens.Newline) this.endLine();
    else if (type === tokens.Semicolon && this.brackets === 0) this.cut(0);
    else this.add(token);
  }

  private add(token: Token): void {
    const type = token.tokenType;
    this.current.push(token);
    if (OPENERS.has(type)) this.brackets++;
    else if (CLOSERS.has(type)) this.brackets--;
    else if (this.brackets > 0) return;
    else if (type === tokens.Lambda) this.lambdas++;
    else if (type === tokens.Colon && this.lambdas > 0) this.lambdas--;
    else if (type === tokens.Colon && HEADS.has((this.current[0] as Token).tokenType)) this.cut(1);
  }

  private cut(deeper: number): void {
    const first = this.current[0];
    const last = this.current[this.current.length - 1];
    if (first && last) {
      this.lines.push({
        tokens: this.current,
        start: first.startOffset,
        end: endOf(last),
        depth: this.columns.length + this.inlineDepth,
        columns: [...this.columns],
        inline: this.inline,
      });
    }
    this.current = [];
    this.lambdas = 0;
    this.inline = true;
    this.inlineDepth += deeper;
  }

  private endLine(): void {
    this.cut(0);
    this.inlineDepth = 0;
    this.inline = false;
  }
}
