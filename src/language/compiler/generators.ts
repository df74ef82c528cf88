import type { Expression, For, If, Statement, Try, While, WithItem } from '../ast.js';
import { RaisedError } from '../exceptions/raised-error.js';
import type { Value } from '../value.js';
import { childExpressions, childStatements } from './children.js';
import { siteOf, type Context } from './context.js';
import { compileExpression } from './expressions.js';
import { BREAK, NORMAL, RETURN, type Execute, type Frame, type Signal, type Stepper } from './frame.js';
import { compileStatement } from './statements.js';
import { compileTarget } from './targets.js';
import { chooseHandler } from './try.js';
import { compileEnter, exit } from './with.js';
import { containsYield, hoistYields } from './yields.js';

/**
 * The body of a generator, as JavaScript generators. Only what has a `yield` inside runs this way; all other
 * statements are compiled as in any function.
 */
export function compileStepper(body: readonly Statement[], context: Context): Stepper {
  const steps = body.map((statement) => compileStep(statement, context));
  const { budget } = context.unit.runtime;
  return function* (frame) {
    for (const step of steps) {
      budget.step(1);
      const signal = typeof step === 'function' ? step(frame) : yield* step.steps(frame);
      if (signal !== NORMAL) return signal;
    }
    return NORMAL;
  };
}

/** A plain statement, or one that yields. */
type Step = Execute | { readonly steps: Stepper };

function compileStep(node: Statement, context: Context): Step {
  if (!statementYields(node)) return compileStatement(node, context);
  switch (node.kind) {
    case 'If':
      return { steps: compileIf(node, context) };
    case 'While':
      return { steps: compileWhile(node, context) };
    case 'For':
      return { steps: compileFor(node, context) };
    case 'Try':
      return { steps: compileTry(node, context) };
    case 'With':
      return { steps: compileWith(node.items, compileStepper(node.body, context), context) };
    default:
      return { steps: compileSimple(node, context) };
  }
}

function statementYields(node: Statement): boolean {
  if (childExpressions(node).some(containsYield)) return true;
  return childStatements(node).some((block) => block.some(statementYields));
}

/** `yield` inside an expression: its parts are evaluated step by step into hidden variables first. */
function compileSimple(node: Statement, context: Context): Stepper {
  const { before, statement } = hoistYields(node, context);
  const execute = compileStatement(statement, context);
  return function* (frame) {
    yield* before(frame);
    return execute(frame);
  };
}

/** Evaluates an expression that may yield, then hands its value to a plain closure. */
function compileValue(node: Expression, context: Context): (frame: Frame) => Generator<Value, Value, Value> {
  if (!containsYield(node)) {
    const plain = compileExpression(node, context);

    return function* (frame) {
      return plain(frame);
    };
  }
  const statement = { kind: 'ExpressionStatement', value: node, start: node.start, end: node.end } as const;
  const hoisted = hoistYields(statement, context);
  const inner = hoisted.statement.kind === 'ExpressionStatement' ? hoisted.statement.value : node;
  const value = compileExpression(inner, context);
  return function* (frame) {
    yield* hoisted.before(frame);
    return value(frame);
  };
}

function compileIf(node: If, context: Context): Stepper {
  const { runtime } = context.unit;
  const test = compileValue(node.test, context);
  const body = compileStepper(node.body, context);
  const orElse = compileStepper(node.orElse, context);
  return function* (frame) {
    return runtime.truthy(yield* test(frame)) ? yield* body(frame) : yield* orElse(frame);
  };
}

function compileWhile(node: While, context: Context): Stepper {
  const { runtime } = context.unit;
  const test = compileValue(node.test, context);
  const body = compileStepper(node.body, context);
  const orElse = compileStepper(node.orElse, context);
  return function* (frame) {
    while (runtime.truthy(yield* test(frame))) {
      runtime.budget.step(1);
      const signal = yield* body(frame);
      if (signal === BREAK) return NORMAL;
      if (signal === RETURN) return RETURN;
    }
    return yield* orElse(frame);
  };
}

function compileFor(node: For, context: Context): Stepper {
  const { runtime } = context.unit;
  const iterable = compileValue(node.iterable, context);
  const site = siteOf(node.iterable, context);
  const store = compileTarget(node.target, context);
  const body = compileStepper(node.body, context);
  const orElse = compileStepper(node.orElse, context);
  return function* (frame) {
    const source = yield* iterable(frame);
    runtime.node = site;
    for (const item of runtime.iterate(source)) {
      runtime.budget.step(1);
      store(frame, item);
      const signal = yield* body(frame);
      if (signal === BREAK) return NORMAL;
      if (signal === RETURN) return RETURN;
    }
    return yield* orElse(frame);
  };
}

function compileTry(node: Try, context: Context): Stepper {
  const { runtime } = context.unit;
  const body = compileStepper(node.body, context);
  const orElse = compileStepper(node.orElse, context);
  const finalBody = compileStepper(node.finalBody, context);
  const choose = chooseHandler(node.handlers, context, (handler) => compileStepper(handler.body, context));
  const guarded: Stepper = function* (frame) {
    let signal: Signal;
    try {
      signal = yield* body(frame);
    } catch (error) {
      if (!(error instanceof RaisedError)) throw error;
      const handler = choose(frame, error);
      if (handler === undefined) throw error;
      runtime.beginHandling(error);
      signal = yield* handler(frame);
      runtime.endHandling(error);
      return signal;
    }
    return signal === NORMAL ? yield* orElse(frame) : signal;
  };
  if (node.finalBody.length === 0) return guarded;
  return function* (frame) {
    let signal: Signal;
    try {
      signal = yield* guarded(frame);
    } catch (error) {
      if (!(error instanceof RaisedError)) throw error;
      const final = yield* finalBody(frame);
      if (final === NORMAL) throw error;
      return final;
    }
    const { result } = frame;
    const final = yield* finalBody(frame);
    if (final !== NORMAL) return final;
    frame.result = result;
    return signal;
  };
}

function compileWith(items: readonly WithItem[], body: Stepper, context: Context): Stepper {
  const [item, ...rest] = items;
  if (item === undefined) return body;
  const { runtime } = context.unit;
  const inner = compileWith(rest, body, context);
  const enter = compileEnter(item, context);
  const site = siteOf(item.context, context);
  return function* (frame) {
    const manager = enter(frame);
    let signal: Signal;
    try {
      signal = yield* inner(frame);
    } catch (error) {
      if (!(error instanceof RaisedError)) throw error;
      if (runtime.truthy(exit(manager, error, site, runtime))) return NORMAL;
      throw error;
    }
    exit(manager, undefined, site, runtime);
    return signal;
  };
}
