import type { Argument, Attribute, Call } from '../ast.js';
import type { Evaluator } from '../interpreter.js';
import { CallExpressionSite } from '../site.js';
import { NO_KEYWORDS, PyObject, type Keywords, type Value } from '../value.js';
import { Dict } from '../values/dict.js';
import { PyFunction } from '../values/function.js';
import { siteOf, type Context } from './context.js';
import { compileExpression } from './expressions.js';
import type { Evaluate, Frame } from './frame.js';
import { compileNamespaceCall } from './namespace-calls.js';
import { compileBareSuper } from './super-call.js';

/** A call. Positional arguments of a plain function go straight into the slots of its frame. */
export function compileCall(node: Call, context: Context): Evaluate {
  const special = compileBareSuper(node, context) ?? compileNamespaceCall(node, context);
  if (special) return special;
  const site = callSiteOf(node, context);
  const plain = node.arguments.every(({ kind }) => kind === 'positional');
  if (node.callee.kind === 'Attribute') return compileMethodCall(node, node.callee, plain, site, context);
  const { runtime } = context.unit;
  const callee = compileExpression(node.callee, context);
  if (!plain) {
    const collect = compileArguments(node.arguments, site, context);
    return (frame) => {
      const target = callee(frame);
      const { args, keywords } = collect(frame, target);
      runtime.node = site;
      return runtime.call(target, args, keywords, site);
    };
  }
  const args = node.arguments.map(({ value }) => compileExpression(value, context));
  const count = args.length;
  return (frame) => {
    const target = callee(frame);
    const isDirect = target instanceof PyFunction && target.code.directCount === count;
    const values = new Array<Value>(isDirect ? target.code.slotCount : count);
    for (let i = 0; i < count; i++) values[i] = (args[i] as Evaluate)(frame);
    if (isDirect) return target.code.run(target, values, site);
    runtime.node = site;
    return runtime.call(target, values, NO_KEYWORDS, site);
  };
}

export function callSiteOf(node: Call, { unit }: Context): CallExpressionSite {
  const places = node.arguments
    .filter(({ kind }) => kind === 'positional' || kind === 'keyword')
    .map(({ kind, name, value, start, end }) =>
      kind === 'keyword' ? { name, start, end } : { name: undefined, start: value.start, end: value.end },
    );
  return new CallExpressionSite(unit.file, node.start, node.end, places);
}

/** `object.name(...)` without a bound method in between. */
function compileMethodCall(
  node: Call,
  callee: Attribute,
  plain: boolean,
  site: CallExpressionSite,
  context: Context,
): Evaluate {
  const { runtime } = context.unit;
  const { name } = callee;
  const object = compileExpression(callee.object, context);
  const attributeSite = siteOf({ start: callee.nameStart, end: callee.end }, context);
  if (plain) {
    const args = node.arguments.map(({ value }) => compileExpression(value, context));
    return (frame) => {
      const self = object(frame);
      const values = new Array<Value>(args.length);
      for (let i = 0; i < args.length; i++) values[i] = (args[i] as Evaluate)(frame);
      runtime.node = site;
      return runtime.callMethod(self, name, values, NO_KEYWORDS, site, attributeSite);
    };
  }
  const collect = compileArguments(node.arguments, site, context);
  return (frame) => {
    const self = object(frame);
    const { args, keywords } = collect(frame, undefined);
    runtime.node = site;
    return runtime.callMethod(self, name, args, keywords, site, attributeSite);
  };
}

interface Arguments {
  readonly args: Value[];
  readonly keywords: Keywords;
}

type Collect = (frame: Frame, target: Value | undefined) => Arguments;

/** Arguments with keywords, `*values` and `**mapping`, evaluated from left to right. */
export function compileArguments(
  nodes: readonly Argument[],
  site: CallExpressionSite,
  context: Context,
): Collect {
  const { runtime } = context.unit;
  const parts = nodes.map((node) => ({
    kind: node.kind,
    name: node.name,
    value: compileExpression(node.value, context),
    site: siteOf(node.value, context),
  }));
  return (frame, target) => {
    const args: Value[] = [];
    const keywords = new Map<string, Value>();
    for (const part of parts) {
      const value = part.value(frame);
      switch (part.kind) {
        case 'positional':
          args.push(value);
          break;
        case 'keyword':
          keywords.set(part.name, value);
          break;
        case 'star':
          runtime.node = part.site;
          for (const item of spread(value, target, runtime)) args.push(item);
          break;
        case 'doubleStar':
          runtime.node = part.site;
          spreadKeywords(value, target, keywords, runtime);
      }
    }
    return { args, keywords };
  };
}

function spread(value: Value, target: Value | undefined, runtime: Evaluator): Iterable<Value> {
  if (typeof value === 'string' || (value instanceof PyObject && value.iterate(runtime) !== undefined)) {
    return runtime.iterate(value);
  }
  const name = calleeName(target, runtime);
  return runtime.raise(
    'TypeError',
    `${name} argument after * must be an iterable, not ${runtime.typeName(value)}`,
  );
}

function spreadKeywords(
  value: Value,
  target: Value | undefined,
  keywords: Map<string, Value>,
  runtime: Evaluator,
): void {
  const name = calleeName(target, runtime);
  for (const [key, item] of mappingItems(value, name, runtime)) {
    if (typeof key !== 'string') runtime.raise('TypeError', `${name} keywords must be strings`);
    else {
      if (keywords.has(key)) {
        runtime.raise('TypeError', `${name} got multiple values for keyword argument '${key}'`);
      }
      keywords.set(key, item);
    }
  }
}

function* mappingItems(value: Value, name: string, runtime: Evaluator): Iterable<[Value, Value]> {
  if (value instanceof Dict) {
    for (const entry of value.entries.values()) yield [entry.key, entry.value];
    return;
  }
  const keys = value instanceof PyObject ? value.getAttribute('keys', runtime) : undefined;
  if (keys === undefined) {
    runtime.raise('TypeError', `${name} argument after ** must be a mapping, not ${runtime.typeName(value)}`);
  }
  for (const key of runtime.iterate(runtime.call(keys, [], NO_KEYWORDS, runtime.site()))) {
    yield [key, runtime.getItem(value, key)];
  }
}

function calleeName(target: Value | undefined, runtime: Evaluator): string {
  if (target instanceof PyFunction) return `${target.code.name}()`;
  return target === undefined ? 'call' : `${runtime.typeName(target)} object`;
}
