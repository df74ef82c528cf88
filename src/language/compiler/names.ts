import { nearest } from '../../base/nearest.js';
import type { Name, Node } from '../ast.js';
import type { Evaluator } from '../interpreter.js';
import type { Site } from '../site.js';
import type { Value } from '../value.js';
import { siteOf, type Context } from './context.js';
import type { Evaluate, Store } from './frame.js';
import type { GlobalSlot, Namespace } from './namespace.js';
import type { Scope } from './scope.js';

/** Reads a variable. */
export function compileName(node: Name, context: Context): Evaluate {
  const { unit, scope } = context;
  const { runtime } = unit;
  const { name } = node;
  const site = siteOf(node, context);
  const place = scope.place(name);
  switch (place.kind) {
    case 'slot': {
      const { index } = place;
      return (frame) => {
        const value = frame.slots[index];
        return value !== undefined ? value : unbound(name, site, scope, runtime);
      };
    }
    case 'cell': {
      const { index } = place;
      return (frame) => {
        const value = frame.cells[index]?.value;
        return value !== undefined ? value : unbound(name, site, scope, runtime);
      };
    }
    case 'namespace': {
      const global = compileGlobal(unit.globals.slot(name), site, context);
      return (frame) =>
        frame.namespace?.get(name) ?? readNullable(frame.namespace, name, () => global(frame));
    }
    case 'global':
      return compileGlobal(unit.globals.slot(name), site, context);
  }
}

/** None is a value: `??` alone would take it for an absent name. */
function readNullable(
  namespace: Map<string, Value> | undefined,
  name: string,
  otherwise: () => Value,
): Value {
  return namespace?.has(name) === true ? null : otherwise();
}

function compileGlobal(slot: GlobalSlot, site: Site, { unit, scope }: Context): Evaluate {
  const { runtime, globals } = unit;
  const { builtin } = slot;
  if (builtin !== undefined) {
    return () => {
      const { value } = slot;
      return value !== undefined ? value : builtin;
    };
  }
  return () => {
    const { value } = slot;
    return value !== undefined ? value : undefinedName(slot.name, site, scope, globals, runtime);
  };
}

/** Binds a variable. */
export function compileNameStore(node: Node, name: string, context: Context): Store {
  const { scope, unit } = context;
  const place = scope.place(name);
  switch (place.kind) {
    case 'slot': {
      const { index } = place;
      return (frame, value) => {
        frame.slots[index] = value;
      };
    }
    case 'cell': {
      const { index } = place;
      return (frame, value) => {
        const cell = frame.cells[index];
        if (cell) cell.value = value;
      };
    }
    case 'namespace': {
      const site = siteOf(node, context);
      return (frame, value) => {
        frame.namespace?.set(name, value);
        frame.bindingSites?.set(name, site);
      };
    }
    case 'global': {
      const slot = unit.globals.slot(name);
      const site = siteOf(node, context);
      return (_frame, value) => {
        slot.value = value;
        slot.site = site;
      };
    }
  }
}

/** Unbinds a variable. */
export function compileNameDelete(node: Name, context: Context): (frame: Parameters<Evaluate>[0]) => void {
  const { name } = node;
  const read = compileName(node, context);
  const place = context.scope.place(name);
  const slot = place.kind === 'global' ? context.unit.globals.slot(name) : undefined;
  return (frame) => {
    read(frame);
    if (place.kind === 'slot') frame.slots[place.index] = undefined;
    else if (place.kind === 'cell') {
      const cell = frame.cells[place.index];
      if (cell) cell.value = undefined;
    } else if (place.kind === 'namespace') frame.namespace?.delete(name);
    else if (slot) slot.value = undefined;
  };
}

function unbound(name: string, site: Site, scope: Scope, runtime: Evaluator): never {
  runtime.node = site;
  const isFree = scope.free.includes(name) && !scope.bound.has(name);
  const notes = isFree ? [] : [`"${name}" is bound somewhere in this function, so it is local to it`];
  return runtime.raise(
    isFree ? 'NameError' : 'UnboundLocalError',
    isFree
      ? `free variable '${name}' referenced before assignment in enclosing scope`
      : `local variable '${name}' referenced before assignment`,
    { notes, code: 'undefined-name' },
  );
}

/** Words of other languages for what Python spells otherwise. */
const FOREIGN: ReadonlyMap<string, string> = new Map([
  ['true', 'True'],
  ['false', 'False'],
  ['null', 'None'],
  ['nil', 'None'],
  ['undefined', 'None'],
  ['none', 'None'],
]);

function undefinedName(
  name: string,
  site: Site,
  scope: Scope,
  globals: Namespace,
  runtime: Evaluator,
): never {
  runtime.node = site;
  return runtime.raise('NameError', undefinedNameText(name, scope, runtime), {
    code: 'undefined-name',
    suggestion: nameSuggestion(name, scope, globals, runtime),
  });
}

export function undefinedNameText(name: string, scope: Scope, runtime: Evaluator): string {
  const inFunction = scope.host.kind === 'function' && !runtime.python3;
  return `${inFunction ? 'global ' : ''}name '${name}' is not defined`;
}

/** What a name that nothing binds was most likely meant to be. */
export function nameSuggestion(
  name: string,
  scope: Scope,
  globals: Namespace,
  runtime: Evaluator,
): string | undefined {
  const foreign = FOREIGN.get(name);
  if (foreign !== undefined) return `Did you mean "${foreign}"?`;
  if (runtime.modules.has(name)) return `Write "import ${name}" first.`;
  const local: string[] = [];
  for (let at: Scope | undefined = scope; at; at = at.parent) local.push(...at.bound);
  const meant = nearest(name, [
    ...local.filter((other) => !other.startsWith('.')),
    ...globals.visibleNames(),
  ]);
  return meant === undefined ? undefined : `Did you mean "${meant}"?`;
}
