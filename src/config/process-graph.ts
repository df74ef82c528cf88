import { elementsOf, flagOf, numberOf, structOf, structsOf, textOf } from './plain-fields.js';
import type { PickedJob } from './prepare-job.js';

export interface GraphNode {
  readonly name: string;
  readonly daemon: boolean;
  readonly ephemeral: boolean;
  readonly final: boolean;
  readonly maxFailures: number;
}

/** `from` must end before `to` starts. */
export interface GraphEdge {
  readonly from: string;
  readonly to: string;
}

/** The processes of a job and their order. Final processes run when all others have ended. */
export interface ProcessGraph {
  readonly title: string;
  readonly nodes: readonly GraphNode[];
  /** Without the edges that follow from others. */
  readonly edges: readonly GraphEdge[];
  /** Nodes by the earliest step at which they can start; regular ones first, then the final ones. */
  readonly layers: ReadonlyArray<readonly string[]>;
}

export function processGraph(picked: PickedJob): ProcessGraph {
  const { runtime } = picked.config.evaluation;
  const task = structOf(picked.interpolated, 'task');
  const { cluster, role, environment, name } = picked.key;
  const nodes = new Map<string, GraphNode>();
  for (const process of task ? structsOf(task, 'processes') : []) {
    const processName = textOf(process, 'name', runtime) ?? '';
    nodes.set(processName, {
      name: processName,
      daemon: flagOf(process, 'daemon'),
      ephemeral: flagOf(process, 'ephemeral'),
      final: flagOf(process, 'final'),
      maxFailures: numberOf(process, 'max_failures') ?? 1,
    });
  }
  const orders = (task ? structsOf(task, 'constraints') : []).map((constraint) =>
    elementsOf(constraint, 'order').map((each) => each.text(runtime)),
  );
  const edges = reduceEdges(edgesOf(orders, nodes), [...nodes.keys()]);
  return {
    title: `${cluster}/${role}/${environment}/${name}`,
    nodes: [...nodes.values()],
    edges,
    layers: [false, true].flatMap((final) =>
      layersOf(
        [...nodes.values()].filter((node) => node.final === final).map((node) => node.name),
        edges,
      ),
    ),
  };
}

function edgesOf(
  orders: ReadonlyArray<readonly string[]>,
  nodes: ReadonlyMap<string, GraphNode>,
): GraphEdge[] {
  const edges = new Map<string, GraphEdge>();
  for (const order of orders) {
    for (let index = 1; index < order.length; index++) {
      const [from, to] = [order[index - 1] as string, order[index] as string];
      if (nodes.has(from) && nodes.has(to)) edges.set(`${from}\0${to}`, { from, to });
    }
  }
  return [...edges.values()];
}

/** Drops every edge whose end can be reached another way: the picture stays readable, its meaning the same. */
function reduceEdges(edges: readonly GraphEdge[], names: readonly string[]): GraphEdge[] {
  const next = new Map(names.map((name) => [name, new Set<string>()]));
  for (const { from, to } of edges) next.get(from)?.add(to);
  return edges.filter(({ from, to }) => {
    const seen = new Set<string>();
    const stack = [...(next.get(from) ?? [])].filter((each) => each !== to);
    for (let name = stack.pop(); name !== undefined; name = stack.pop()) {
      if (name === to) return false;
      if (seen.has(name)) continue;
      seen.add(name);
      stack.push(...(next.get(name) ?? []));
    }
    return true;
  });
}

function layersOf(names: readonly string[], edges: readonly GraphEdge[]): string[][] {
  const level = new Map<string, number>();
  const before = new Map(names.map((name) => [name, new Set<string>()]));
  for (const { from, to } of edges) if (before.has(from)) before.get(to)?.add(from);
  let pending = [...names];
  while (pending.length > 0) {
    const ready = pending.filter((name) => [...(before.get(name) ?? [])].every((each) => level.has(each)));
    // A cycle has been refused before; without one there is always a process that is ready.
    if (ready.length === 0) break;
    for (const name of ready) {
      level.set(
        name,
        Math.max(0, ...[...(before.get(name) ?? [])].map((each) => (level.get(each) ?? 0) + 1)),
      );
    }
    pending = pending.filter((name) => !level.has(name));
  }
  const layers: string[][] = [];
  for (const name of names) (layers[level.get(name) ?? 0] ??= []).push(name);
  return layers.filter((layer) => layer.length > 0);
}
