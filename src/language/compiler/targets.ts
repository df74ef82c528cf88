import { DiagnosticError } from '../../base/diagnostic.js';
import type { Attribute, Expression, Subscript, Target } from '../ast.js';
import { deleteItem, setItem } from '../operators/items.js';
import { PyObject, type Value } from '../value.js';
import { List } from '../values/list.js';
import { Tuple } from '../values/tuple.js';
import type { Evaluator } from '../interpreter.js';
import { siteOf, type Context } from './context.js';
import { compileExpression } from './expressions.js';
import type { Frame, Store } from './frame.js';
import { compileNameDelete, compileNameStore } from './names.js';

/** What an assignment does with its value. */
export function compileTarget(target: Expression, context: Context): Store {
  switch (target.kind) {
    case 'Name':
      return compileNameStore(target, target.name, context);
    case 'Attribute':
      return compileAttributeStore(target, context);
    case 'Subscript':
      return compileItemStore(target, context);
    case 'TupleDisplay':
    case 'ListDisplay':
      return compileUnpack(target, target.elements, context);
    default:
      throw badTarget(target, context);
  }
}

function compileAttributeStore(target: Attribute, context: Context): Store {
  const { runtime } = context.unit;
  const object = compileExpression(target.object, context);
  const site = siteOf({ start: target.nameStart, end: target.end }, context);
  const { name } = target;
  return (frame, value) => {
    const self = object(frame);
    runtime.node = site;
    runtime.setAttribute(self, name, value);
  };
}

function compileItemStore(target: Subscript, context: Context): Store {
  const { runtime } = context.unit;
  const object = compileExpression(target.object, context);
  const index = compileExpression(target.index, context);
  const site = siteOf(target, context);
  return (frame, value) => {
    const container = object(frame);
    const key = index(frame);
    runtime.node = site;
    setItem(container, key, value, runtime);
  };
}

/** `a, (b, *c) = value` */
function compileUnpack(target: Expression, elements: readonly Expression[], context: Context): Store {
  const { runtime } = context.unit;
  const site = siteOf(target, context);
  const star = elements.findIndex(({ kind }) => kind === 'Starred');
  const stores = elements.map((element) =>
    compileTarget(element.kind === 'Starred' ? element.value : element, context),
  );
  const count = elements.length;
  return (frame, value) => {
    runtime.node = site;
    const items = unpacked(value, count, star, runtime);
    for (let i = 0; i < count; i++) (stores[i] as Store)(frame, items[i] as Value);
  };
}

function unpacked(value: Value, count: number, star: number, runtime: Evaluator): readonly Value[] {
  const items =
    value instanceof Tuple || value instanceof List
      ? value.items
      : takeItems(value, star < 0 ? count + 1 : Infinity, runtime);
  if (star < 0) {
    if (items.length !== count) refuseCount(items.length, count, value, runtime);
    return items;
  }
  if (items.length < count - 1) refuseCount(items.length, count - 1, value, runtime);
  const after = count - star - 1;
  const middle = items.slice(star, items.length - after);
  return [...items.slice(0, star), new List(middle), ...items.slice(items.length - after)];
}

/** No more values than decide the question: an endless generator must not be drained. */
function takeItems(value: Value, limit: number, runtime: Evaluator): Value[] {
  if (typeof value !== 'string' && !(value instanceof PyObject && value.iterate(runtime) !== undefined)) {
    const name = runtime.typeName(value);
    return runtime.raise(
      'TypeError',
      runtime.python3 ? `cannot unpack non-iterable ${name} object` : `'${name}' object is not iterable`,
    );
  }
  const items: Value[] = [];
  for (const item of runtime.iterate(value)) {
    runtime.charge(1, 8);
    items.push(item);
    if (items.length >= limit) break;
  }
  return items;
}

function refuseCount(given: number, wanted: number, value: Value, runtime: Evaluator): never {
  const notes = [`${wanted} names on the left, the value is ${runtime.brief(value)}`];
  if (given > wanted) {
    const text = runtime.python3
      ? `too many values to unpack (expected ${wanted})`
      : 'too many values to unpack';
    return runtime.raise('ValueError', text, { notes });
  }
  return runtime.raise(
    'ValueError',
    runtime.python3
      ? `not enough values to unpack (expected ${wanted}, got ${given})`
      : `need more than ${given} value${given === 1 ? '' : 's'} to unpack`,
    { notes },
  );
}

/** `del target` */
export function compileDelete(target: Target, context: Context): (frame: Frame) => void {
  const { runtime } = context.unit;
  switch (target.kind) {
    case 'Name':
      return compileNameDelete(target, context);
    case 'Attribute': {
      const object = compileExpression(target.object, context);
      const site = siteOf({ start: target.nameStart, end: target.end }, context);
      return (frame) => {
        const self = object(frame);
        runtime.node = site;
        runtime.deleteAttribute(self, target.name);
      };
    }
    case 'Subscript': {
      const object = compileExpression(target.object, context);
      const index = compileExpression(target.index, context);
      const site = siteOf(target, context);
      return (frame) => {
        const container = object(frame);
        const key = index(frame);
        runtime.node = site;
        deleteItem(container, key, runtime);
      };
    }
    case 'TupleDisplay':
    case 'ListDisplay': {
      const deletes = target.elements.map((element) => compileDelete(element as Target, context));
      return (frame) => {
        for (const remove of deletes) remove(frame);
      };
    }
    case 'Starred':
      throw badTarget(target, context);
  }
}

function badTarget(target: Expression, { unit }: Context): DiagnosticError {
  return new DiagnosticError([
    {
      severity: 'error',
      code: 'syntax',
      message: "can't assign to this expression",
      span: { file: unit.file, start: target.start, end: target.end },
    },
  ]);
}
