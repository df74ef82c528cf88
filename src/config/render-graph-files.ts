import type { ProcessGraph } from './process-graph.js';
import { label, marksOf } from './render-graph-text.js';

/** Graphviz: `dot -Tpng`. Final processes stand in a cluster of their own. */
export function renderGraphDot(graph: ProcessGraph): string {
  const quote = (text: string): string => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
  const node = (name: string, marks: readonly string[]): string =>
    `${quote(name)}${marks.length > 0 ? ` [label=${quote([name, ...marks].join('\n')).replaceAll('\n', '\\n')}]` : ''};`;
  const regular = graph.nodes
    .filter((each) => !each.final)
    .map((each) => `  ${node(each.name, marksOf(each))}`);
  const final = graph.nodes
    .filter((each) => each.final)
    .map((each) => `    ${node(each.name, marksOf(each))}`);
  const edges = graph.edges.map(({ from, to }) => `  ${quote(from)} -> ${quote(to)};`);
  const cluster =
    final.length === 0 ? [] : ['  subgraph cluster_final {', '    label="final";', ...final, '  }'];
  return [
    `digraph ${quote(graph.title)} {`,
    '  node [shape=box];',
    ...regular,
    ...cluster,
    ...edges,
    '}',
    '',
  ].join('\n');
}

/** Mermaid, as Markdown pages draw it. */
export function renderGraphMermaid(graph: ProcessGraph): string {
  const ids = new Map(graph.nodes.map((node, index) => [node.name, `p${index}`]));
  const escape = (text: string): string =>
    text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
  const line = (name: string, text: string): string => `${ids.get(name) ?? ''}["${escape(text)}"]`;
  const regular = graph.nodes
    .filter((node) => !node.final)
    .map((node) => `  ${line(node.name, label(node))}`);
  const final = graph.nodes.filter((node) => node.final).map((node) => `    ${line(node.name, label(node))}`);
  const edges = graph.edges.map(({ from, to }) => `  ${ids.get(from) ?? ''} --> ${ids.get(to) ?? ''}`);
  const group = final.length === 0 ? [] : ['  subgraph final', ...final, '  end'];
  return ['flowchart TD', ...regular, ...group, ...edges, ''].join('\n');
}

const BOX_HEIGHT = 34;
const ROW_HEIGHT = 78;
const GAP = 24;
const CHARACTER_WIDTH = 8;
const MARGIN = 16;

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly text: string;
  readonly final: boolean;
}

/** A picture by itself: boxes in rows by the step at which they can start, arrows between them. */
export function renderGraphSvg(graph: ProcessGraph): string {
  const boxes = placeBoxes(graph);
  const width = Math.max(200, ...Array.from(boxes.values(), (box) => box.x + box.width)) + MARGIN;
  const height = Math.max(60, ...Array.from(boxes.values(), (box) => box.y + BOX_HEIGHT)) + MARGIN;
  const arrows = graph.edges.map(({ from, to }) => arrow(boxes.get(from), boxes.get(to)));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="monospace" font-size="13">`,
    `  <title>${xml(graph.title)}</title>`,
    '  <defs><marker id="head" markerWidth="8" markerHeight="8" refX="7" refY="4" orient="auto"><path d="M0,0 L8,4 L0,8 z"/></marker></defs>',
    ...arrows,
    ...Array.from(boxes.values(), drawBox),
    '</svg>',
    '',
  ].join('\n');
}

function placeBoxes(graph: ProcessGraph): Map<string, Box> {
  const boxes = new Map<string, Box>();
  graph.layers.forEach((layer, row) => {
    let x = MARGIN;
    for (const name of layer) {
      const node = graph.nodes.find((each) => each.name === name);
      if (!node) continue;
      const text = label(node);
      const width = text.length * CHARACTER_WIDTH + 2 * MARGIN;
      boxes.set(name, { x, y: MARGIN + row * ROW_HEIGHT, width, text, final: node.final });
      x += width + GAP;
    }
  });
  return boxes;
}

function arrow(from: Box | undefined, to: Box | undefined): string {
  if (!from || !to) return '';
  const [x1, y1] = [from.x + from.width / 2, from.y + BOX_HEIGHT];
  const [x2, y2] = [to.x + to.width / 2, to.y];
  return `  <line x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}" stroke="black" marker-end="url(#head)"/>`;
}

function drawBox({ x, y, width, text, final }: Box): string {
  const dash = final ? ' stroke-dasharray="4 3"' : '';
  return (
    `  <rect x="${x}" y="${y}" width="${width}" height="${BOX_HEIGHT}" rx="4" fill="white" stroke="black"${dash}/>` +
    `<text x="${x + width / 2}" y="${y + 21}" text-anchor="middle">${xml(text)}</text>`
  );
}

function xml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
