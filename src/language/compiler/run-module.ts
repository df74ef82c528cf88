import type { SourceFile } from '../../base/source.js';
import type { Expression, Module } from '../ast.js';
import type { Evaluator } from '../interpreter.js';
import { parseModule } from '../parser.js';
import type { Value } from '../value.js';
import { analyzeExpressionAlone, analyzeModule } from './analyze.js';
import type { Unit } from './context.js';
import { compileExpression } from './expressions.js';
import { Cell, Frame } from './frame.js';
import type { Namespace } from './namespace.js';
import type { Scope } from './scope.js';
import { manglePrivateNames } from './private-names.js';
import { compileBlock } from './statements.js';

/** Parses, compiles and runs a file in a set of global names; the value of its last expression, if it ends in one. */
export function runModule(file: SourceFile, globals: Namespace, runtime: Evaluator): Value | undefined {
  return runTree(parseModule(file, { python3: runtime.python3 }), globals, runtime);
}

/** As `runModule`, for a tree already made. */
export function runTree(module: Module, globals: Namespace, runtime: Evaluator): Value | undefined {
  manglePrivateNames(module);
  const { scope, scopes } = analyzeModule(module);
  const trueDivision = runtime.python3 || module.future.has('division');
  const unit: Unit = {
    file: module.file,
    runtime,
    globals,
    division: trueDivision ? 'true' : 'floor',
    scopes,
    depth: 0,
    deepest: 0,
  };
  const context = { unit, scope };
  if (runtime.options.onMistake) runtime.runFiles.push({ module, scope, globals });
  const last = module.body.at(-1);
  if (last?.kind !== 'ExpressionStatement') {
    const body = compileBlock(module.body, context);
    body(moduleFrame(scope));
    return undefined;
  }
  const body = compileBlock(module.body.slice(0, -1), context);
  const value = compileExpression(last.value, context);
  const frame = moduleFrame(scope);
  body(frame);
  runtime.budget.step(1);
  return value(frame);
}

/** Evaluates one expression in a set of global names. */
export function runExpression(
  file: SourceFile,
  expression: Expression,
  globals: Namespace,
  runtime: Evaluator,
): Value {
  const { scope, scopes } = analyzeExpressionAlone(expression);
  const division = runtime.python3 ? 'true' : 'floor';
  const unit: Unit = { file, runtime, globals, division, scopes, depth: 0, deepest: 0 };
  const value = compileExpression(expression, { unit, scope });
  return value(moduleFrame(scope));
}

/** Frame of the module's own code: the variables of its comprehensions. */
function moduleFrame(scope: Scope): Frame {
  const cells = Array.from({ length: scope.ownCells }, () => new Cell(undefined));
  return new Frame(new Array<Value>(scope.slotCount), cells);
}
