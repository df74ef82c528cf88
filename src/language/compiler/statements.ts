import { unreachable } from '../../base/assert.js';
import type { Assert, Assignment, Delete, Exec, If, Print, Raise, Return, Statement } from '../ast.js';
import { siteOf, type Context, deeper } from './context.js';
import { compileAugmented } from './augmented.js';
import { compileClass } from './classes.js';
import { compileExpression, compileTest } from './expressions.js';
import {
  BREAK,
  CONTINUE,
  NORMAL,
  RETURN,
  type Evaluate,
  type Execute,
  type Frame,
  type Store,
} from './frame.js';
import { compileFunctionDefinition } from './functions.js';
import { compileImport, compileImportFrom } from './imports.js';
import { compileFor, compileWhile } from './loops.js';
import { compileDelete, compileTarget } from './targets.js';
import { compileTry } from './try.js';
import { compileWith } from './with.js';

/** Statements one after another; the steps of all of them are charged when the block begins. */
export function compileBlock(body: readonly Statement[], context: Context): Execute {
  const { runtime } = context.unit;
  const { budget } = runtime;
  const [opening] = body;
  // What an exceeded budget points at.
  const site = siteOf(opening ?? { start: 0, end: 0 }, context);
  const statements = body
    .filter(({ kind }) => kind !== 'Pass' && kind !== 'Global' && kind !== 'Nonlocal')
    .map((statement) => compileStatement(statement, context));
  const count = Math.max(1, statements.length);
  const [first, second] = statements;
  if (first === undefined) {
    return () => {
      runtime.node = site;
      budget.step(1);
      return NORMAL;
    };
  }
  if (second === undefined) {
    return (frame) => {
      runtime.node = site;
      budget.step(1);
      return first(frame);
    };
  }
  if (count === 2) {
    return (frame) => {
      runtime.node = site;
      budget.step(2);
      const signal = first(frame);
      return signal === NORMAL ? second(frame) : signal;
    };
  }
  return (frame) => {
    runtime.node = site;
    budget.step(count);
    for (let i = 0; i < count; i++) {
      const signal = (statements[i] as Execute)(frame);
      if (signal !== NORMAL) return signal;
    }
    return NORMAL;
  };
}

export function compileStatement(node: Statement, context: Context): Execute {
  return deeper(node, context, () => compile(node, context));
}

function compile(node: Statement, context: Context): Execute {
  switch (node.kind) {
    case 'ExpressionStatement':
      return compileExpressionStatement(compileExpression(node.value, context));
    case 'Assignment':
      return compileAssignment(node, context);
    case 'AugmentedAssignment':
      return compileAugmented(node, context);
    case 'AnnotatedAssignment':
      return node.value
        ? compileStore(compileExpression(node.value, context), [compileTarget(node.target, context)])
        : pass;
    case 'Print':
      return compilePrint(node, context);
    case 'Delete':
      return compileDeletes(node, context);
    case 'Pass':
    case 'Global':
    case 'Nonlocal':
      return pass;
    case 'Break':
      return () => BREAK;
    case 'Continue':
      return () => CONTINUE;
    case 'Return':
      return compileReturn(node, context);
    case 'Raise':
      return compileRaise(node, context);
    case 'Assert':
      return compileAssert(node, context);
    case 'Import':
      return compileImport(node, context);
    case 'ImportFrom':
      return compileImportFrom(node, context);
    case 'If':
      return compileIf(node, context);
    case 'While':
      return compileWhile(node, context);
    case 'For':
      return compileFor(node, context);
    case 'Try':
      return compileTry(node, context);
    case 'With':
      return compileWith(node, context);
    case 'FunctionDefinition':
      return compileFunctionDefinition(node, context);
    case 'ClassDefinition':
      return compileClass(node, context);
    case 'Exec':
      return compileExec(node, context);
    default:
      return unreachable(node);
  }
}

const pass: Execute = () => NORMAL;

function compileExpressionStatement(value: Evaluate): Execute {
  return (frame) => {
    value(frame);
    return NORMAL;
  };
}

function compileAssignment(node: Assignment, context: Context): Execute {
  const value = compileExpression(node.value, context);
  return compileStore(
    value,
    node.targets.map((target) => compileTarget(target, context)),
  );
}

function compileStore(value: Evaluate, stores: readonly Store[]): Execute {
  const [only] = stores;
  if (only && stores.length === 1) {
    return (frame) => {
      only(frame, value(frame));
      return NORMAL;
    };
  }
  return (frame) => {
    const result = value(frame);
    for (const store of stores) store(frame, result);
    return NORMAL;
  };
}

/** Python 2's print statement: a space between values, and before the next print after a trailing comma. */
function compilePrint(node: Print, context: Context): Execute {
  const { runtime } = context.unit;
  const file = node.file && compileExpression(node.file, context);
  const values = node.values.map((value) => compileExpression(value, context));
  const site = siteOf(node, context);
  return (frame: Frame) => {
    const target = file === undefined ? undefined : file(frame);
    const texts = values.map((value) => runtime.str(value(frame)));
    runtime.node = site;
    runtime.printStatement(target, texts, node.newline);
    return NORMAL;
  };
}

function compileDeletes(node: Delete, context: Context): Execute {
  const deletes = node.targets.map((target) => compileDelete(target, context));
  return (frame) => {
    for (const remove of deletes) remove(frame);
    return NORMAL;
  };
}

function compileReturn(node: Return, context: Context): Execute {
  if (node.value === undefined) {
    return (frame) => {
      frame.result = null;
      return RETURN;
    };
  }
  const value = compileExpression(node.value, context);
  return (frame) => {
    frame.result = value(frame);
    return RETURN;
  };
}

function compileRaise(node: Raise, context: Context): Execute {
  const { runtime } = context.unit;
  const exception = node.exception && compileExpression(node.exception, context);
  const value = node.value && compileExpression(node.value, context);
  const cause = node.cause && compileExpression(node.cause, context);
  const site = siteOf(node, context);
  return (frame) => {
    const type = exception?.(frame);
    const argument = value?.(frame);
    cause?.(frame);
    runtime.node = site;
    return runtime.raiseStatement(type, argument, site);
  };
}

function compileAssert(node: Assert, context: Context): Execute {
  const { runtime } = context.unit;
  const test = compileTest(node.test, context);
  const message = node.message && compileExpression(node.message, context);
  const site = siteOf(node.test, context);
  return (frame) => {
    if (test(frame)) return NORMAL;
    const argument = message?.(frame);
    runtime.node = site;
    return runtime.raiseException('AssertionError', argument === undefined ? [] : [argument], {
      code: 'assertion-error',
    });
  };
}

/** A chain of `elif` is one loop, however long. */
function compileIf(node: If, context: Context): Execute {
  const branches: { test: (frame: Frame) => boolean; body: Execute }[] = [];
  let link: If = node;
  for (;;) {
    branches.push({ test: compileTest(link.test, context), body: compileBlock(link.body, context) });
    const [next] = link.orElse;
    if (next?.kind !== 'If' || link.orElse.length > 1) break;
    link = next;
  }
  const orElse = link.orElse.length > 0 ? compileBlock(link.orElse, context) : pass;
  const [only] = branches;
  if (only && branches.length === 1) {
    const { test, body } = only;
    return (frame) => (test(frame) ? body(frame) : orElse(frame));
  }
  return (frame) => {
    for (const { test, body } of branches) if (test(frame)) return body(frame);
    return orElse(frame);
  };
}

function compileExec(node: Exec, context: Context): Execute {
  const { runtime } = context.unit;
  const site = siteOf(node, context);
  return () => {
    runtime.node = site;
    return runtime.raise('RuntimeError', 'exec is not available in a configuration', {
      code: 'refused',
      suggestion: 'Put the code in a file of its own and include() it.',
    });
  };
}
