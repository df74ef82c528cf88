import { err, ok, type Result } from '../base/result.js';
import { nearest } from '../base/nearest.js';
import type { Process, Task } from '../model/process.js';
import { Planner, type PlannedProcess } from './planner.js';

/** The two plans of a task: final processes run after everything else has ended. */
export interface Plans {
  readonly regular: PlannedProcess[];
  readonly finalizing: PlannedProcess[];
  /** Names in constraints that no process has: the constraint is ignored, as ever. */
  readonly unknownNames: string[];
}

/** The error is the original's `Task has invalid plan: REASON`, with what is wrong where it can be named. */
export function makePlans(task: Task): Result<Plans, string> {
  const regular = makePlan(task, false);
  if (!regular.ok) return regular;
  const finalizing = makePlan(task, true);
  if (!finalizing.ok) return finalizing;
  const names = new Set(task.processes.map((process) => process.name));
  const unknownNames = [...new Set(task.constraints.flat())].filter((name) => !names.has(name));
  return ok({ regular: regular.value, finalizing: finalizing.value, unknownNames });
}

export function plannerOf(plan: readonly PlannedProcess[], runLimit?: number): Planner {
  return new Planner(plan, runLimit);
}

function makePlan(task: Task, final: boolean): Result<PlannedProcess[], string> {
  const processes = new Map(task.processes.filter((p) => p.final === final).map((p) => [p.name, p]));
  const predecessors = new Map<string, Set<string>>();
  for (const order of task.constraints) {
    const inside = order.filter((name) => processes.has(name)).length;
    if (order.length > 0 && inside === 0) continue;
    if (inside < order.length || order.length === 0) return invalid(mixedOrder(task, order, final));
    for (let k = 1; k < order.length; k++) {
      const before = processes.get(order[k - 1] ?? '') as Process;
      const after = processes.get(order[k] ?? '') as Process;
      if (before.daemon) {
        return invalid(`Process ${after.name} may not depend upon daemon process ${before.name}`);
      }
      if (!after.ephemeral && before.ephemeral) {
        return invalid(
          `Non-ephemeral process ${after.name} may not depend upon ephemeral process ${before.name}`,
        );
      }
      const known = predecessors.get(after.name) ?? new Set<string>();
      predecessors.set(after.name, known.add(before.name));
    }
  }
  const cycle = findCycle([...processes.keys()], predecessors);
  if (cycle) return invalid(`Cycles detected in the task schedule! ${cycle.join(' -> ')}`);
  return ok(
    [...processes.values()].map((p) => ({ ...p, predecessors: [...(predecessors.get(p.name) ?? [])] })),
  );
}

function invalid(reason: string): Result<never, string> {
  return err(`Task has invalid plan: ${reason}`);
}

function mixedOrder(task: Task, order: readonly string[], final: boolean): string {
  const reason = 'Invalid process dependencies!';
  if (order.length === 0) return `${reason} An order names no process.`;
  const known = new Map(task.processes.map((process) => [process.name, process]));
  const unknown = order.find((name) => !known.has(name));
  const shown = `order ${order.join(', ')}`;
  if (unknown === undefined) {
    const odd = order.find((name) => known.get(name)?.final !== final) ?? '';
    return `${reason} The ${shown} mixes ${final ? 'final processes with the regular' : 'regular processes with the final'} process ${odd}.`;
  }
  const close = nearest(unknown, known.keys());
  return `${reason} The ${shown} names ${unknown}, which is no process${close === undefined ? '' : `; did you mean ${close}?`}`;
}

/** A cycle as its names in order, first one repeated; without recursion, as chains may be long. */
function findCycle(
  names: readonly string[],
  predecessors: ReadonlyMap<string, ReadonlySet<string>>,
): string[] | undefined {
  const open = new Map(names.map((name) => [name, predecessors.get(name)?.size ?? 0]));
  const successors = new Map<string, string[]>();
  for (const [after, befores] of predecessors) {
    for (const before of befores) {
      const list = successors.get(before);
      if (list) list.push(after);
      else successors.set(before, [after]);
    }
  }
  const free = names.filter((name) => open.get(name) === 0);
  for (let name = free.pop(); name !== undefined; name = free.pop()) {
    open.delete(name);
    for (const after of successors.get(name) ?? []) {
      const left = (open.get(after) ?? 0) - 1;
      open.set(after, left);
      if (left === 0) free.push(after);
    }
  }
  const [start] = open.keys();
  if (start === undefined) return undefined;
  // Every name left has a predecessor that is left: walking back must come round.
  const path = [start];
  for (;;) {
    const previous: string | undefined = [...(predecessors.get(path.at(-1) ?? '') ?? [])].find((name) =>
      open.has(name),
    );
    if (previous === undefined) return path;
    const seen = path.indexOf(previous);
    path.push(previous);
    if (seen >= 0) return path.slice(seen).reverse();
  }
}
