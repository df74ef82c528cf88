import type { GraphNode, ProcessGraph } from './process-graph.js';

/**
 * The graph for a terminal, one line a process in an order in which they can run, the way `git log --graph`
 * draws history: a rail leads from each process to every one that waits for it.
 *
 *     o  fetch
 *     │ o  stage
 *     ├─┘
 *     o  run
 */
export function renderGraphText(graph: ProcessGraph): string {
  const lines: string[] = [graph.title];
  const byName = new Map(graph.nodes.map((node) => [node.name, node]));
  /** What each rail leads to; undefined where a place is free. */
  const rails: (string | undefined)[] = [];
  let inFinal = false;
  for (const name of graph.layers.flat()) {
    const node = byName.get(name) as GraphNode;
    if (node.final && !inFinal) lines.push('(when all others have ended)');
    inFinal = node.final;
    const column = joinRails(rails, name, lines);
    lines.push(
      `${rails.map((rail, at) => (at === column ? 'o' : rail ? '│' : ' ')).join(' ')}  ${label(node)}`,
    );
    splitRail(
      rails,
      column,
      graph.edges.filter((edge) => edge.from === name).map((edge) => edge.to),
      lines,
    );
  }
  return `${lines.join('\n')}\n`;
}

/** Brings the rails that lead to a process together; gives the place of the process. */
function joinRails(rails: (string | undefined)[], name: string, lines: string[]): number {
  const incoming = [...rails.keys()].filter((at) => rails[at] === name);
  const [column, ...others] = incoming;
  if (column === undefined) return takePlace(rails, name, 0);
  if (others.length > 0) lines.push(crossLine(rails, column, others, '┴', '┘'));
  for (const at of others) rails[at] = undefined;
  trim(rails);
  return column;
}

/** The first process that waits takes over the rail, further ones get rails to its right. */
function splitRail(
  rails: (string | undefined)[],
  column: number,
  targets: readonly string[],
  lines: string[],
): void {
  const [first, ...more] = targets;
  rails[column] = first;
  const places = more.map((target) => takePlace(rails, target, column + 1));
  if (places.length > 0) lines.push(crossLine(rails, column, places, '┬', '┐'));
  trim(rails);
}

function takePlace(rails: (string | undefined)[], target: string, from: number): number {
  let place = from;
  while (rails[place] !== undefined) place += 1;
  rails[place] = target;
  return place;
}

function trim(rails: (string | undefined)[]): void {
  while (rails.length > 0 && rails.at(-1) === undefined) rails.pop();
}

/** A line that leads from `column` right to `ends`, crossing the rails in between. */
function crossLine(
  rails: readonly (string | undefined)[],
  column: number,
  ends: readonly number[],
  middle: string,
  last: string,
): string {
  const furthest = Math.max(...ends);
  let line = '';
  for (let at = 0; at < rails.length; at++) {
    if (at === column) line += '├';
    else if (at < column || at > furthest) line += rails[at] ? '│' : ' ';
    else if (ends.includes(at)) line += at === furthest ? last : middle;
    else line += rails[at] ? '┼' : '─';
    line += at >= column && at < furthest ? '─' : ' ';
  }
  return line.trimEnd();
}

/** The name and what is special about the process. */
export function label(node: GraphNode): string {
  return [node.name, ...marksOf(node)].join(' ');
}

export function marksOf(node: GraphNode): string[] {
  const marks = (['daemon', 'ephemeral', 'final'] as const)
    .filter((mark) => node[mark])
    .map((mark) => `[${mark}]`);
  return node.maxFailures === 1 ? marks : [...marks, `[max_failures ${node.maxFailures}]`];
}
