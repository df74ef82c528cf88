import { EmbeddedActionsParser, type IToken, type ParserMethod } from 'chevrotain';
import type { Diagnostic } from '../base/diagnostic.js';
import { DiagnosticError } from '../base/diagnostic.js';
import type { SourceFile } from '../base/source.js';
import type { Expression, Node } from './ast.js';
import { decider, Lookahead, type LearntGrammar } from './lookahead.js';
import { DEEPEST_NESTING, nestedTooDeeply, syntaxDiagnostic } from './syntax-diagnostic.js';
import { allTokens, endOf, startsExpression, type Token } from './tokens.js';

export type Rule<Result, Arguments extends unknown[] = []> = ParserMethod<Arguments, Result>;

interface Inside {
  readonly lookAheadFuncsCache: Map<number, ReturnType<typeof decider>>;
  selfAnalysisDone: boolean;
}

/** What the mismatch was, for `syntax-errors.ts`: the parser's own messages are never shown. */
const expectations = {
  buildMismatchTokenMessage: ({ expected }: { expected: { LABEL?: string; name: string } }): string =>
    expected.LABEL ?? expected.name,
  buildNotAllInputParsedMessage: (): string => 'end of line',
  buildNoViableAltMessage: ({ customUserDescription }: { customUserDescription?: string }): string =>
    customUserDescription ?? '',
  buildEarlyExitMessage: ({ customUserDescription }: { customUserDescription?: string }): string =>
    customUserDescription ?? '',
};

/**
 * What the rules of `expression-parser.ts` and `statement-parser.ts` share. One parser serves all files, one
 * after the other: building it takes far longer than parsing a file. Rules make the tree as they go.
 *
 * Chevrotain runs each rule once without input, to learn the grammar; values are then placeholders, and what
 * cannot bear them stands inside `ACTION`.
 */
export abstract class ParserBase extends EmbeddedActionsParser {
  protected file: SourceFile = { path: '', text: '' };
  protected python3 = false;
  protected future = new Set<string>();
  /** Mistakes that do not keep the parser from going on. */
  protected problems: Diagnostic[] = [];
  /** Expressions inside each other at this point. */
  protected depth = 0;

  constructor(
    validate: boolean,
    private readonly lookahead = new Lookahead(),
  ) {
    super([...allTokens], {
      lookaheadStrategy: lookahead,
      maxLookahead: 1,
      skipValidations: !validate,
      errorMessageProvider: expectations,
    });
  }

  /** Spares the rules their run without input: what it would find is known. */
  protected learnFrom(grammar: LearntGrammar): void {
    const inside = this.#inside();
    for (const [point, decision] of grammar)
      inside.lookAheadFuncsCache.set(
        point,
        decider(() => decision),
      );
    inside.selfAnalysisDone = true;
  }

  /** What `learnFrom` takes, of a parser that has learnt it by itself. */
  learnt(): LearntGrammar {
    return [...this.#inside().lookAheadFuncsCache].map(
      ([point, decide]) => [point, this.lookahead.decisionOf(decide)] as const,
    );
  }

  /** Chevrotain has no public way to keep what it has learnt; these two are what it consists of. */
  #inside(): Inside {
    return this as unknown as Inside;
  }

  protected begin(file: SourceFile, stream: Token[], python3: boolean): void {
    this.file = file;
    this.python3 = python3;
    this.future = new Set();
    this.problems = [];
    this.depth = 0;
    this.input = stream;
  }

  /** Where the last token taken ends. */
  protected lastEnd(): number {
    return (this.LA(0).endOffset ?? -1) + 1;
  }

  protected nextStart(): number {
    return this.LA(1).startOffset;
  }

  /** Whether the comma that comes next is followed by another element. */
  protected readonly commaThenElement = (): boolean => {
    const type = this.LA(2).tokenTypeIdx;
    return startsExpression[type] === true || isStar(this.LA(2));
  };

  protected deeper(): void {
    if (++this.depth > DEEPEST_NESTING) {
      const token = this.LA(1);
      this.ACTION(() => {
        throw new DiagnosticError([nestedTooDeeply(this.file, token.startOffset, endOf(token))]);
      });
    }
  }

  protected problem(start: number, end: number, message: string, code = 'syntax'): void {
    this.problems.push(syntaxDiagnostic(this.file, start, end, message, { code }));
  }
}

function isStar(token: IToken): boolean {
  return token.image === '*' || token.image === '**';
}

/** Makes a node reach over the brackets around it. */
export function widen<N extends Node | Expression>(node: N, start: number, end: number): N {
  const open = node as { start: number; end: number };
  open.start = start;
  open.end = end;
  return node;
}
