import { present } from '../../base/assert.js';
import type { Comprehension, ComprehensionClause } from '../ast.js';
import { NO_KEYWORDS, type Value } from '../value.js';
import type { PyFunction } from '../values/function.js';
import { siteOf, type Context } from './context.js';
import { compileExpression, compileTest } from './expressions.js';
import { NORMAL, type Evaluate, type Frame, type Signal, type Stepper } from './frame.js';
import { compileCode, functionMaker } from './functions.js';
import { compileTarget } from './targets.js';

type Steps = (frame: Frame) => Generator<Value, void, Value>;

/** `(f(x) for x in xs if test)`: a generator whose only argument is the first iterable. */
export function compileGeneratorExpression(node: Comprehension, context: Context): Evaluate {
  const { unit } = context;
  const { runtime } = unit;
  const scope = present(unit.scopes.get(node), 'scope of a generator expression');
  const inner: Context = { ...context, scope };
  const [first] = node.clauses;
  const source = compileExpression(
    present(first?.kind === 'for' ? first.iterable : undefined, 'iterable'),
    context,
  );
  const sourceSite = siteOf(first?.kind === 'for' ? first.iterable : node, context);
  const site = siteOf(node, context);
  const code = compileCode(
    inner,
    {
      name: '<genexpr>',
      start: node.start,
      end: node.end,
      documentation: null,
      parameters: { names: ['.0'], positional: 1, positionalOnly: 1, varArgs: -1, varKeywords: -1 },
    },
    () => [],
    () => () => NORMAL,
    () => compileSteps(node, inner),
  );
  const make = functionMaker(code, () => [undefined], scope, context);
  return (frame) => {
    const iterable = source(frame);
    runtime.node = sourceSite;
    // An iterator is made now, so that a wrong iterable is reported here.
    const iterator = runtime.iterator(iterable);
    return code.invoke(make(frame) as PyFunction, [iterator], NO_KEYWORDS, site, runtime);
  };
}

function compileSteps(node: Comprehension, inner: Context): Stepper {
  const element = compileExpression(node.element, inner);
  const loops = compileClauses(node.clauses, 0, inner, function* (frame) {
    yield element(frame);
  });
  return function* (frame): Generator<Value, Signal, Value> {
    yield* loops(frame);
    return NORMAL;
  };
}

function compileClauses(
  clauses: readonly ComprehensionClause[],
  index: number,
  inner: Context,
  body: Steps,
): Steps {
  const clause = clauses[index];
  if (clause === undefined) return body;
  const next = compileClauses(clauses, index + 1, inner, body);
  if (clause.kind === 'if') {
    const test = compileTest(clause.test, inner);
    return function* (frame) {
      if (test(frame)) yield* next(frame);
    };
  }
  const { runtime } = inner.unit;
  const iterable: Evaluate =
    index === 0 ? (frame) => frame.slots[0] ?? null : compileExpression(clause.iterable, inner);
  const store = compileTarget(clause.target, inner);
  const site = siteOf(clause.iterable, inner);
  return function* (frame) {
    const source = iterable(frame);
    runtime.node = site;
    for (const item of runtime.iterate(source)) {
      runtime.budget.step(1);
      store(frame, item);
      yield* next(frame);
    }
  };
}
