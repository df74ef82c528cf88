import { escapeHtml, htmlPage, htmlTable, link } from './html-page.js';
import type { GraphData } from './stat-history.js';
import type { HttpAnswer } from './thrift-route.js';

/** `/graphview`: the metrics to choose from, or a chart of each that was chosen. */
export function graphView(names: readonly string[], graph: GraphData | undefined): HttpAnswer {
  if (graph)
    return htmlPage(
      'Graphs',
      graph.names
        .slice(1)
        .map((name, i) => chart(name, graph, i + 1))
        .join(''),
    );
  const rows = names.map((name) => [link(`/graphview?metrics=${encodeURIComponent(name)}`, name)]);
  return htmlPage('Graphs', htmlTable(['Metric'], rows));
}

const WIDTH = 800;
const HEIGHT = 160;

function chart(name: string, { data }: GraphData, column: number): string {
  const points = data.flatMap((row) => {
    const [time, value] = [row[0], row[column]];
    return typeof time === 'number' && typeof value === 'number' ? [[time, value] as const] : [];
  });
  const values = points.map(([, value]) => value);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const [first, last] = [points[0]?.[0] ?? 0, points.at(-1)?.[0] ?? 0];
  const x = (time: number): number => (last > first ? ((time - first) / (last - first)) * WIDTH : WIDTH);
  const y = (value: number): number =>
    most > least ? HEIGHT - ((value - least) / (most - least)) * HEIGHT : HEIGHT / 2;
  const line = points.map(([time, value]) => `${x(time).toFixed(1)},${y(value).toFixed(1)}`).join(' ');
  const range = points.length === 0 ? 'no samples yet' : `${least} to ${most}, now ${values.at(-1) ?? ''}`;
  return (
    `<h2>${escapeHtml(name)}</h2><p>${range}</p>` +
    `<svg width="${WIDTH}" height="${HEIGHT + 4}" viewBox="0 -2 ${WIDTH} ${HEIGHT + 4}">` +
    `<polyline points="${line}" fill="none" stroke="#2563eb" stroke-width="2"/></svg>`
  );
}
