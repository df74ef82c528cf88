import type { GraphNode, ProcessGraph } from './process-graph.js';

/**
 * The graph for a terminal: one line a process in an order in which they can run, with rails that lead from
 * each process to those that wait for it.
 *
 *     fetch ──┐
 *             ├─> run
 *     stage ──┘
 *
 * is drawn top down as columns of rails, the way `git log --graph` draws history:
 *
 *     o  fetch
 *     | o  stage
 *     |/
 *     o  run
 */
export function renderGraphText(graph: ProcessGraph): string {
  const lines: string[] = [graph.title];
  const byName = new Map(graph.nodes.map((node) => [node.name, node]));
  /** What each rail waits for: the process at its lower end. */
  let rails: string[] = [];
  let wasFinal = false;
  for (const name of graph.layers.flat()) {
    const node = byName.get(name) as GraphNode;
    if (node.final && !wasFinal) lines.push('--- final processes, when all others have ended ---');
    wasFinal = node.final;
    const mine = rails.indexOf(name);
    const column = mine < 0 ? rails.length : mine;
    if (mine >= 0) {
      lines.push(...mergeRails(rails, name, column));
      rails = rails.filter((target, index) => target !== name || index === column);
    } else rails = [...rails, name];
    lines.push(`${rails.map((_, index) => (index === column ? 'o' : '|')).join(' ')}  ${label(node)}`);
    const targets = graph.edges.filter((edge) => edge.from === name).map((edge) => edge.to);
    lines.push(...splitRails(rails.length, column, targets.length));
    rails = [...rails.slice(0, column), ...targets, ...rails.slice(column + 1)];
  }
  return `${lines.join('\n')}\n`;
}

/** Rails that lead to the same process come together before it, one a line. */
function mergeRails(rails: readonly string[], name: string, column: number): string[] {
  const lines: string[] = [];
  let current = [...rails];
  for (let from = current.lastIndexOf(name); from > column; from = current.lastIndexOf(name)) {
    lines.push(joinLine(current.length, column, from));
    current = current.filter((_, index) => index !== from);
  }
  return lines;
}

/** `|/` for a neighbour, `|-'` across others; rails right of the one that ends move one place left. */
function joinLine(count: number, column: number, from: number): string {
  let line = '';
  for (let index = 0; index < count; index++) {
    if (index === from) line += '';
    else if (index === column) line += '|';
    else line += index > column && index < from ? '|' : index > from ? '/' : '|';
    if (index === count - 1) break;
    if (index >= column && index < from - 1) line += '-';
    else if (index === from - 1) line += '/';
    else line += ' ';
  }
  return line.trimEnd();
}

/** A process with several that wait for it starts further rails to the right of its own. */
function splitRails(count: number, column: number, targets: number): string[] {
  const lines: string[] = [];
  for (let made = 1; made < targets; made++) {
    let line = '';
    for (let index = 0; index < count + made - 1; index++) {
      line += index < column + made ? '|' : '\\';
      line += index === column + made - 1 ? '\\' : ' ';
    }
    lines.push(line.trimEnd());
  }
  return lines;
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
