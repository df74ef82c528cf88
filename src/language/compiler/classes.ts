import { present } from '../../base/assert.js';
import type { ClassDefinition } from '../ast.js';
import { CallExpressionSite } from '../site.js';
import { PyObject, type ClassBody, type Value } from '../value.js';
import { BuiltinType } from '../values/builtin-type.js';
import { createClass, UserClass } from '../values/user-class.js';
import type { Evaluator } from '../interpreter.js';
import type { Context } from './context.js';
import { compileExpression } from './expressions.js';
import { Cell, Frame, NORMAL, type Evaluate, type Execute } from './frame.js';
import { compileDecorators, documentation } from './functions.js';
import { compileNameStore } from './names.js';
import { compileBlock } from './statements.js';

/** `class Name(Base): ...`: runs the body in a namespace of its own, then asks the base to make the class. */
export function compileClass(node: ClassDefinition, context: Context): Execute {
  const nameNode = { start: node.nameStart, end: node.nameStart + node.name.length };
  const store = compileNameStore(nameNode, node.name, context);
  const decorate = compileDecorators(node.decorators, context);
  const make = compileDefinition(node, context);
  return (frame) => {
    store(frame, decorate(frame, make));
    return NORMAL;
  };
}

function compileDefinition(node: ClassDefinition, context: Context): Evaluate {
  const { unit } = context;
  const { runtime } = unit;
  const scope = present(unit.scopes.get(node), 'scope of a class');
  const bases = node.bases.map((base) => ({
    kind: base.kind,
    name: base.name,
    value: compileExpression(base.value, context),
  }));
  const body = compileBlock(node.body, { ...context, scope });
  const captured = scope.free.map((name) => context.scope.cellOf(name));
  const places = node.bases.map(({ start, end }) => ({ name: undefined, start, end }));
  const header = node.bases.at(-1)?.end ?? node.nameStart + node.name.length;
  const site = new CallExpressionSite(unit.file, node.nameStart, header, places);
  const text = documentation(node.body);
  return (frame) => {
    const baseValues: Value[] = [];
    for (const { kind, name, value } of bases) {
      const base = value(frame);
      if (kind === 'positional') baseValues.push(base);
      else refuseKeyword(name, site, runtime);
    }
    const cells = Array.from({ length: scope.ownCells }, () => new Cell(undefined));
    for (const index of captured) cells.push(present(frame.cells[index], 'captured variable'));
    const inner = new Frame(new Array<Value>(scope.slotCount), cells);
    inner.namespace = new Map();
    inner.bindingSites = new Map();
    if (text !== null) inner.namespace.set('__doc__', text);
    body(inner);
    runtime.node = site;
    return defineClass(classBody(node.name, baseValues, inner, site), runtime);
  };
}

function classBody(name: string, bases: readonly Value[], frame: Frame, site: CallExpressionSite): ClassBody {
  return {
    name,
    bases,
    attributes: frame.namespace ?? new Map<string, Value>(),
    site,
    attributeSpan: (attribute) => frame.bindingSites?.get(attribute)?.span ?? site.span,
  };
}

/** The first base that is no plain class decides: Struct makes a struct type of the class. */
export function defineClass(definition: ClassBody, runtime: Evaluator): Value {
  const foreign = definition.bases.find(
    (base) => !(base instanceof UserClass) && !(base instanceof BuiltinType),
  );
  if (foreign === undefined) return createClass(definition, runtime);
  const result = foreign instanceof PyObject ? foreign.subclass(definition, runtime) : undefined;
  if (result !== undefined) return result;
  return runtime.raise('TypeError', `cannot inherit from ${runtime.brief(foreign)}: it is not a class`, {
    span: definition.site.argumentSpan(definition.bases.indexOf(foreign)),
  });
}

function refuseKeyword(name: string, site: CallExpressionSite, runtime: Evaluator): never {
  runtime.node = site;
  return runtime.raise(
    'TypeError',
    name === 'metaclass'
      ? 'metaclasses are not available in a configuration'
      : `unexpected class argument '${name}'`,
    { code: 'refused' },
  );
}
