import type { Diagnostic } from '../base/diagnostic.js';
import type { SourceFile } from '../base/source.js';
import { Indentation, measureMargin } from './indentation.js';
import { FormattedStringScanner } from './lexer-formatted.js';
import {
  invalidCharacter,
  openString,
  openTripleQuotes,
  type OpenBracket,
  unclosedBracket,
  wrongBracket,
} from './lexer-errors.js';
import {
  BRACKETS,
  CLASS,
  CLOSER_OF,
  CLOSING,
  DIGIT,
  isWordCharacter,
  lineEndAfter,
  OPENING,
  SPACE,
  STATEMENT_WORDS,
  symbolAt,
  WORD,
} from './lexer-tables.js';
import { scanNumber } from './number-literal.js';
import { closingQuote, stringFormAt, type StringForm } from './string-literal.js';
import {
  DEEPEST_NESTING,
  nestedTooDeeply,
  syntaxDiagnostic,
  type SyntaxDetails,
} from './syntax-diagnostic.js';
import * as tokens from './tokens.js';
import { endOf, makeToken, type Token } from './tokens.js';

/**
 * Text to tokens, in one pass by hand: blocks, brackets and f-strings are state that regular expressions lack,
 * and a mistake is known best where it is met. Outside brackets a line end is a Newline token and the margin of
 * the next line gives Indent and Dedent tokens; a line without a token gives none. Comments are kept aside for
 * the formatter. A mistake is noted and scanning goes on with the likeliest meaning, so that all are found.
 */
export interface Lexed {
  readonly tokens: Token[];
  readonly comments: readonly Comment[];
  readonly errors: readonly Diagnostic[];
  readonly warnings: readonly Diagnostic[];
}

/** From `#` to the end of its line. */
export interface Comment {
  readonly start: number;
  readonly end: number;
}

export function tokenize(file: SourceFile): Lexed {
  return new Scanner(file).scan();
}

const MOST_ERRORS = 20;
const LONGEST_LINE = 1 << 20;

const NEWLINE = 10;
const RETURN = 13;
const QUOTE = 34;
const HASH = 35;
const APOSTROPHE = 39;
const DOT = 46;
const BACKSLASH = 92;

export class Scanner {
  readonly text: string;
  at = 0;
  readonly tokens: Token[] = [];
  readonly brackets: OpenBracket[] = [];
  private readonly comments: Comment[] = [];
  private readonly errors: Diagnostic[] = [];
  private readonly warnings: Diagnostic[] = [];
  private readonly indentation: Indentation;
  private readonly formatted = new FormattedStringScanner(this);
  private lineStart = 0;
  private gaveUp = false;

  constructor(readonly file: SourceFile) {
    this.text = file.text;
    this.indentation = new Indentation(file);
  }

  scan(): Lexed {
    if (this.text.charCodeAt(0) === 0xfeff) this.at = 1;
    this.beginLine();
    while (this.at < this.text.length && !this.gaveUp) this.scanToken();
    this.finish();
    return { tokens: this.tokens, comments: this.comments, errors: this.errors, warnings: this.warnings };
  }

  /** Takes the white space, comment, line end or token at `at`. */
  scanToken(): void {
    const code = this.text.charCodeAt(this.at);
    const kind = code < 128 ? CLASS[code] : WORD;
    if (kind === SPACE) this.at++;
    else if (kind === WORD) this.scanWord();
    else if (kind === DIGIT) this.scanNumber();
    else if (code === NEWLINE || code === RETURN) this.scanLineEnd(code);
    else if (code === QUOTE || code === APOSTROPHE) this.scanString(this.at);
    else if (code === HASH) this.scanComment();
    else if (code === BACKSLASH) this.scanContinuation();
    else if (code === DOT && CLASS[this.text.charCodeAt(this.at + 1)] === DIGIT) this.scanNumber();
    else this.scanSymbol();
  }

  push(type: Token['tokenType'], start: number, end: number): void {
    this.tokens.push(makeToken(type, this.text.slice(start, end), start, end));
    this.at = end;
  }

  /** Stands for text that could not be read; the error is reported already. */
  pushReplacement(start: number, end: number): void {
    this.push(tokens.StringToken, start, end);
  }

  error(start: number, end: number, message: string, details?: SyntaxDetails): void {
    this.report(syntaxDiagnostic(this.file, start, end, message, details));
  }

  /** Notes an opening bracket; the scan ends where they are nested too deeply to be parsed. */
  open(bracket: OpenBracket): void {
    this.brackets.push(bracket);
    if (this.brackets.length + this.indentation.depth <= DEEPEST_NESTING) return;
    this.report(nestedTooDeeply(this.file, bracket.start, bracket.start + 1));
    this.brackets.length = 0;
    this.giveUp();
  }

  stopped(): boolean {
    return this.gaveUp || this.at >= this.text.length;
  }

  private report(diagnostic: Diagnostic): void {
    this.errors.push(diagnostic);
    if (this.errors.length >= MOST_ERRORS) this.giveUp();
  }

  private giveUp(): void {
    this.gaveUp = true;
    this.at = this.text.length;
  }

  private scanWord(): void {
    const start = this.at;
    const { text } = this;
    let end = start;
    let foreign = false;
    for (; end < text.length; end++) {
      const code = text.charCodeAt(end);
      if (code < 128) {
        if ((CLASS[code] as number) < DIGIT) break;
        continue;
      }
      if (!isWordCharacter(text, end, end === start)) break;
      foreign = true;
      if (code >= 0xd800 && code < 0xdc00) end++;
    }
    if (end === start) {
      this.at = invalidCharacter(this, start);
      return;
    }
    const next = text.charCodeAt(end);
    if ((next === QUOTE || next === APOSTROPHE) && end - start <= 2 && stringFormAt(text, start, end)) {
      this.scanString(end, start);
      return;
    }
    const word = foreign ? text.slice(start, end).normalize('NFKC') : text.slice(start, end);
    const keyword = tokens.keywordType(word);
    if (keyword === undefined) {
      this.tokens.push(makeToken(tokens.NameToken, word, start, end));
      this.at = end;
    } else {
      this.pushKeyword(keyword, word, start, end);
    }
  }

  private pushKeyword(type: Token['tokenType'], word: string, start: number, end: number): void {
    if (this.brackets.length > 0 && STATEMENT_WORDS.has(word)) this.closeForgottenBrackets(start);
    const previous = this.tokens[this.tokens.length - 1];
    if (type === tokens.In && previous?.tokenType === tokens.Not) {
      this.joinWords(tokens.NotIn, previous, end);
    } else if (type === tokens.Not && previous?.tokenType === tokens.Is) {
      this.joinWords(tokens.IsNot, previous, end);
    } else {
      this.push(type, start, end);
    }
  }

  private joinWords(type: Token['tokenType'], first: Token, end: number): void {
    this.tokens.pop();
    const image = type === tokens.NotIn ? 'not in' : 'is not';
    this.tokens.push(makeToken(type, image, first.startOffset, end));
    this.at = end;
  }

  /** A statement begins on a new line while a bracket is open: says which one, and takes it as closed. */
  private closeForgottenBrackets(at: number): void {
    const outer = this.brackets[0];
    const previous = this.tokens[this.tokens.length - 1];
    if (this.text.slice(this.lineStart, at).trim() !== '' || !previous || outer?.field) return;
    this.report(unclosedBracket(this.file, this.brackets, at));
    this.brackets.length = 0;
    this.push(tokens.Newline, endOf(previous), endOf(previous));
    this.enterMargin(this.lineStart);
  }

  private scanNumber(): void {
    const start = this.at;
    const { end, problem, suggestion } = scanNumber(this.text, start);
    if (problem !== undefined) this.error(start, end, problem, { code: 'bad-number', suggestion });
    this.push(tokens.NumberToken, start, end);
  }

  private scanString(quoteAt: number, start = quoteAt): void {
    const form = stringFormAt(this.text, start, quoteAt);
    if (form === undefined) return;
    if (form.formatted) {
      this.formatted.scan(start, form);
      return;
    }
    const { close, gaveUpAt } = closingQuote(this.text, form);
    if (close < 0) this.unterminated(start, gaveUpAt, form);
    this.push(tokens.StringToken, start, close < 0 ? gaveUpAt : close + form.quote.length);
  }

  unterminated(start: number, end: number, form: StringForm): void {
    if (form.quote.length === 3) {
      // What would close the brackets is in the string.
      this.brackets.length = 0;
      this.report(openTripleQuotes(this.file, start, form));
      return;
    }
    this.closeSwallowed(this.text.slice(form.bodyStart, end));
    this.report(openString(this, start, end, form));
  }

  /** A string that swallowed the rest of its line swallowed its brackets too: these get no message of their own. */
  private closeSwallowed(text: string): void {
    for (const character of text) {
      const top = this.brackets[this.brackets.length - 1];
      if (top && !top.field && top.close === character) this.brackets.pop();
    }
  }

  private scanComment(): void {
    const start = this.at;
    while (this.at < this.text.length && lineEndAfter(this.text, this.at) === this.at) this.at++;
    this.comments.push({ start, end: this.at });
  }

  private scanContinuation(): void {
    const end = lineEndAfter(this.text, this.at + 1);
    if (end > this.at + 1) {
      this.at = end;
      this.lineStart = end;
      return;
    }
    const rest = /[ \t]+(?=[\r\n])/y;
    rest.lastIndex = this.at + 1;
    const space = rest.test(this.text);
    this.error(
      this.at,
      this.at + 1,
      `unexpected character after the line continuation character \\${space ? ': spaces at the end of the line' : ''}`,
      { suggestion: 'A backslash continues a line only as its last character.' },
    );
    this.at++;
  }

  private scanLineEnd(code: number): void {
    const end = code === RETURN && this.text.charCodeAt(this.at + 1) === NEWLINE ? this.at + 2 : this.at + 1;
    if (this.brackets.length > 0) {
      this.at = end;
      this.lineStart = end;
      this.checkLineLength();
      return;
    }
    this.push(tokens.Newline, this.at, end);
    this.beginLine();
  }

  /** Passes lines without a token, then opens and closes blocks by the margin of the next line with one. */
  private beginLine(): void {
    for (;;) {
      this.lineStart = this.at;
      this.checkLineLength();
      const margin = measureMargin(this.text, this.at);
      const code = this.text.charCodeAt(margin.end);
      if (margin.end >= this.text.length) {
        this.at = margin.end;
        return;
      }
      this.at = margin.end;
      if (code === HASH) this.scanComment();
      const end = lineEndAfter(this.text, this.at);
      if (end === this.at) {
        if (code === HASH) return;
        break;
      }
      this.at = end;
    }
    this.enterMargin(this.lineStart);
  }

  private enterMargin(lineStart: number): void {
    const margin = measureMargin(this.text, lineStart);
    const { blocks, error, warning } = this.indentation.enter(margin);
    if (warning) this.warnings.push(warning);
    if (blocks > 0) this.push(tokens.Indent, margin.end, margin.end);
    for (let left = blocks; left < 0; left++) this.push(tokens.Dedent, margin.end, margin.end);
    if (error) {
      this.report(error);
      if (error.code === 'nested-too-deeply') this.giveUp();
    }
    this.at = Math.max(this.at, margin.end);
  }

  private checkLineLength(): void {
    const start = this.lineStart;
    if (this.text.length - start <= LONGEST_LINE) return;
    let end = this.text.indexOf('\n', start);
    if (end < 0) end = this.text.length;
    if (end - start <= LONGEST_LINE) return;
    this.error(
      start,
      start + 1,
      `this line is too long: ${end - start} characters; the most is ${LONGEST_LINE}`,
      {
        code: 'line-too-long',
      },
    );
    this.giveUp();
  }

  private scanSymbol(): void {
    const start = this.at;
    const code = this.text.charCodeAt(start);
    const bracket = BRACKETS[code];
    if (bracket === OPENING) this.openBracket(code);
    else if (bracket === CLOSING) this.closeBracket(code);
    else {
      const symbol = symbolAt(this.text, start);
      if (symbol === undefined) this.at = invalidCharacter(this, start);
      else this.take(symbol.type, symbol.image);
    }
  }

  private take(type: Token['tokenType'], image: string): void {
    const start = this.at;
    this.at = start + image.length;
    this.tokens.push(makeToken(type, image, start, this.at));
  }

  private openBracket(code: number): void {
    const start = this.at;
    const image = String.fromCharCode(code);
    this.take(tokens.symbolType(image), image);
    this.open({ close: CLOSER_OF.get(image) ?? '', start, field: false });
  }

  private closeBracket(code: number): void {
    const image = String.fromCharCode(code);
    const top = this.brackets[this.brackets.length - 1];
    if (top?.close === image && !top.field) this.brackets.pop();
    else if (!this.recoverBracket(image, top)) {
      this.at++;
      return;
    }
    this.take(tokens.symbolType(image), image);
  }

  /** Reports a bracket that closes nothing, or something else; gives whether it is to be taken as a token. */
  private recoverBracket(image: string, top: OpenBracket | undefined): boolean {
    this.report(wrongBracket(this.file, this.at, top));
    if (this.gaveUp || this.brackets.some((bracket) => bracket.field)) return false;
    const match = this.brackets.findLastIndex((bracket) => bracket.close === image);
    // Either brackets inside were forgotten, or this is the wrong one of the three kinds.
    this.brackets.length = match < 0 ? Math.max(0, this.brackets.length - 1) : match;
    return match >= 0;
  }

  private finish(): void {
    const end = this.text.length;
    if (this.brackets.length > 0 && !this.gaveUp) {
      this.report(unclosedBracket(this.file, this.brackets, end));
    }
    const last = this.tokens[this.tokens.length - 1];
    if (last && last.tokenType !== tokens.Newline && last.tokenType !== tokens.Dedent) {
      this.push(tokens.Newline, end, end);
    }
    for (let left = this.indentation.depth; left > 0; left--) this.push(tokens.Dedent, end, end);
  }
}
