import { DiagnosticError, type Diagnostic } from '../base/diagnostic.js';
import type { SourceFile } from '../base/source.js';
import type { Expression, Module, Statement } from './ast.js';
import { tokenize, type Lexed } from './lexer.js';
import { AuroraParser } from './parser-blocks.js';
import { markStatementWords } from './statement-words.js';
import { explainSyntaxError } from './syntax-errors.js';
import { syntaxError } from './syntax-diagnostic.js';
import * as tokens from './tokens.js';
import type { Token } from './tokens.js';

export interface ParseOptions {
  /** Read `'\u0041'` without a prefix as Python 3 does; Python 2 keeps the escape as text. */
  readonly python3?: boolean;
}

/** The tree of a whole file; throws a `DiagnosticError` with every syntax error found. */
export function parseModule(file: SourceFile, options: ParseOptions = {}): Module {
  const lexed = tokenize(file);
  markStatementWords(file, lexed.tokens);
  if (lexed.errors.length === 0) {
    const outcome = run(file, lexed.tokens, options, (parser) => parser.module());
    if ('result' in outcome) {
      return { file, body: outcome.result, future: outcome.future, warnings: lexed.warnings };
    }
  }
  throw everyError(file, lexed, options);
}

/** The tree of one expression, as typed after `config eval`; line ends around it are ignored. */
export function parseExpression(file: SourceFile, options: ParseOptions = {}): Expression {
  const lexed = tokenize(file);
  const [first, ...others] = lexed.errors;
  if (first) throw new DiagnosticError([first, ...others]);
  if (lexed.tokens.length === 0) throw syntaxError(file, 0, 0, 'invalid syntax: expected an expression');
  const outcome = run(file, lexed.tokens, options, (parser) => parser.lone());
  if ('result' in outcome) return outcome.result;
  throw new DiagnosticError(outcome.errors);
}

type Errors = [Diagnostic, ...Diagnostic[]];
type Outcome<Result> =
  { readonly result: Result; readonly future: ReadonlySet<string> } | { readonly errors: Errors };

/** Built on first use: that takes longer than parsing most files. */
let shared: AuroraParser | undefined;

function run<Result>(
  file: SourceFile,
  stream: Token[],
  options: ParseOptions,
  rule: (parser: AuroraParser) => Result,
): Outcome<Result> {
  shared ??= new AuroraParser();
  const parser = shared;
  parser.start(file, stream, options.python3 === true);
  try {
    const result = rule(parser);
    const { future, problems } = parser.findings();
    const errors = [...problems];
    const [exception] = parser.errors;
    if (exception) errors.push(explainSyntaxError(file, stream, exception));
    const [first, ...others] = errors;
    return first ? { errors: [first, ...others] } : { result, future };
  } catch (error) {
    if (error instanceof DiagnosticError) {
      const [first, ...others] = error.diagnostics;
      return { errors: [first, ...others, ...parser.findings().problems] };
    }
    throw error;
  } finally {
    // The tokens of a large file should not outlive its tree.
    parser.input = [];
  }
}

const MOST_ERRORS = 20;

/**
 * All errors of a file that has some. Each top-level statement is parsed for itself: a mistake in one says
 * nothing about the next. Statements with a mistake of the lexer are passed over, so that it is told once.
 */
function everyError(file: SourceFile, lexed: Lexed, options: ParseOptions): DiagnosticError {
  const errors = [...lexed.errors];
  let brokenBefore = false;
  for (const chunk of topLevelStatements(lexed.tokens)) {
    const start = chunk[0]?.startOffset ?? 0;
    const end = tokens.endOf(chunk[chunk.length - 1] as Token);
    const orphan: boolean = brokenBefore && CONTINUATIONS.has((chunk[0] as Token).tokenType);
    brokenBefore = orphan || lexed.errors.some((error) => within(error, start, end));
    if (brokenBefore) continue;
    const outcome = run(file, chunk, options, (parser): readonly Statement[] => parser.module());
    if (!('errors' in outcome)) continue;
    brokenBefore = true;
    errors.push(...outcome.errors);
    if (errors.length >= MOST_ERRORS) break;
  }
  errors.sort((a, b) => (a.span?.start ?? 0) - (b.span?.start ?? 0));
  const [first, ...others] = errors;
  if (first === undefined) throw new Error('a file was refused without a reason');
  return new DiagnosticError([first, ...others.slice(0, MOST_ERRORS - 1)]);
}

const CONTINUATIONS = new Set([tokens.Else, tokens.Elif, tokens.Except, tokens.Finally, tokens.Indent]);

function within(error: Diagnostic, start: number, end: number): boolean {
  const at = error.span?.start ?? -1;
  return at >= start && at < end;
}

/** Cuts tokens at the line ends of the outermost level; `else` and its like stay with what is before them. */
function topLevelStatements(stream: readonly Token[]): Token[][] {
  const chunks: Token[][] = [];
  let chunk: Token[] = [];
  let depth = 0;
  for (let at = 0; at < stream.length; at++) {
    const token = stream[at] as Token;
    const { tokenType } = token;
    chunk.push(token);
    if (tokenType === tokens.Indent) depth++;
    else if (tokenType === tokens.Dedent) depth--;
    else if (tokenType !== tokens.Newline) continue;
    if (depth > 0) continue;
    const next = stream[at + 1]?.tokenType;
    const open = stream[at - 1]?.tokenType === tokens.Colon && tokenType === tokens.Newline;
    if (
      next !== undefined &&
      (open || next === tokens.Dedent || next === tokens.Indent || staysWith(next, chunk))
    )
      continue;
    chunks.push(chunk);
    chunk = [];
  }
  if (chunk.length > 0) chunks.push(chunk);
  return chunks;
}

const OPENS_CONTINUED = new Set([tokens.If, tokens.For, tokens.While, tokens.Try]);

function staysWith(next: Token['tokenType'], chunk: readonly Token[]): boolean {
  if (next === tokens.Indent) return true;
  if (chunk[0]?.tokenType === tokens.At && chunk.every((token) => token.tokenType !== tokens.Indent))
    return true;
  return CONTINUATIONS.has(next) && OPENS_CONTINUED.has((chunk[0] as Token).tokenType);
}
