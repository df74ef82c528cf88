import { present } from '../../base/assert.js';
import type { Expression, FunctionDefinition, Lambda, Parameters, Statement } from '../ast.js';
import { NO_KEYWORDS, type Value } from '../value.js';
import { PyFunction } from '../values/function.js';
import { FunctionCode, type ParameterList } from './code.js';
import { siteOf, type Context } from './context.js';
import { compileExpression } from './expressions.js';
import { NORMAL, RETURN, type Evaluate, type Execute, type Frame } from './frame.js';
import { compileStepper } from './generators.js';
import { compileNameStore } from './names.js';
import type { Scope } from './scope.js';
import { compileBlock } from './statements.js';
import { compileTarget } from './targets.js';

/** `def name(...): ...` */
export function compileFunctionDefinition(node: FunctionDefinition, context: Context): Execute {
  const make = compileFunction(node, context);
  const store = compileNameStore(
    { start: node.nameStart, end: node.nameStart + node.name.length },
    node.name,
    context,
  );
  const decorate = compileDecorators(node.decorators, context);
  return (frame) => {
    store(frame, decorate(frame, make));
    return NORMAL;
  };
}

/** `lambda ...: ...` */
export function compileLambda(node: Lambda, context: Context): Evaluate {
  return compileFunction(node, context);
}

/** Decorators are evaluated from the top and applied from the bottom. */
export function compileDecorators(
  nodes: readonly Expression[],
  context: Context,
): (frame: Frame, make: Evaluate) => Value {
  const { runtime } = context.unit;
  const decorators = nodes.map((node) => ({
    value: compileExpression(node, context),
    site: siteOf(node, context),
  }));
  if (decorators.length === 0) return (frame, make) => make(frame);
  return (frame, make) => {
    const callees = decorators.map(({ value }) => value(frame));
    let result = make(frame);
    for (let i = decorators.length - 1; i >= 0; i--) {
      const { site } = decorators[i] as (typeof decorators)[number];
      runtime.node = site;
      result = runtime.call(callees[i] as Value, [result], NO_KEYWORDS, site);
    }
    return result;
  };
}

function compileFunction(node: FunctionDefinition | Lambda, context: Context): Evaluate {
  const scope = present(context.unit.scopes.get(node), 'scope of a function');
  const inner: Context = { ...context, scope };
  const isLambda = node.kind === 'Lambda';
  const defaults = compileDefaults(node.parameters, context);
  const code = compileCode(
    inner,
    {
      name: isLambda ? '<lambda>' : node.name,
      start: isLambda ? node.start : node.nameStart,
      end: isLambda ? node.end : node.nameStart + node.name.length,
      documentation: isLambda ? null : documentation(node.body),
      parameters: parameterList(node.parameters, scope),
    },
    () => compilePatterns(node.parameters, inner),
    () => (isLambda ? returning(compileExpression(node.body, inner)) : compileBlock(node.body, inner)),
    isLambda ? undefined : () => compileStepper(node.body, inner),
  );
  return functionMaker(code, defaults, scope, context);
}

/** Makes the function value: its defaults and the cells of the outer variables it uses. */
export function functionMaker(
  code: FunctionCode,
  defaults: (frame: Frame) => (Value | undefined)[],
  scope: Scope,
  { scope: outer, unit }: Context,
): Evaluate {
  const captured = scope.free.map((name) => outer.cellOf(name));
  const { budget } = unit.runtime;
  return (frame) => {
    budget.bytes(64);
    const cells = captured.map((index) => present(frame.cells[index], 'captured variable'));
    return new PyFunction(code, defaults(frame), cells);
  };
}

export interface CodeFacts {
  readonly name: string;
  readonly start: number;
  readonly end: number;
  readonly documentation: string | null;
  readonly parameters: ParameterList;
}

/** Compiles a body and measures how deep its closures nest. */
export function compileCode(
  inner: Context,
  { name, start, end, documentation: text, parameters }: CodeFacts,
  patterns: () => Array<[number, ReturnType<typeof compileTarget>]>,
  body: () => Execute,
  stepper: (() => ReturnType<typeof compileStepper>) | undefined,
): FunctionCode {
  const { unit, scope } = inner;
  const deepestBefore = unit.deepest;
  unit.deepest = unit.depth;
  const patternStores = patterns();
  const isGenerator = scope.isGenerator && stepper !== undefined;
  const steps = isGenerator ? stepper() : undefined;
  const execute = isGenerator ? (): 0 => NORMAL : body();
  const nesting = unit.deepest - unit.depth;
  unit.deepest = Math.max(deepestBefore, unit.deepest);
  return new FunctionCode(unit.runtime, {
    name,
    span: { file: unit.file, start, end },
    documentation: text,
    parameters,
    slotCount: scope.slotCount,
    ownCells: scope.ownCells,
    cellParameters: scope.parameters.flatMap((parameter, slot) => {
      const place = scope.place(parameter);
      return place.kind === 'cell' ? [[slot, place.index] as const] : [];
    }),
    patterns: patternStores,
    body: execute,
    stepper: steps,
    // A call itself takes frames, too.
    nesting: nesting + CALL_FRAMES,
  });
}

const CALL_FRAMES = 4;

function parameterList(
  { positional, positionalOnly, keywordOnly, varArgs, varKeywords }: Parameters,
  scope: Scope,
): ParameterList {
  const slot = (name: string | undefined): number =>
    name === undefined ? -1 : scope.parameters.indexOf(name);
  return {
    names: [...positional, ...keywordOnly].map(({ name }) => name),
    positional: positional.length,
    positionalOnly,
    varArgs: slot(varArgs?.name),
    varKeywords: slot(varKeywords?.name),
  };
}

function compileDefaults(
  { positional, keywordOnly }: Parameters,
  context: Context,
): (frame: Frame) => (Value | undefined)[] {
  const values = [...positional, ...keywordOnly].map(
    (parameter) => parameter.default && compileExpression(parameter.default, context),
  );
  if (values.every((value) => value === undefined)) {
    const none = values.map(() => undefined);
    return () => none;
  }
  return (frame) => values.map((value) => value?.(frame));
}

function compilePatterns(
  { positional }: Parameters,
  inner: Context,
): Array<[number, ReturnType<typeof compileTarget>]> {
  return positional.flatMap(({ pattern }, slot) => (pattern ? [[slot, compileTarget(pattern, inner)]] : []));
}

function returning(value: Evaluate): Execute {
  return (frame) => {
    frame.result = value(frame);
    return RETURN;
  };
}

/** The text that a body begins with. */
export function documentation(body: readonly Statement[]): string | null {
  const [first] = body;
  return first?.kind === 'ExpressionStatement' && first.value.kind === 'StringLiteral'
    ? first.value.value
    : null;
}
