import type { ExceptHandler, Try } from '../ast.js';
import { RaisedError } from '../exceptions/raised-error.js';
import type { Evaluator } from '../interpreter.js';
import { siteOf, type Context } from './context.js';
import { compileExpression } from './expressions.js';
import { NORMAL, type Execute, type Frame } from './frame.js';
import { compileBlock } from './statements.js';
import { compileTarget } from './targets.js';

/** `try: ... except ...: ... else: ... finally: ...`; an exceeded budget cannot be caught. */
export function compileTry(node: Try, context: Context): Execute {
  const guarded = node.handlers.length > 0 ? compileHandled(node, context) : compileBlock(node.body, context);
  if (node.finalBody.length === 0) return guarded;
  const { runtime } = context.unit;
  const finalBody = compileBlock(node.finalBody, context);
  return (frame) => {
    const mark = runtime.mark();
    let signal;
    try {
      signal = guarded(frame);
    } catch (error) {
      if (!(error instanceof RaisedError)) throw error;
      runtime.restore(mark);
      const final = finalBody(frame);
      // A return, break or continue in `finally` replaces the exception.
      if (final === NORMAL) throw error;
      return final;
    }
    const { result } = frame;
    const final = finalBody(frame);
    if (final !== NORMAL) return final;
    frame.result = result;
    return signal;
  };
}

function compileHandled(node: Try, context: Context): Execute {
  const { runtime } = context.unit;
  const body = compileBlock(node.body, context);
  const orElse = node.orElse.length > 0 ? compileBlock(node.orElse, context) : undefined;
  const choose = compileHandlers(node.handlers, context);
  return (frame) => {
    const mark = runtime.mark();
    let signal;
    try {
      signal = body(frame);
    } catch (error) {
      if (!(error instanceof RaisedError)) throw error;
      runtime.restore(mark);
      const handler = choose(frame, error);
      if (handler === undefined) throw error;
      return runtime.handling(error, () => handler(frame));
    }
    return signal === NORMAL && orElse ? orElse(frame) : signal;
  };
}

type Choose<Handler> = (frame: Frame, error: RaisedError) => Handler | undefined;

function compileHandlers(handlers: readonly ExceptHandler[], context: Context): Choose<Execute> {
  return chooseHandler(handlers, context, (handler) => compileBlock(handler.body, context));
}

/** The first handler whose type fits, its target bound to the exception. */
export function chooseHandler<Handler>(
  handlers: readonly ExceptHandler[],
  context: Context,
  compileBody: (handler: ExceptHandler) => Handler,
): Choose<Handler> {
  const { runtime } = context.unit;
  runtime.catchesExceptions = true;
  const compiled = handlers.map((handler) => ({
    type: handler.type && compileExpression(handler.type, context),
    site: siteOf(handler.type ?? handler, context),
    store: handler.target && compileTarget(handler.target, context),
    body: compileBody(handler),
  }));
  return (frame, error) => {
    for (const { type, site, store, body } of compiled) {
      if (type !== undefined && !matches(error, type(frame), site, runtime)) continue;
      store?.(frame, error.exception);
      return body;
    }
    return undefined;
  };
}

function matches(
  error: RaisedError,
  type: Parameters<Evaluator['isInstance']>[1],
  site: Evaluator['node'],
  runtime: Evaluator,
): boolean {
  runtime.node = site;
  return runtime.isInstance(error.exception, type);
}
