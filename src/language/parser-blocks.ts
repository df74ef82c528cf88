import type { Rule as GrammarRule } from 'chevrotain';
import type { Diagnostic } from '../base/diagnostic.js';
import type { SourceFile } from '../base/source.js';
import type { Argument, ExceptHandler, Expression, If, Statement, Try, WithItem } from './ast.js';
import { learntGrammar } from './learnt-grammar.js';
import type { LearntGrammar } from './lookahead.js';
import type { Rule } from './parser-base.js';
import { OUTERMOST, StatementParser, type Scope } from './parser-statements.js';
import { closingBracket, opensBracket } from './statement-words.js';
import { syntaxError } from './syntax-diagnostic.js';
import * as tokens from './tokens.js';
import { endOf, type Token } from './tokens.js';

/** The rules of `grammar/aurora.ebnf` under "Files and blocks"; the whole grammar together. */
export class AuroraParser extends StatementParser {
  readonly module: Rule<Statement[]> = this.RULE('module', (): Statement[] => {
    const body: Statement[] = [];
    this.MANY(() => {
      append(body, this.SUBRULE(this.statement));
    });
    return body;
  });

  /** An expression alone, as given to `config eval`. */
  readonly lone: Rule<Expression> = this.RULE('lone', (): Expression => {
    const value = this.SUBRULE(this.expressionList);
    this.OPTION(() => this.CONSUME(tokens.Newline));
    return value;
  });

  protected readonly statement: Rule<Statement | Statement[]> = this.RULE(
    'statement',
    (): Statement | Statement[] =>
      this.OR({
        ERR_MSG: 'a statement',
        DEF: [
          { ALT: (): Statement | Statement[] => this.SUBRULE(this.simpleLine) },
          { ALT: () => this.SUBRULE(this.ifStatement) },
          { ALT: () => this.SUBRULE(this.forStatement) },
          { ALT: () => this.SUBRULE(this.whileStatement) },
          { ALT: () => this.SUBRULE(this.tryStatement) },
          { ALT: () => this.SUBRULE(this.withStatement) },
          { ALT: () => this.SUBRULE(this.definition) },
        ],
      }),
  );

  protected readonly block: Rule<Statement[]> = this.RULE('block', (): Statement[] => {
    this.CONSUME(tokens.Colon);
    return this.OR([
      { ALT: () => this.SUBRULE(this.simpleLine) },
      {
        ALT: () => {
          const body: Statement[] = [];
          this.CONSUME(tokens.Newline);
          this.CONSUME(tokens.Indent);
          this.AT_LEAST_ONE(() => {
            append(body, this.SUBRULE(this.statement));
          });
          this.CONSUME(tokens.Dedent);
          return body;
        },
      },
    ]);
  });

  protected readonly ifStatement: Rule<Statement> = this.RULE('ifStatement', (): Statement => {
    const branches: Branch[] = [];
    const word = this.CONSUME(tokens.If);
    branches.push({
      start: word.startOffset,
      test: this.SUBRULE(this.expression),
      body: this.SUBRULE(this.block),
    });
    this.MANY(() => {
      const { startOffset } = this.CONSUME(tokens.Elif);
      branches.push({
        start: startOffset,
        test: this.SUBRULE2(this.expression),
        body: this.SUBRULE2(this.block),
      });
    });
    const orElse = this.SUBRULE(this.elseBlock);
    return this.ACTION(() => ifChain(branches, orElse));
  });

  /** `else:` and its statements; none when it is not there. */
  protected readonly elseBlock: Rule<Statement[]> = this.RULE('elseBlock', (): Statement[] => {
    const body = this.OPTION(() => {
      this.CONSUME(tokens.Else);
      return this.SUBRULE(this.block);
    });
    return body ?? [];
  });

  protected readonly forStatement: Rule<Statement> = this.RULE('forStatement', (): Statement => {
    const { startOffset } = this.CONSUME(tokens.For);
    const target = this.SUBRULE(this.targetList, { ARGS: ['assign to'] });
    this.CONSUME(tokens.In);
    const iterable = this.SUBRULE(this.expressionList);
    const outer = this.enter({ ...this.scope, inLoop: true });
    const body = this.SUBRULE(this.block);
    this.scope = outer;
    const orElse = this.SUBRULE(this.elseBlock);
    return {
      kind: 'For',
      start: startOffset,
      end: endOfBlocks(body, orElse),
      target,
      iterable,
      body,
      orElse,
    };
  });

  protected readonly whileStatement: Rule<Statement> = this.RULE('whileStatement', (): Statement => {
    const { startOffset } = this.CONSUME(tokens.While);
    const test = this.SUBRULE(this.expression);
    const outer = this.enter({ ...this.scope, inLoop: true });
    const body = this.SUBRULE(this.block);
    this.scope = outer;
    const orElse = this.SUBRULE(this.elseBlock);
    return { kind: 'While', start: startOffset, end: endOfBlocks(body, orElse), test, body, orElse };
  });

  protected readonly tryStatement: Rule<Statement> = this.RULE('tryStatement', (): Statement => {
    const word = this.CONSUME(tokens.Try);
    const body = this.SUBRULE(this.block);
    const handlers: ExceptHandler[] = [];
    this.MANY(() => handlers.push(this.SUBRULE(this.exceptHandler)));
    const orElse = this.SUBRULE(this.elseBlock);
    const finalBody =
      this.OPTION(() => {
        this.CONSUME(tokens.Finally);
        return this.SUBRULE2(this.block);
      }) ?? [];
    return this.ACTION(() => this.tryOf(word, { body, handlers, orElse, finalBody }));
  });

  /** `except E as e:`, and Python 2's `except E, e:` */
  protected readonly exceptHandler: Rule<ExceptHandler> = this.RULE('exceptHandler', (): ExceptHandler => {
    const { startOffset } = this.CONSUME(tokens.Except);
    let type = undefined as Expression | undefined;
    let target = undefined as ExceptHandler['target'];
    this.OPTION(() => {
      type = this.SUBRULE(this.expression);
      this.OPTION2(() => {
        this.OR([{ ALT: () => this.CONSUME(tokens.As) }, { ALT: () => this.CONSUME(tokens.Comma) }]);
        target = this.SUBRULE(this.target, { ARGS: ['assign to'] });
      });
    });
    const body = this.SUBRULE(this.block);
    return { start: startOffset, end: endOfBlocks(body), type, target, body };
  });

  protected readonly withStatement: Rule<Statement> = this.RULE('withStatement', (): Statement => {
    const { startOffset } = this.CONSUME(tokens.With);
    const items: WithItem[] = [];
    this.OR({
      IGNORE_AMBIGUITIES: true,
      DEF: [
        {
          GATE: () => this.bracketsHoldItems(),
          ALT: () => {
            this.CONSUME(tokens.OpenParen);
            this.SUBRULE(this.withItems, { ARGS: [items] });
            this.OPTION(() => this.CONSUME(tokens.Comma));
            this.CONSUME(tokens.CloseParen);
          },
        },
        {
          ALT: () => {
            this.SUBRULE2(this.withItems, { ARGS: [items] });
          },
        },
      ],
    });
    const body = this.SUBRULE(this.block);
    return { kind: 'With', start: startOffset, end: endOfBlocks(body), items, body };
  });

  protected readonly withItems: Rule<void, [WithItem[]]> = this.RULE(
    'withItems',
    (items: WithItem[]): void => {
      const first = this.SUBRULE(this.withItem);
      this.ACTION(() => items.push(first));
      this.MANY({
        GATE: this.commaThenElement,
        DEF: () => {
          this.CONSUME(tokens.Comma);
          const item = this.SUBRULE2(this.withItem);
          this.ACTION(() => items.push(item));
        },
      });
    },
  );

  protected readonly withItem: Rule<WithItem> = this.RULE('withItem', (): WithItem => {
    const context = this.SUBRULE(this.expression);
    const target = this.OPTION(() => {
      this.CONSUME(tokens.As);
      return this.SUBRULE(this.target, { ARGS: ['assign to'] });
    });
    return { start: context.start, end: this.lastEnd(), context, target };
  });

  /** A function or a class, with its decorators. */
  protected readonly definition: Rule<Statement> = this.RULE('definition', (): Statement => {
    const start = this.nextStart();
    const decorators: Expression[] = [];
    this.MANY(() => {
      this.CONSUME(tokens.At);
      decorators.push(this.SUBRULE(this.expression));
      this.CONSUME(tokens.Newline);
    });
    return this.OR([
      { ALT: () => this.SUBRULE(this.functionDefinition, { ARGS: [start, decorators] }) },
      { ALT: () => this.SUBRULE(this.classDefinition, { ARGS: [start, decorators] }) },
    ]);
  });

  protected readonly functionDefinition: Rule<Statement, [number, Expression[]]> = this.RULE(
    'functionDefinition',
    (start: number, decorators: Expression[]): Statement => {
      this.CONSUME(tokens.Def);
      const name = this.CONSUME(tokens.NameToken);
      this.CONSUME(tokens.OpenParen);
      const parameters = this.SUBRULE(this.parameterList, { ARGS: [true] });
      this.CONSUME(tokens.CloseParen);
      this.OPTION(() => {
        this.CONSUME(tokens.Arrow);
        this.SUBRULE(this.expression);
      });
      const outer = this.enter({ inFunction: true, inLoop: false, nested: true });
      const body = this.SUBRULE(this.block);
      this.scope = outer;
      return {
        kind: 'FunctionDefinition',
        start,
        end: endOfBlocks(body),
        name: name.image,
        nameStart: name.startOffset,
        parameters,
        body,
        decorators,
      };
    },
  );

  protected readonly classDefinition: Rule<Statement, [number, Expression[]]> = this.RULE(
    'classDefinition',
    (start: number, decorators: Expression[]): Statement => {
      this.CONSUME(tokens.Class);
      const name = this.CONSUME(tokens.NameToken);
      const bases: readonly Argument[] =
        this.OPTION(() => {
          this.CONSUME(tokens.OpenParen);
          const args = this.SUBRULE(this.argumentList);
          this.CONSUME(tokens.CloseParen);
          return args;
        }) ?? [];
      const outer = this.enter({ ...this.scope, inFunction: false, inLoop: false });
      const body = this.SUBRULE(this.block);
      this.scope = outer;
      return {
        kind: 'ClassDefinition',
        start,
        end: endOfBlocks(body),
        name: name.image,
        nameStart: name.startOffset,
        bases,
        body,
        decorators,
      };
    },
  );

  #grammar: Record<string, GrammarRule> | undefined;

  constructor(validate = false, grammar: LearntGrammar | 'learn' = learntGrammar ?? 'learn') {
    super(validate);
    if (grammar === 'learn') this.performSelfAnalysis();
    else this.learnFrom(grammar);
  }

  /** Asked for where a file has a syntax error, which a parser with a learnt grammar cannot tell. */
  override getGAstProductions(): Record<string, GrammarRule> {
    const own = super.getGAstProductions();
    if (Object.keys(own).length > 0) return own;
    this.#grammar ??= new AuroraParser(false, 'learn').getGAstProductions();
    return this.#grammar;
  }

  start(file: SourceFile, stream: Token[], python3: boolean): void {
    this.scope = OUTERMOST;
    this.begin(file, stream, python3);
  }

  /** What was collected on the way: names of `from __future__`, and mistakes. */
  findings(): { future: ReadonlySet<string>; problems: readonly Diagnostic[] } {
    return { future: this.future, problems: this.problems };
  }

  private enter(scope: Scope): Scope {
    const outer = this.scope;
    this.scope = scope;
    return outer;
  }

  /** `with (open(a) as f, open(b) as g):` against `with (a or b) as c:`. */
  private bracketsHoldItems(): boolean {
    if (this.LA(1).tokenType !== tokens.OpenParen) return false;
    const stream = this.input;
    const at = stream.indexOf(this.LA(1));
    const end = closingBracket(stream, at);
    if (stream[end + 1]?.tokenType !== tokens.Colon) return false;
    for (let next = at + 1; next < end; next++) {
      const type = stream[next]?.tokenType;
      if (type === tokens.As || type === tokens.Comma) return true;
      if (opensBracket(stream[next])) next = closingBracket(stream, next);
    }
    return false;
  }

  private tryOf(word: Token, parts: Pick<Try, 'body' | 'handlers' | 'orElse' | 'finalBody'>): Try {
    const { body, handlers, orElse, finalBody } = parts;
    if (handlers.length === 0 && finalBody.length === 0) {
      throw syntaxError(
        this.file,
        word.startOffset,
        endOf(word),
        "invalid syntax: 'try' needs an 'except' or a 'finally' after its block",
      );
    }
    const bare = handlers.findIndex((handler) => handler.type === undefined);
    const next = handlers[bare + 1];
    if (bare >= 0 && next) {
      throw syntaxError(
        this.file,
        next.start,
        next.start + 6,
        "invalid syntax: default 'except:' must be last",
      );
    }
    const end = endOfBlocks(body, handlers.at(-1)?.body ?? [], orElse, finalBody);
    return { kind: 'Try', start: word.startOffset, end, body, handlers, orElse, finalBody };
  }
}

interface Branch {
  readonly start: number;
  readonly test: Expression;
  readonly body: readonly Statement[];
}

/** `elif` is an `If` alone in the `orElse` of the one before. */
function ifChain(branches: readonly Branch[], orElse: readonly Statement[]): If {
  let rest = orElse;
  let node: If | undefined;
  for (let at = branches.length - 1; at >= 0; at--) {
    const { start, test, body } = branches[at] as Branch;
    node = { kind: 'If', start, end: endOfBlocks(body, rest), test, body, orElse: rest };
    rest = [node];
  }
  return node as If;
}

function append(body: Statement[], found: Statement | Statement[]): void {
  if (Array.isArray(found)) body.push(...found);
  else body.push(found);
}

/** Also called with placeholders, which have no length. */
function endOfBlocks(...blocks: ReadonlyArray<readonly Statement[]>): number {
  for (let at = blocks.length - 1; at >= 0; at--) {
    const block = blocks[at] ?? [];
    const last = block[block.length - 1];
    if (last) return last.end;
  }
  return 0;
}
