import type { BinaryOperator, Expression, Statement } from './ast.js';
import type { Rule } from './parser-base.js';
import { ImportParser } from './parser-imports.js';
import { syntaxError } from './syntax-diagnostic.js';
import { asSingleTarget, asTarget } from './targets.js';
import * as tokens from './tokens.js';
import { endOf, type Token } from './tokens.js';

/** What statements may stand here: `return` in functions, `break` in loops. */
export interface Scope {
  readonly inFunction: boolean;
  readonly inLoop: boolean;
  /** Whether a function is around at all: its classes may say `nonlocal`. */
  readonly nested: boolean;
}

export const OUTERMOST: Scope = { inFunction: false, inLoop: false, nested: false };

/** The rules of `grammar/aurora.ebnf` under "Simple statements". */
export abstract class StatementParser extends ImportParser {
  protected scope: Scope = OUTERMOST;

  /** Statements of one line, separated by semicolons. */
  protected readonly simpleLine: Rule<Statement[]> = this.RULE('simpleLine', (): Statement[] => {
    const statements = [this.SUBRULE(this.simpleStatement)];
    this.MANY({
      GATE: () => this.LA(2).tokenType !== tokens.Newline,
      DEF: () => {
        this.CONSUME(tokens.Semicolon);
        statements.push(this.SUBRULE2(this.simpleStatement));
      },
    });
    this.OPTION(() => this.CONSUME2(tokens.Semicolon));
    this.CONSUME(tokens.Newline);
    return statements;
  });

  protected readonly simpleStatement: Rule<Statement> = this.RULE('simpleStatement', (): Statement =>
    this.OR({
      ERR_MSG: 'a statement',
      DEF: [
        { ALT: () => this.SUBRULE(this.expressionStatement) },
        { ALT: () => this.SUBRULE(this.printStatement) },
        { ALT: () => this.SUBRULE(this.execStatement) },
        { ALT: () => this.SUBRULE(this.deleteStatement) },
        { ALT: () => this.SUBRULE(this.wordStatement) },
        { ALT: () => this.SUBRULE(this.returnStatement) },
        { ALT: () => this.SUBRULE(this.raiseStatement) },
        { ALT: () => this.SUBRULE(this.assertStatement) },
        { ALT: () => this.SUBRULE(this.scopeStatement) },
        { ALT: () => this.SUBRULE(this.importStatement) },
        { ALT: () => this.SUBRULE(this.importFromStatement) },
      ],
    }),
  );

  /** An expression, or an assignment in any of its forms. */
  protected readonly expressionStatement: Rule<Statement> = this.RULE(
    'expressionStatement',
    (): Statement => {
      const first = this.SUBRULE(this.expressionList);
      return this.OR({
        DEF: [
          {
            ALT: (): Statement => {
              const operator = this.CONSUME(tokens.AugmentedAssign).image.slice(0, -1) as BinaryOperator;
              const value = this.SUBRULE2(this.expressionList);
              const target = this.ACTION(() => asSingleTarget(this.file, first, 'augmented assignment'));
              return {
                kind: 'AugmentedAssignment',
                start: first.start,
                end: this.lastEnd(),
                target,
                operator,
                value,
              };
            },
          },
          {
            ALT: (): Statement => {
              this.CONSUME(tokens.Colon);
              const annotation = this.SUBRULE(this.expression);
              const value = this.OPTION(() => {
                this.CONSUME(tokens.Equal);
                return this.SUBRULE3(this.expressionList);
              });
              const target = this.ACTION(() => asSingleTarget(this.file, first, 'an annotation'));
              return {
                kind: 'AnnotatedAssignment',
                start: first.start,
                end: this.lastEnd(),
                target,
                annotation,
                value,
              };
            },
          },
          {
            ALT: (): Statement => {
              let values = undefined as Expression[] | undefined;
              this.MANY(() => {
                this.CONSUME2(tokens.Equal);
                (values ??= [first]).push(this.SUBRULE4(this.expressionList));
              });
              return this.ACTION(() => this.assignment(values, first));
            },
          },
        ],
      });
    },
  );

  /** Python 2's `print >>file, a, b,` */
  protected readonly printStatement: Rule<Statement> = this.RULE('printStatement', (): Statement => {
    const { startOffset } = this.CONSUME(tokens.Print);
    const values: Expression[] = [];
    let file = undefined as Expression | undefined;
    let newline = true;
    const more = (): void => {
      this.MANY({
        GATE: this.commaThenElement,
        DEF: () => {
          this.CONSUME(tokens.Comma);
          values.push(this.SUBRULE3(this.expression));
        },
      });
      this.OPTION2(() => {
        this.CONSUME2(tokens.Comma);
        newline = false;
      });
    };
    this.OPTION(() => {
      this.OR([
        {
          ALT: () => {
            this.CONSUME(tokens.ShiftRight);
            file = this.SUBRULE(this.expression);
          },
        },
        { ALT: () => values.push(this.SUBRULE2(this.expression)) },
      ]);
      more();
    });
    return { kind: 'Print', start: startOffset, end: this.lastEnd(), file, values, newline };
  });

  /** `exec code in globals, locals`; also written `exec(code, globals, locals)`. */
  protected readonly execStatement: Rule<Statement> = this.RULE('execStatement', (): Statement => {
    const { startOffset } = this.CONSUME(tokens.Exec);
    const code = this.SUBRULE(this.expression);
    const locals = this.OPTION(() => {
      this.CONSUME(tokens.Comma);
      return this.SUBRULE2(this.expression);
    });
    return this.ACTION((): Statement => ({
      kind: 'Exec',
      start: startOffset,
      end: this.lastEnd(),
      ...execParts(code, locals),
    }));
  });

  protected readonly deleteStatement: Rule<Statement> = this.RULE('deleteStatement', (): Statement => {
    const { startOffset } = this.CONSUME(tokens.Del);
    const list = this.SUBRULE(this.targetList, { ARGS: ['delete'] });
    return this.ACTION((): Statement => {
      const target = asTarget(this.file, list, 'delete');
      const bare = target.kind === 'TupleDisplay' && this.file.text.charAt(target.start) !== '(';
      const targets = bare
        ? target.elements.map((element) => asTarget(this.file, element, 'delete'))
        : [target];
      return { kind: 'Delete', start: startOffset, end: this.lastEnd(), targets };
    });
  });

  protected readonly wordStatement: Rule<Statement> = this.RULE('wordStatement', (): Statement =>
    this.OR([
      {
        ALT: (): Statement => {
          const word = this.CONSUME(tokens.Pass);
          return { kind: 'Pass', start: word.startOffset, end: endOf(word) };
        },
      },
      {
        ALT: (): Statement => {
          const word = this.CONSUME(tokens.Break);
          this.requireLoop(word);
          return { kind: 'Break', start: word.startOffset, end: endOf(word) };
        },
      },
      {
        ALT: (): Statement => {
          const word = this.CONSUME(tokens.Continue);
          this.requireLoop(word);
          return { kind: 'Continue', start: word.startOffset, end: endOf(word) };
        },
      },
    ]),
  );

  protected readonly returnStatement: Rule<Statement> = this.RULE('returnStatement', (): Statement => {
    const word = this.CONSUME(tokens.Return);
    this.requireFunction(word);
    const value = this.OPTION(() => this.SUBRULE(this.expressionList));
    return { kind: 'Return', start: word.startOffset, end: this.lastEnd(), value };
  });

  /** `raise E(x) from cause`, and Python 2's `raise E, x, traceback`. */
  protected readonly raiseStatement: Rule<Statement> = this.RULE('raiseStatement', (): Statement => {
    const { startOffset } = this.CONSUME(tokens.Raise);
    let exception = undefined as Expression | undefined;
    let value = undefined as Expression | undefined;
    let traceback = undefined as Expression | undefined;
    let cause = undefined as Expression | undefined;
    this.OPTION(() => {
      exception = this.SUBRULE(this.expression);
      this.OPTION2(() => {
        this.OR([
          {
            ALT: () => {
              this.CONSUME(tokens.Comma);
              value = this.SUBRULE2(this.expression);
              traceback = this.OPTION3(() => {
                this.CONSUME2(tokens.Comma);
                return this.SUBRULE3(this.expression);
              });
            },
          },
          {
            ALT: () => {
              this.CONSUME(tokens.From);
              cause = this.SUBRULE4(this.expression);
            },
          },
        ]);
      });
    });
    return { kind: 'Raise', start: startOffset, end: this.lastEnd(), exception, value, traceback, cause };
  });

  protected readonly assertStatement: Rule<Statement> = this.RULE('assertStatement', (): Statement => {
    const { startOffset } = this.CONSUME(tokens.Assert);
    const test = this.SUBRULE(this.expression);
    const message = this.OPTION(() => {
      this.CONSUME(tokens.Comma);
      return this.SUBRULE2(this.expression);
    });
    return { kind: 'Assert', start: startOffset, end: this.lastEnd(), test, message };
  });

  /** `global a, b` and `nonlocal a, b` */
  protected readonly scopeStatement: Rule<Statement> = this.RULE('scopeStatement', (): Statement => {
    const word = this.OR([
      { ALT: () => this.CONSUME(tokens.Global) },
      { ALT: () => this.CONSUME(tokens.Nonlocal) },
    ]);
    const names = [this.CONSUME(tokens.NameToken).image];
    this.MANY(() => {
      this.CONSUME(tokens.Comma);
      names.push(this.CONSUME2(tokens.NameToken).image);
    });
    const kind = word.image === 'nonlocal' ? 'Nonlocal' : 'Global';
    if (kind === 'Nonlocal' && !this.scope.nested) {
      this.problem(word.startOffset, endOf(word), 'invalid syntax: nonlocal declaration outside function');
    }
    return { kind, start: word.startOffset, end: this.lastEnd(), names };
  });

  protected override checkYield(word: Token): void {
    if (this.scope.inFunction) return;
    this.problem(word.startOffset, endOf(word), "'yield' outside function", 'outside-function');
  }

  private requireFunction(word: Token): void {
    if (this.scope.inFunction) return;
    this.problem(word.startOffset, endOf(word), `'${word.image}' outside function`, 'outside-function');
  }

  private requireLoop(word: Token): void {
    if (this.scope.inLoop) return;
    const message = `'${word.image}' outside loop: it belongs into the body of a 'for' or 'while'`;
    this.problem(word.startOffset, endOf(word), message, 'outside-loop');
  }

  private assignment(values: readonly Expression[] | undefined, first: Expression): Statement {
    const value = values?.[values.length - 1];
    if (values === undefined || value === undefined) {
      if (first.kind === 'NamedExpression' && this.file.text.charAt(first.start) !== '(') {
        throw syntaxError(
          this.file,
          first.start,
          first.end,
          "invalid syntax: ':=' alone in a statement: write '=' to assign",
        );
      }
      return { kind: 'ExpressionStatement', start: first.start, end: first.end, value: first };
    }
    const targets = values.slice(0, -1).map((target) => asTarget(this.file, target, 'assign to'));
    return { kind: 'Assignment', start: first.start, end: value.end, targets, value };
  }
}

interface ExecParts {
  readonly code: Expression;
  readonly globals: Expression | undefined;
  readonly locals: Expression | undefined;
}

/** `code in globals` was read as a comparison, `(code, globals)` as a tuple. */
function execParts(code: Expression, locals: Expression | undefined): ExecParts {
  // With brackets around all of it, which it then begins before its first operand, it is one expression.
  const comparison = code.kind === 'Comparison' && code.start === code.first.start;
  if (comparison && code.rest.length === 1 && code.rest[0]?.operator === 'in') {
    return { code: code.first, globals: code.rest[0].operand, locals };
  }
  if (code.kind === 'TupleDisplay' && (code.elements.length === 2 || code.elements.length === 3)) {
    const [first, second, third] = code.elements;
    if (first) return { code: first, globals: second, locals: third };
  }
  return { code, globals: undefined, locals };
}
