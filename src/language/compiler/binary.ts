import type { Binary, BinaryOperator, Expression } from '../ast.js';
import { binaryOperation, joinTexts } from '../operators/binary.js';
import type { Value } from '../value.js';
import { siteOf, type Context } from './context.js';
import { compileExpression } from './expressions.js';
import type { Evaluate, Frame } from './frame.js';
import type { Site } from '../site.js';

/**
 * A chain like `a + b + c` leans to the left, once for each operator: a sum of a thousand terms becomes one loop
 * instead of a thousand frames.
 */
export function compileBinary(node: Binary, context: Context): Evaluate {
  const chain: Binary[] = [node];
  let first: Expression = node.left;
  while (first.kind === 'Binary') {
    chain.push(first);
    first = first.left;
  }
  chain.reverse();
  let left = compileExpression(first, context);
  const SHORT = 8;
  if (chain.length <= SHORT) {
    for (const link of chain) left = compileStep(link, left, context);
    return left;
  }
  return compileChain(chain, left, context);
}

function compileStep(node: Binary, left: Evaluate, context: Context): Evaluate {
  const right = compileExpression(node.right, context);
  const operate = operation(node.operator, siteOf(node, context), context);
  switch (node.operator) {
    case '+':
      return (frame) => {
        const a = left(frame);
        const b = right(frame);
        if (typeof a === 'number' && typeof b === 'number') {
          const sum = a + b;
          if (sum <= Number.MAX_SAFE_INTEGER && sum >= Number.MIN_SAFE_INTEGER) return sum;
        }
        return operate(a, b);
      };
    case '-':
      return (frame) => {
        const a = left(frame);
        const b = right(frame);
        if (typeof a === 'number' && typeof b === 'number') {
          const difference = a - b;
          if (difference <= Number.MAX_SAFE_INTEGER && difference >= Number.MIN_SAFE_INTEGER)
            return difference;
        }
        return operate(a, b);
      };
    case '*':
      return (frame) => {
        const a = left(frame);
        const b = right(frame);
        if (typeof a === 'number' && typeof b === 'number') {
          const product = a * b;
          if (product <= Number.MAX_SAFE_INTEGER && product >= Number.MIN_SAFE_INTEGER) return product + 0;
        }
        return operate(a, b);
      };
    case '%':
      return (frame) => {
        const a = left(frame);
        const b = right(frame);
        if (typeof a === 'number' && typeof b === 'number' && a >= 0 && b > 0) return a % b;
        return operate(a, b);
      };
    default:
      return (frame: Frame) => operate(left(frame), right(frame));
  }
}

function compileChain(chain: readonly Binary[], first: Evaluate, context: Context): Evaluate {
  const steps = chain.map((node) => ({
    right: compileExpression(node.right, context),
    operate: operation(node.operator, siteOf(node, context), context),
  }));
  return (frame) => {
    let value = first(frame);
    for (const { right, operate } of steps) value = operate(value, right(frame));
    return value;
  };
}

/** The full operation, with its place noted for the error it may raise. */
export function operation(
  operator: BinaryOperator,
  site: Site,
  { unit }: Context,
  shown: string = operator,
): (a: Value, b: Value) => Value {
  const { runtime, division } = unit;
  if (operator === '+') {
    return (a, b) => {
      runtime.node = site;
      if (typeof a === 'string' && typeof b === 'string') return joinTexts(a, b, runtime);
      return binaryOperation('+', a, b, division, runtime, shown);
    };
  }
  return (a, b) => {
    runtime.node = site;
    return binaryOperation(operator, a, b, division, runtime, shown);
  };
}
