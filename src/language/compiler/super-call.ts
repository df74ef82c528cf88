import type { Call } from '../ast.js';
import { PyFunction } from '../values/function.js';
import { Super } from '../values/super.js';
import { siteOf, type Context } from './context.js';
import type { Evaluate } from './frame.js';
import { compileName } from './names.js';

/** `super()` without arguments inside a method: the class of the method and its first argument. */
export function compileBareSuper(node: Call, context: Context): Evaluate | undefined {
  if (node.callee.kind !== 'Name' || node.callee.name !== 'super' || node.arguments.length > 0)
    return undefined;
  const { scope, unit } = context;
  const { runtime } = unit;
  const [first] = scope.host.parameters;
  const read =
    first === undefined
      ? undefined
      : compileName(
          { kind: 'Name', name: first, start: node.start, end: node.end },
          { unit, scope: scope.host },
        );
  const site = siteOf(node, context);
  return (frame) => {
    runtime.node = site;
    const callee = runtime.currentFunction();
    const owner = callee instanceof PyFunction ? callee.owner : undefined;
    if (read === undefined || owner === undefined) {
      return runtime.raise('RuntimeError', 'super(): no arguments');
    }
    return new Super(owner, read(frame));
  };
}
