import type { Constant, Expression, Lambda } from './ast.js';
import { numberValue } from './number-literal.js';
import { buildOperation, OperationProblem, type OperationItem } from './operators.js';
import type { Rule } from './parser-base.js';
import { ArgumentParser } from './parser-arguments.js';
import { syntaxError } from './syntax-diagnostic.js';
import * as tokens from './tokens.js';
import { endOf, type Token } from './tokens.js';

/** The rules of `grammar/aurora.ebnf` under "Expressions", in the same order and with the same names. */
export abstract class ExpressionParser extends ArgumentParser {
  /** `a, *b`: a tuple when there is a comma. */
  protected readonly expressionList: Rule<Expression> = this.RULE('expressionList', (): Expression => {
    const first = this.SUBRULE(this.element);
    let elements = undefined as Expression[] | undefined;
    this.MANY({
      GATE: this.commaThenElement,
      DEF: () => {
        this.CONSUME(tokens.Comma);
        const element = this.SUBRULE2(this.element);
        if (elements) elements.push(element);
        else elements = [first, element];
      },
    });
    this.OPTION(() => {
      this.CONSUME2(tokens.Comma);
      elements ??= [first];
    });
    if (elements === undefined) {
      if (first.kind === 'Starred') this.loneStar(first);
      return first;
    }
    return { kind: 'TupleDisplay', start: first.start, end: this.lastEnd(), elements };
  });

  /** `*a` or an expression: an element of a list, tuple or set. */
  protected readonly element: Rule<Expression> = this.RULE('element', (): Expression =>
    this.OR({
      ERR_MSG: 'an expression',
      DEF: [
        {
          ALT: (): Expression => {
            const star = this.CONSUME(tokens.Star);
            const value = this.SUBRULE(this.operation);
            return { kind: 'Starred', start: star.startOffset, end: value.end, value };
          },
        },
        { ALT: () => this.SUBRULE(this.expression) },
      ],
    }),
  );

  protected readonly expression: Rule<Expression> = this.RULE('expression', (): Expression => {
    this.deeper();
    let result = this.SUBRULE(this.choice);
    let rest = undefined as [Expression, Expression][] | undefined;
    this.MANY(() => {
      this.CONSUME(tokens.If);
      const test = this.SUBRULE(this.operation);
      this.CONSUME(tokens.Else);
      const orElse = this.SUBRULE2(this.choice);
      (rest ??= []).push([test, orElse]);
    });
    if (rest) result = conditional(result, rest);
    this.OPTION(() => {
      const sign = this.CONSUME(tokens.ColonEqual);
      const value = this.SUBRULE3(this.expression);
      result = this.ACTION(() => this.named(result, sign, value));
    });
    this.depth--;
    return result;
  });

  /** A part of `a if b else c`. */
  protected readonly choice: Rule<Expression> = this.RULE('choice', (): Expression =>
    this.OR({
      ERR_MSG: 'an expression',
      DEF: [
        { ALT: () => this.SUBRULE(this.lambda) },
        { ALT: () => this.SUBRULE(this.yieldExpression) },
        { ALT: () => this.SUBRULE(this.operation) },
      ],
    }),
  );

  protected readonly lambda: Rule<Lambda> = this.RULE('lambda', (): Lambda => {
    const { startOffset } = this.CONSUME(tokens.Lambda);
    const parameters = this.SUBRULE(this.parameterList, { ARGS: [false] });
    this.CONSUME(tokens.Colon);
    const body = this.SUBRULE(this.expression);
    return { kind: 'Lambda', start: startOffset, end: body.end, parameters, body };
  });

  protected readonly yieldExpression: Rule<Expression> = this.RULE('yieldExpression', (): Expression => {
    const word = this.CONSUME(tokens.Yield);
    this.ACTION(() => {
      this.checkYield(word);
    });
    return this.OR({
      IGNORE_AMBIGUITIES: true,
      DEF: [
        {
          ALT: (): Expression => {
            this.CONSUME(tokens.From);
            const value = this.SUBRULE(this.expression);
            return { kind: 'YieldFrom', start: word.startOffset, end: value.end, value };
          },
        },
        {
          ALT: (): Expression => {
            const value = this.OPTION(() => this.SUBRULE(this.expressionList));
            return { kind: 'Yield', start: word.startOffset, end: this.lastEnd(), value };
          },
        },
      ],
    });
  });

  /** Operands joined by operators; `operators.ts` has the precedence. */
  protected readonly operation: Rule<Expression> = this.RULE('operation', (): Expression => {
    let items = undefined as OperationItem[] | undefined;
    this.MANY(() => {
      (items ??= []).push(this.CONSUME(tokens.PrefixOperator));
    });
    const first = this.SUBRULE(this.primary);
    if (items) items.push(first);
    this.MANY2(() => {
      (items ??= [first]).push(this.CONSUME(tokens.BinaryOperator));
      this.MANY3(() => {
        items?.push(this.CONSUME2(tokens.PrefixOperator));
      });
      items.push(this.SUBRULE2(this.primary));
    });
    return items ? this.ACTION(() => this.operationOf(items ?? [])) : first;
  });

  /** An atom with calls, items and attributes after it. */
  protected readonly primary: Rule<Expression> = this.RULE('primary', (): Expression => {
    let node = this.SUBRULE(this.atom);
    this.MANY(() => {
      this.OR([
        {
          ALT: () => {
            this.CONSUME(tokens.OpenParen);
            const args = this.SUBRULE(this.argumentList);
            const { endOffset } = this.CONSUME(tokens.CloseParen);
            node = {
              kind: 'Call',
              start: node.start,
              end: (endOffset ?? 0) + 1,
              callee: node,
              arguments: args,
            };
          },
        },
        {
          ALT: () => {
            this.CONSUME(tokens.Dot);
            const name = this.CONSUME(tokens.NameToken);
            node = {
              kind: 'Attribute',
              start: node.start,
              end: endOf(name),
              object: node,
              name: name.image,
              nameStart: name.startOffset,
            };
          },
        },
        {
          ALT: () => {
            this.CONSUME(tokens.OpenBracket);
            const index = this.SUBRULE(this.subscriptList);
            const { endOffset } = this.CONSUME(tokens.CloseBracket);
            node = { kind: 'Subscript', start: node.start, end: (endOffset ?? 0) + 1, object: node, index };
          },
        },
      ]);
    });
    return node;
  });

  protected readonly atom: Rule<Expression> = this.RULE('atom', (): Expression =>
    this.OR({
      ERR_MSG: 'an expression',
      DEF: [
        {
          ALT: (): Expression => {
            const token = this.CONSUME(tokens.NameToken);
            return { kind: 'Name', start: token.startOffset, end: endOf(token), name: token.image };
          },
        },
        { ALT: () => this.SUBRULE(this.strings) },
        { ALT: () => this.number(this.CONSUME(tokens.NumberToken)) },
        { ALT: () => this.constant(this.CONSUME(tokens.True), true) },
        { ALT: () => this.constant(this.CONSUME(tokens.False), false) },
        { ALT: () => this.constant(this.CONSUME(tokens.None), null) },
        { ALT: () => this.constant(this.CONSUME(tokens.Ellipsis), 'ellipsis') },
        { ALT: () => this.SUBRULE(this.parentheses) },
        { ALT: () => this.SUBRULE(this.list) },
        { ALT: () => this.SUBRULE(this.braces) },
        { ALT: () => this.SUBRULE(this.backquotes) },
      ],
    }),
  );

  protected abstract checkYield(word: Token): void;

  private loneStar({ start, end }: Expression): void {
    this.problem(
      start,
      end,
      "invalid syntax: can't use a starred expression here: '*' unpacks into a list, a tuple or a call",
    );
  }

  private operationOf(items: readonly OperationItem[]): Expression {
    try {
      return buildOperation(items);
    } catch (error) {
      if (!(error instanceof OperationProblem)) throw error;
      const { token, message } = error;
      throw syntaxError(this.file, token.startOffset, endOf(token), message);
    }
  }

  private named(target: Expression, sign: Token, value: Expression): Expression {
    if (target.kind === 'Name') {
      return { kind: 'NamedExpression', start: target.start, end: value.end, target, value };
    }
    throw syntaxError(
      this.file,
      sign.startOffset,
      endOf(sign),
      "invalid syntax: ':=' needs a single name on its left side",
    );
  }

  private number(token: Token): Expression {
    return this.ACTION((): Expression => {
      const { value, isFloat, isImaginary } = numberValue(token.image);
      return {
        kind: 'NumberLiteral',
        start: token.startOffset,
        end: endOf(token),
        value,
        isFloat,
        isImaginary,
      };
    });
  }

  private constant(token: Token, value: Constant['value']): Expression {
    return { kind: 'Constant', start: token.startOffset, end: endOf(token), value };
  }
}

/** `a if b else c if d else e` is `a if b else (c if d else e)`. */
function conditional(first: Expression, rest: readonly (readonly [Expression, Expression])[]): Expression {
  let result = rest[rest.length - 1]?.[1] ?? first;
  for (let at = rest.length - 1; at >= 0; at--) {
    const test = rest[at]?.[0] ?? first;
    const body = at === 0 ? first : (rest[at - 1]?.[1] ?? first);
    result = { kind: 'Conditional', start: body.start, end: result.end, test, body, orElse: result };
  }
  return result;
}
