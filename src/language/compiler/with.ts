import type { With, WithItem } from '../ast.js';
import { RaisedError } from '../exceptions/raised-error.js';
import type { Evaluator } from '../interpreter.js';
import type { Site } from '../site.js';
import { NO_KEYWORDS, type Value } from '../value.js';
import { siteOf, type Context } from './context.js';
import { compileExpression } from './expressions.js';
import { NORMAL, type Execute, type Frame } from './frame.js';
import { compileBlock } from './statements.js';
import { compileTarget } from './targets.js';

/** `with a as b, c as d: ...`: each item is a block around the next. */
export function compileWith(node: With, context: Context): Execute {
  let body = compileBlock(node.body, context);
  for (const item of [...node.items].reverse()) body = compileItem(item, body, context);
  return body;
}

function compileItem(item: WithItem, body: Execute, context: Context): Execute {
  const { runtime } = context.unit;
  const enter = compileEnter(item, context);
  const site = siteOf(item.context, context);
  return (frame) => {
    const manager = enter(frame);
    const mark = runtime.mark();
    let signal;
    try {
      signal = body(frame);
    } catch (error) {
      if (!(error instanceof RaisedError)) throw error;
      runtime.restore(mark);
      if (runtime.truthy(exit(manager, error, site, runtime))) return NORMAL;
      throw error;
    }
    const { result } = frame;
    exit(manager, undefined, site, runtime);
    frame.result = result;
    return signal;
  };
}

/** Enters the context and binds `as`; gives the manager. */
export function compileEnter(item: WithItem, context: Context): (frame: Frame) => Value {
  const { runtime } = context.unit;
  const value = compileExpression(item.context, context);
  const site = siteOf(item.context, context);
  const store = item.target && compileTarget(item.target, context);
  return (frame) => {
    const manager = value(frame);
    runtime.node = site;
    if (!runtime.hasAttribute(manager, '__exit__')) {
      runtime.raise('AttributeError', `'${runtime.typeName(manager)}' object has no attribute '__exit__'`, {
        notes: ['"with" needs a context manager, such as what open() gives'],
      });
    }
    const entered = runtime.callMethod(manager, '__enter__', [], NO_KEYWORDS, site, site);
    store?.(frame, entered);
    return manager;
  };
}

/** Leaves the context; a true answer swallows the exception. */
export function exit(manager: Value, error: RaisedError | undefined, site: Site, runtime: Evaluator): Value {
  runtime.node = site;
  const args = error ? [runtime.typeOf(error.exception), error.exception, null] : [null, null, null];
  return runtime.callMethod(manager, '__exit__', args, NO_KEYWORDS, site, site);
}
