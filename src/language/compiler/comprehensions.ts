import { DiagnosticError } from '../../base/diagnostic.js';
import { present } from '../../base/assert.js';
import type { Comprehension, ComprehensionClause, DictComprehension, Expression } from '../ast.js';
import type { Value } from '../value.js';
import { Dict } from '../values/dict.js';
import { List } from '../values/list.js';
import { PySet } from '../values/set.js';
import { siteOf, type Context } from './context.js';
import { compileExpression, compileTest } from './expressions.js';
import { Cell, type Evaluate, type Frame } from './frame.js';
import { compileGeneratorExpression } from './generator-expression.js';
import { compileTarget } from './targets.js';

type Body = (frame: Frame) => void;

/** A list or set comprehension runs as loops in the frame around it; a generator expression is a function. */
export function compileComprehension(node: Comprehension, context: Context): Evaluate {
  if (node.result === 'generator') return compileGeneratorExpression(node, context);
  const { runtime } = context.unit;
  const inner = innerContext(node, context);
  const element = compileExpression(node.element, inner);
  const site = siteOf(node, context);
  // The results are handed over through a hidden variable, so that comprehensions nest and recurse.
  const results = inner.scope.temporary().index;
  const isList = node.result === 'list';
  const loop = compileClauses(node.clauses, inner, context, (frame) => {
    const value = element(frame);
    runtime.budget.bytes(8);
    (frame.slots[results] as List).items.push(value);
  });
  const fresh = freshCells(inner);
  return (frame) => {
    const list = new List();
    fresh(frame);
    frame.slots[results] = list;
    loop(frame);
    if (isList) return list;
    runtime.node = site;
    return new PySet(list.items, runtime);
  };
}

/** `{key: value for ...}` */
export function compileDictComprehension(node: DictComprehension, context: Context): Evaluate {
  const { runtime } = context.unit;
  const inner = innerContext(node, context);
  const key = compileExpression(node.key, inner);
  const value = compileExpression(node.value, inner);
  const site = siteOf(node.key, context);
  const results = inner.scope.temporary().index;
  const loop = compileClauses(node.clauses, inner, context, (frame) => {
    const keyValue = key(frame);
    const item = value(frame);
    runtime.node = site;
    (frame.slots[results] as Dict).set(keyValue, item, runtime);
  });
  const fresh = freshCells(inner);
  return (frame) => {
    const dict = new Dict();
    fresh(frame);
    frame.slots[results] = dict;
    loop(frame);
    return dict;
  };
}

function innerContext(node: Expression, context: Context): Context {
  return { ...context, scope: present(context.unit.scopes.get(node), 'scope of a comprehension') };
}

/** Each run has variables of its own for the functions made in it. */
function freshCells({ scope }: Context): Body {
  const cells = scope.comprehensionCells();
  return (frame) => {
    for (const index of cells) frame.cells[index] = new Cell(undefined);
  };
}

/** The first iterable is evaluated in the code around. */
function compileClauses(
  clauses: readonly ComprehensionClause[],
  inner: Context,
  outer: Context,
  body: Body,
): Body {
  const [first, ...rest] = clauses;
  if (first?.kind !== 'for') throw emptyComprehension(outer);
  return compileLoop(first, outer, inner, compileRest(rest, inner, body));
}

function compileRest(clauses: readonly ComprehensionClause[], inner: Context, body: Body): Body {
  let compiled = body;
  for (const clause of [...clauses].reverse()) {
    const next = compiled;
    if (clause.kind === 'for') compiled = compileLoop(clause, inner, inner, next);
    else {
      const test = compileTest(clause.test, inner);
      compiled = (frame) => {
        if (test(frame)) next(frame);
      };
    }
  }
  return compiled;
}

function compileLoop(
  clause: Extract<ComprehensionClause, { kind: 'for' }>,
  iterableContext: Context,
  inner: Context,
  body: Body,
): Body {
  const { runtime } = inner.unit;
  const iterable = compileExpression(clause.iterable, iterableContext);
  const site = siteOf(clause.iterable, iterableContext);
  const store = compileTarget(clause.target, inner);
  return (frame) => {
    const source = iterable(frame);
    runtime.node = site;
    if (source instanceof List) {
      const { items } = source;
      for (let i = 0; i < items.length; i++) {
        runtime.budget.step(1);
        store(frame, items[i] as Value);
        body(frame);
      }
      return;
    }
    for (const item of runtime.iterate(source)) {
      runtime.budget.step(1);
      store(frame, item);
      body(frame);
    }
  };
}

function emptyComprehension({ unit }: Context): DiagnosticError {
  return new DiagnosticError([
    {
      severity: 'error',
      code: 'syntax',
      message: 'a comprehension begins with "for"',
      span: { file: unit.file, start: 0, end: 0 },
    },
  ]);
}
