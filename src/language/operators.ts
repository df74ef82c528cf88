import type {
  Binary,
  BinaryOperator,
  BooleanOperation,
  Comparison,
  ComparisonOperator,
  Expression,
  Unary,
  UnaryOperator,
} from './ast.js';
import type { Token } from './tokens.js';

/**
 * Precedence climbing over the flat list `prefix* operand (operator prefix* operand)*` that the parser collects:
 * one grammar rule instead of the fifteen nested rules of Python's grammar, the same trees, and no recursion
 * along a chain of ten thousand terms.
 */
export type OperationItem = Token | Expression;

/** How tightly an operator binds, from loose to tight; the printer uses the same table. */
export const PRECEDENCE: ReadonlyMap<string, number> = new Map<string, number>([
  ['or', 1],
  ['and', 2],
  ...['<', '>', '<=', '>=', '==', '!=', '<>', 'in', 'not in', 'is', 'is not'].map((o): [string, number] => [
    o,
    4,
  ]),
  ['|', 5],
  ['^', 6],
  ['&', 7],
  ['<<', 8],
  ['>>', 8],
  ['+', 9],
  ['-', 9],
  ['*', 10],
  ['/', 10],
  ['//', 10],
  ['%', 10],
  ['@', 10],
  ['**', 12],
]);
export const NOT_PRECEDENCE = 3;
export const COMPARISON_PRECEDENCE = 4;
export const UNARY_PRECEDENCE = 11;
export const POWER_PRECEDENCE = 12;

/** What is wrong with the order of operators, at a token. */
export class OperationProblem extends Error {
  constructor(
    readonly token: Token,
    message: string,
  ) {
    super(message);
  }
}

export function buildOperation(items: readonly OperationItem[]): Expression {
  return new Climber(items).parse(1);
}

/** `-`, `not` and `**` nest to the right: this many in a row are a mistake. */
const LONGEST_NEST = 100;

class Climber {
  private at = 0;
  private nest = 0;

  constructor(private readonly items: readonly OperationItem[]) {}

  parse(least: number): Expression {
    let left = this.operand(least);
    for (;;) {
      const operator = this.items[this.at] as Token | undefined;
      if (operator === undefined) return left;
      const precedence = PRECEDENCE.get(operator.image) ?? 0;
      if (precedence < least) return left;
      if (precedence <= 2) left = this.booleans(left, operator, precedence);
      else if (precedence === COMPARISON_PRECEDENCE) left = this.comparison(left);
      else left = this.binary(left, operator, precedence);
    }
  }

  private operand(least: number): Expression {
    const item = this.items[this.at++] as OperationItem;
    if (!('image' in item)) return item;
    if (++this.nest > LONGEST_NEST)
      throw new OperationProblem(item, 'nested too deeply: too many operators in a row');
    if (item.image === 'not' && least > NOT_PRECEDENCE) {
      throw new OperationProblem(item, "invalid syntax: 'not' after an operator must stand in parentheses");
    }
    const operand = this.parse(item.image === 'not' ? NOT_PRECEDENCE : UNARY_PRECEDENCE);
    this.nest--;
    const node: Unary = {
      kind: 'Unary',
      start: item.startOffset,
      end: operand.end,
      operator: item.image as UnaryOperator,
      operand,
    };
    return node;
  }

  private binary(left: Expression, operator: Token, precedence: number): Expression {
    this.at++;
    let right: Expression;
    if (precedence === POWER_PRECEDENCE) {
      if (++this.nest > LONGEST_NEST)
        throw new OperationProblem(operator, 'nested too deeply: too many ** in a row');
      right = this.parse(UNARY_PRECEDENCE);
      this.nest--;
    } else {
      right = this.parse(precedence + 1);
    }
    const node: Binary = {
      kind: 'Binary',
      start: left.start,
      end: right.end,
      operator: operator.image as BinaryOperator,
      left,
      right,
    };
    return node;
  }

  private booleans(first: Expression, operator: Token, precedence: number): Expression {
    const operands = [first];
    while ((this.items[this.at] as Token | undefined)?.image === operator.image) {
      this.at++;
      operands.push(this.parse(precedence + 1));
    }
    const node: BooleanOperation = {
      kind: 'BooleanOperation',
      start: first.start,
      end: operands[operands.length - 1]?.end ?? first.end,
      operator: operator.image as 'and' | 'or',
      operands,
    };
    return node;
  }

  private comparison(first: Expression): Expression {
    const rest: { operator: ComparisonOperator; operand: Expression }[] = [];
    for (;;) {
      const operator = this.items[this.at] as Token | undefined;
      if (operator === undefined || PRECEDENCE.get(operator.image) !== COMPARISON_PRECEDENCE) break;
      this.at++;
      const operand = this.parse(COMPARISON_PRECEDENCE + 1);
      const { image } = operator;
      rest.push({ operator: (image === '<>' ? '!=' : image) as ComparisonOperator, operand });
    }
    const node: Comparison = {
      kind: 'Comparison',
      start: first.start,
      end: rest[rest.length - 1]?.operand.end ?? first.end,
      first,
      rest,
    };
    return node;
  }
}
