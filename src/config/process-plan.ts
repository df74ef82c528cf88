/** One process as the plan sees it. */
export interface PlannedProcess {
  readonly name: string;
  readonly daemon: boolean;
  readonly ephemeral: boolean;
}

/** Which processes wait for which: name -> names of those before it. */
export type Dependencies = ReadonlyMap<string, ReadonlySet<string>>;

/** Why a set of orders is no plan; `order` is the index of the one at fault, absent for a cycle of several. */
export interface PlanFailure {
  readonly message: string;
  readonly order: number | undefined;
  /** Names that no process has, or the processes of the cycle. */
  readonly names: readonly string[];
}

/**
 * The dependencies among one set of processes (the regular ones, or the final ones). An order that names only
 * processes outside the set belongs to the other set, or to nobody, and is passed over; one that mixes is
 * refused. Of two processes with one name the last counts.
 */
export function planProcesses(
  processes: readonly PlannedProcess[],
  orders: ReadonlyArray<readonly string[]>,
): Dependencies | PlanFailure {
  const byName = new Map(processes.map((process) => [process.name, process]));
  const dependencies = new Map(processes.map(({ name }) => [name, new Set<string>()]));
  for (const [index, order] of orders.entries()) {
    const inside = order.filter((name) => byName.has(name));
    if (order.length === 0 || (inside.length > 0 && inside.length < order.length)) {
      const outside = order.filter((name) => !byName.has(name));
      return { message: 'Invalid process dependencies!', order: index, names: outside };
    }
    if (inside.length === 0) continue;
    const failure = addOrder(order, byName, dependencies, index);
    if (failure) return failure;
  }
  const cycle = findCycle(dependencies);
  if (!cycle) return dependencies;
  const last = orders.findLastIndex((order) => order.some((name) => cycle.includes(name)));
  return {
    message: 'Cycles detected in the task schedule!',
    order: last < 0 ? undefined : last,
    names: cycle,
  };
}

export function isPlanFailure(plan: Dependencies | PlanFailure): plan is PlanFailure {
  return 'message' in plan;
}

function addOrder(
  order: readonly string[],
  byName: ReadonlyMap<string, PlannedProcess>,
  dependencies: ReadonlyMap<string, Set<string>>,
  index: number,
): PlanFailure | undefined {
  for (let place = 1; place < order.length; place++) {
    const [before, name] = [order[place - 1] as string, order[place] as string];
    if (byName.get(before)?.daemon) {
      const message = `Process ${name} may not depend upon daemon process ${before}`;
      return { message, order: index, names: [before] };
    }
    if (!byName.get(name)?.ephemeral && byName.get(before)?.ephemeral) {
      const message = `Non-ephemeral process ${name} may not depend upon ephemeral process ${before}`;
      return { message, order: index, names: [before] };
    }
    dependencies.get(name)?.add(before);
  }
  return undefined;
}

/** The names of some cycle in walking order; undefined when every process can run. */
function findCycle(dependencies: Dependencies): string[] | undefined {
  if (isInOrder(dependencies)) return undefined;
  const waiting = new Map(Array.from(dependencies, ([name, before]) => [name, new Set(before)] as const));
  for (let progress = true; progress;) {
    progress = false;
    for (const [name, before] of waiting) {
      for (const each of before) if (!waiting.has(each)) before.delete(each);
      if (before.size > 0) continue;
      waiting.delete(name);
      progress = true;
    }
  }
  const [start] = waiting.keys();
  if (start === undefined) return undefined;
  const path: string[] = [];
  let name = start;
  while (!path.includes(name)) {
    path.push(name);
    [name = start] = waiting.get(name) ?? [];
  }
  return path.slice(path.indexOf(name)).reverse();
}

/** Whether each process stands after those it waits for, as most configs write them. */
function isInOrder(dependencies: Dependencies): boolean {
  const seen = new Set<string>();
  for (const [name, before] of dependencies) {
    for (const each of before) if (!seen.has(each)) return false;
    seen.add(name);
  }
  return true;
}
