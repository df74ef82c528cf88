import { present } from '../../base/assert.js';
import type { Expression, Statement, Yield, YieldFrom } from '../ast.js';
import type { Value } from '../value.js';
import { childExpressions } from './children.js';
import { siteOf, type Context } from './context.js';
import { compileExpression } from './expressions.js';
import type { Frame } from './frame.js';
import { replaceChildren } from './replace-children.js';

type Before = (frame: Frame) => Generator<Value, void, Value>;

/** True when evaluating the expression itself may yield; functions and comprehensions inside have their own. */
export function containsYield(node: Expression): boolean {
  if (node.kind === 'Yield' || node.kind === 'YieldFrom') return true;
  if (node.kind === 'Lambda' || node.kind === 'Comprehension' || node.kind === 'DictComprehension')
    return false;
  return childExpressions(node).some(containsYield);
}

/**
 * Splits a statement: `before` evaluates, from left to right, every part up to the last `yield` into hidden
 * variables; the statement that is left reads those instead.
 */
export function hoistYields(node: Statement, context: Context): { before: Before; statement: Statement } {
  const steps: Before[] = [];
  const statement = replaceChildren(node, (child, isTarget) =>
    isTarget ? child : hoist(child, steps, context),
  );
  return {
    statement,
    before: function* (frame) {
      for (const step of steps) yield* step(frame);
    },
  };
}

function hoist(node: Expression, steps: Before[], context: Context): Expression {
  if (!containsYield(node)) return node;
  if (node.kind === 'Yield') return hoistYield(node, steps, context);
  if (node.kind === 'YieldFrom') return hoistDelegation(node, steps, context);
  if (node.kind === 'BooleanOperation' || node.kind === 'Conditional')
    return hoistShortCircuit(node, steps, context);
  const children = childExpressions(node);
  const last = children.findLastIndex(containsYield);
  const parts = children.slice(0, last + 1);
  return replaceChildren(node, (child) => {
    if (containsYield(child)) return hoist(child, steps, context);
    if (!parts.includes(child)) return child;
    // Evaluated before the yield, as it stands to the left of it.
    return child.kind === 'Starred' || child.kind === 'Slice' ? child : keep(child, steps, context);
  });
}

function keep(node: Expression, steps: Before[], context: Context): Expression {
  const value = compileExpression(node, context);
  const { index, name } = context.scope.temporary();

  steps.push(function* (frame) {
    frame.slots[index] = value(frame);
  });
  return { kind: 'Name', name, start: node.start, end: node.end };
}

function hoistYield(node: Yield, steps: Before[], context: Context): Expression {
  const inner = node.value && hoist(node.value, steps, context);
  const value = inner ? compileExpression(inner, context) : (): null => null;
  const { index, name } = context.scope.temporary();
  steps.push(function* (frame) {
    frame.slots[index] = yield value(frame);
  });
  return { kind: 'Name', name, start: node.start, end: node.end };
}

/** `yield from iterable`: its value is what a generator returned. */
function hoistDelegation(node: YieldFrom, steps: Before[], context: Context): Expression {
  const { runtime } = context.unit;
  const value = compileExpression(hoist(node.value, steps, context), context);
  const site = siteOf(node, context);
  const { index, name } = context.scope.temporary();
  steps.push(function* (frame) {
    const source = value(frame);
    runtime.node = site;
    frame.slots[index] = yield* runtime.delegate(source);
  });
  return { kind: 'Name', name, start: node.start, end: node.end };
}

/** Only the branch that is taken yields. */
function hoistShortCircuit(node: Expression, steps: Before[], context: Context): Expression {
  const { runtime } = context.unit;
  const { index, name } = context.scope.temporary();
  const evaluateInto = (part: Expression): Before => {
    const inner: Before[] = [];
    const rest = compileExpression(hoist(part, inner, context), context);
    return function* (frame) {
      for (const step of inner) yield* step(frame);
      frame.slots[index] = rest(frame);
    };
  };
  if (node.kind === 'Conditional') {
    const [test, body, orElse] = [node.test, node.body, node.orElse].map(evaluateInto) as [
      Before,
      Before,
      Before,
    ];
    steps.push(function* (frame) {
      yield* test(frame);
      yield* runtime.truthy(present(frame.slots[index], 'condition')) ? body(frame) : orElse(frame);
    });
  } else if (node.kind === 'BooleanOperation') {
    const operands = node.operands.map(evaluateInto);
    const stopOn = node.operator === 'or';
    steps.push(function* (frame) {
      for (const operand of operands) {
        yield* operand(frame);
        if (runtime.truthy(frame.slots[index] ?? null) === stopOn) return;
      }
    });
  }
  return { kind: 'Name', name, start: node.start, end: node.end };
}
