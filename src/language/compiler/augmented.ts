import type { AugmentedAssignment } from '../ast.js';
import { getItem, setItem } from '../operators/items.js';
import type { Value } from '../value.js';
import { isInstance, special } from '../values/instance.js';
import { List } from '../values/list.js';
import { inPlaceMethod } from '../values/operator-methods.js';
import { FrozenSet, PySet } from '../values/set.js';
import { UNIMPLEMENTED } from '../values/singletons.js';
import { repeatItems } from '../values/sequence.js';
import { operation } from './binary.js';
import { siteOf, type Context } from './context.js';
import { compileExpression } from './expressions.js';
import { NORMAL, type Execute } from './frame.js';
import { compileName, compileNameStore } from './names.js';

/** `target op= value`: the target's object and index are evaluated once; lists and sets change in place. */
export function compileAugmented(node: AugmentedAssignment, context: Context): Execute {
  const { target } = node;
  const { runtime } = context.unit;
  const value = compileExpression(node.value, context);
  const combine = compileCombine(node, context);
  switch (target.kind) {
    case 'Name': {
      const read = compileName(target, context);
      const store = compileNameStore(target, target.name, context);
      return (frame) => {
        const old = read(frame);
        store(frame, combine(old, value(frame)));
        return NORMAL;
      };
    }
    case 'Attribute': {
      const object = compileExpression(target.object, context);
      const site = siteOf({ start: target.nameStart, end: target.end }, context);
      return (frame) => {
        const self = object(frame);
        runtime.node = site;
        const old = runtime.getAttribute(self, target.name);
        const result = combine(old, value(frame));
        runtime.node = site;
        runtime.setAttribute(self, target.name, result);
        return NORMAL;
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
        const old = getItem(container, key, runtime);
        const result = combine(old, value(frame));
        runtime.node = site;
        setItem(container, key, result, runtime);
        return NORMAL;
      };
    }
  }
}

function compileCombine(node: AugmentedAssignment, context: Context): (a: Value, b: Value) => Value {
  const { operator } = node;
  const { runtime } = context.unit;
  const site = siteOf(node, context);
  const operate = operation(operator, site, context, `${operator}=`);
  return (a, b) => {
    if (typeof a === 'number' && typeof b === 'number' && operator === '+') {
      const sum = a + b;
      if (Number.isSafeInteger(sum)) return sum;
    }
    if (typeof a !== 'object' || a === null) return operate(a, b);
    runtime.node = site;
    if (isInstance(a)) {
      const result = special(a, inPlaceMethod(operator), [b], runtime);
      if (result !== undefined && result !== UNIMPLEMENTED) return result;
    }
    if (a instanceof List && changeList(a, operator, b, context)) return a;
    if (a instanceof PySet && !(a instanceof FrozenSet) && b instanceof PySet) {
      const result = operate(a, b);
      if (!(result instanceof PySet)) return result;
      const items = [...result.items];
      a.items.clear();
      for (const [key, item] of items) a.items.set(key, item);
      return a;
    }
    return operate(a, b);
  };
}

function changeList(list: List, operator: string, value: Value, { unit }: Context): boolean {
  const { runtime } = unit;
  if (operator === '+') {
    const items = value === list ? [...list.items] : runtime.collect(value);
    runtime.charge(items.length, 8 * items.length);
    for (const item of items) list.items.push(item);
    return true;
  }
  if (operator !== '*') return false;
  const items = repeatItems(list.items, value, runtime);
  if (typeof items === 'symbol') return false;
  list.items = items;
  return true;
}
