import type { For, Statement, While } from '../ast.js';
import type { Evaluator } from '../interpreter.js';
import type { Site } from '../site.js';
import type { Value } from '../value.js';
import { List } from '../values/list.js';
import { Range } from '../values/range.js';
import { siteOf, type Context } from './context.js';
import { compileExpression, compileTest } from './expressions.js';
import { BREAK, NORMAL, RETURN, type Execute, type Frame, type Signal, type Store } from './frame.js';
import { compileBlock } from './statements.js';
import { compileTarget } from './targets.js';

/** `while test: ... else: ...` */
export function compileWhile(node: While, context: Context): Execute {
  const test = compileTest(node.test, context);
  const body = compileBlock(node.body, context);
  const orElse = compileElse(node.orElse, context);
  return (frame) => {
    while (test(frame)) {
      const signal = body(frame);
      if (signal === BREAK) return NORMAL;
      if (signal === RETURN) return RETURN;
    }
    return orElse(frame);
  };
}

/** `for target in iterable: ... else: ...`; lists and ranges need no iterator. */
export function compileFor(node: For, context: Context): Execute {
  const { runtime } = context.unit;
  const iterable = compileExpression(node.iterable, context);
  const site = siteOf(node.iterable, context);
  const store = compileTarget(node.target, context);
  const body = compileBlock(node.body, context);
  const orElse = compileElse(node.orElse, context);
  return (frame) => {
    const source = iterable(frame);
    let signal: Signal;
    if (source instanceof List && source.constructor === List) signal = overList(source, store, body, frame);
    else if (source instanceof Range) signal = overRange(source, store, body, frame);
    else signal = overAny(source, store, body, frame, site, runtime);
    if (signal === BREAK) return NORMAL;
    return signal === RETURN ? RETURN : orElse(frame);
  };
}

function compileElse(body: readonly Statement[], context: Context): Execute {
  return body.length > 0 ? compileBlock(body, context) : () => NORMAL;
}

/** The list may change while the loop runs over it. */
function overList(list: List, store: Store, body: Execute, frame: Frame): Signal {
  for (let i = 0; i < list.items.length; i++) {
    store(frame, list.items[i] as Value);
    const signal = body(frame);
    if (signal === BREAK || signal === RETURN) return signal;
  }
  return NORMAL;
}

function overRange({ start, step, count }: Range, store: Store, body: Execute, frame: Frame): Signal {
  let value = start;
  for (let i = 0; i < count; i++, value += step) {
    store(frame, value);
    const signal = body(frame);
    if (signal === BREAK || signal === RETURN) return signal;
  }
  return NORMAL;
}

function overAny(
  source: Value,
  store: Store,
  body: Execute,
  frame: Frame,
  site: Site,
  runtime: Evaluator,
): Signal {
  runtime.node = site;
  const iterator = runtime.iterate(source)[Symbol.iterator]();
  for (;;) {
    // The iterator may fail itself: the error belongs to what is iterated over, not to the body.
    runtime.node = site;
    const step = iterator.next();
    if (step.done === true) return NORMAL;
    store(frame, step.value);
    const signal = body(frame);
    if (signal === BREAK || signal === RETURN) return signal;
  }
}
