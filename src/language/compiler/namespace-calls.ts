import type { Call } from '../ast.js';
import { Dict } from '../values/dict.js';
import { GlobalsDict } from '../values/globals-dict.js';
import { List } from '../values/list.js';
import type { Value } from '../value.js';
import type { Context } from './context.js';
import type { Evaluate, Frame } from './frame.js';
import { compileName } from './names.js';

/**
 * `globals()`, `locals()`, `vars()` and `dir()` without arguments: they depend on the place where they stand,
 * so they are compiled there. Undefined for any other call.
 */
export function compileNamespaceCall(node: Call, context: Context): Evaluate | undefined {
  const { callee } = node;
  if (callee.kind !== 'Name' || node.arguments.length > 0) return undefined;
  const { name } = callee;
  if (!['globals', 'locals', 'vars', 'dir'].includes(name)) return undefined;
  const { unit, scope } = context;
  const { globals, runtime } = unit;
  if (scope.place(name).kind !== 'global') return undefined;
  const slot = globals.slot(name);
  const shadowed = compileName(callee, context);
  const local = name === 'globals' || scope.host.kind === 'module' ? undefined : localNames(context);
  return (frame) => {
    if (slot.value !== undefined) return runtime.call(shadowed(frame), [], new Map(), runtime.site());
    if (local === undefined) {
      return name === 'dir'
        ? new List(Array.from(globals.entries(), ([key]) => key).sort())
        : new GlobalsDict(globals, runtime);
    }
    const entries = local(frame);
    return name === 'dir' ? new List([...entries.keys()].sort()) : Dict.fromEntries(entries, runtime);
  };
}

/** The variables of the function or class body around. */
function localNames({ scope }: Context): (frame: Frame) => Map<string, Value> {
  const { host } = scope;
  const names = [...host.bound, ...host.free].filter((name) => !name.startsWith('.'));
  return (frame) => {
    if (host.kind === 'class') return new Map(frame.namespace);
    const entries = new Map<string, Value>();
    for (const name of names) {
      const place = host.place(name);
      const value =
        place.kind === 'slot'
          ? frame.slots[place.index]
          : place.kind === 'cell'
            ? frame.cells[place.index]?.value
            : undefined;
      if (value !== undefined) entries.set(name, value);
    }
    return entries;
  };
}
