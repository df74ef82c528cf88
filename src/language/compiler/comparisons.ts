import type { Comparison, ComparisonOperator } from '../ast.js';
import { Float, type Value } from '../value.js';
import { richComparison } from '../operators/compare.js';
import { contains } from '../operators/items.js';
import type { Evaluator } from '../interpreter.js';
import type { Site } from '../site.js';
import { siteOf, type Context } from './context.js';
import { compileExpression } from './expressions.js';
import type { Evaluate } from './frame.js';

type Compare = (a: Value, b: Value) => Value;

/** `a < b <= c`: each operand once, stopping at the first that fails. */
export function compileComparison(node: Comparison, context: Context): Evaluate {
  const { runtime } = context.unit;
  const first = compileExpression(node.first, context);
  const rest = node.rest.map(({ operator, operand }) => ({
    operand: compileExpression(operand, context),
    compare: comparison(operator, siteOf(node, context), runtime),
  }));
  const [only] = rest;
  if (only && rest.length === 1) {
    const { operand, compare } = only;
    return (frame) => compare(first(frame), operand(frame));
  }
  return (frame) => {
    let left = first(frame);
    let result: Value = true;
    for (const { operand, compare } of rest) {
      const right = operand(frame);
      result = compare(left, right);
      if (result !== true && !runtime.truthy(result)) return result;
      left = right;
    }
    return result;
  };
}

function comparison(operator: ComparisonOperator, site: Site, runtime: Evaluator): Compare {
  switch (operator) {
    case '<':
      return (a, b) => (typeof a === 'number' && typeof b === 'number' ? a < b : rich('<', a, b));
    case '<=':
      return (a, b) => (typeof a === 'number' && typeof b === 'number' ? a <= b : rich('<=', a, b));
    case '>':
      return (a, b) => (typeof a === 'number' && typeof b === 'number' ? a > b : rich('>', a, b));
    case '>=':
      return (a, b) => (typeof a === 'number' && typeof b === 'number' ? a >= b : rich('>=', a, b));
    case '==':
      return (a, b) => {
        if (typeof a !== 'object' && typeof a === typeof b) return a === b;
        return rich('==', a, b);
      };
    case '!=':
      return (a, b) => {
        if (typeof a !== 'object' && typeof a === typeof b) return a !== b;
        return rich('!=', a, b);
      };
    case 'is':
      return isSame;
    case 'is not':
      return (a, b) => !isSame(a, b);
    case 'in':
      return (a, b) => {
        runtime.node = site;
        return contains(b, a, runtime);
      };
    case 'not in':
      return (a, b) => {
        runtime.node = site;
        return !contains(b, a, runtime);
      };
  }
  function rich(op: '<' | '<=' | '>' | '>=' | '==' | '!=', a: Value, b: Value): Value {
    runtime.node = site;
    return richComparison(op, a, b, runtime);
  }
}

/** Identity; equal numbers and texts are one object here. */
function isSame(a: Value, b: Value): boolean {
  return a === b || (a instanceof Float && b instanceof Float && Object.is(a.value, b.value));
}
