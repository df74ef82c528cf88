import type { Sample, SimulationReport } from './report.js';
import { formatMs, renderText } from './report-text.js';

/** One page that needs nothing else: the text report and plots as SVG. */
export function renderHtml(report: SimulationReport): string {
  const { samples } = report;
  const title = escape(`${report.name}, seed ${report.seed}`);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>${title}</title>
<style>
body { font: 14px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #1b1f24; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.05rem; margin: 1.6rem 0 0.2rem; }
pre { background: #f4f6f8; padding: 1rem; overflow-x: auto; }
svg { width: 100%; height: auto; background: #fbfcfd; border: 1px solid #dde2e7; }
text { font: 11px system-ui, sans-serif; fill: #57606a; }
.key { display: inline-block; width: 0.8rem; height: 0.8rem; margin: 0 0.3rem 0 1rem; vertical-align: -1px; }
</style>
</head>
<body>
<h1>${title}</h1>
${section('Resources promised, % of what registered agents have', samples, [
  { name: 'cpu', colour: '#0969da', of: (sample) => 100 * sample.cpuShare },
  { name: 'ram', colour: '#8250df', of: (sample) => 100 * sample.ramShare },
])}
${section('Tasks waiting', samples, [
  { name: 'pending', colour: '#bc4c00', of: (sample) => sample.pending },
  { name: 'throttled', colour: '#9a6700', of: (sample) => sample.throttled },
])}
${section('Tasks running', samples, [{ name: 'running', colour: '#1a7f37', of: (sample) => sample.running }])}
${section('Counted from the start', samples, [
  { name: 'lost', colour: '#cf222e', of: (sample) => sample.lost },
  { name: 'preempted', colour: '#bf3989', of: (sample) => sample.preempted },
])}
<h2>Placement delay, instances by delay</h2>
${histogram(report.delayHistogram)}
<h2>Figures</h2>
<pre>${escape(renderText(report))}</pre>
</body>
</html>
`;
}

interface Series {
  readonly name: string;
  readonly colour: string;
  readonly of: (sample: Sample) => number;
}

const WIDTH = 900;
const HEIGHT = 200;
const LEFT = 60;
const BOTTOM = 24;
/** Lines of the grid. */
const STEPS = 4;

function section(title: string, samples: readonly Sample[], series: readonly Series[]): string {
  const keys = series.map(
    ({ name, colour }) => `<span class="key" style="background:${colour}"></span>${name}`,
  );
  return `<h2>${escape(title)}${keys.join('')}</h2>\n${plot(samples, series)}`;
}

function plot(samples: readonly Sample[], series: readonly Series[]): string {
  const lastMs = Math.max(1, samples.at(-1)?.atMs ?? 1);
  const step = roundStep(Math.max(1, ...samples.flatMap((sample) => series.map(({ of }) => of(sample)))));
  const top = step * STEPS;
  const x = (atMs: number): number => LEFT + ((WIDTH - LEFT - 10) * atMs) / lastMs;
  const y = (value: number): number => HEIGHT - BOTTOM - ((HEIGHT - BOTTOM - 10) * value) / top;
  const grid = Array.from({ length: STEPS + 1 }, (_, index) => {
    const value = step * index;
    const atMs = (lastMs * index) / STEPS;
    const anchor = index === 0 ? 'start' : index === STEPS ? 'end' : 'middle';
    return (
      `<line x1="${LEFT}" x2="${WIDTH - 10}" y1="${fix(y(value))}" y2="${fix(y(value))}" stroke="#dde2e7"/>` +
      `<text x="${LEFT - 6}" y="${fix(y(value) + 4)}" text-anchor="end">${short(value)}</text>` +
      `<text x="${fix(x(atMs))}" y="${HEIGHT - 6}" text-anchor="${anchor}">${formatMs(atMs)}</text>`
    );
  });
  const lines = series.map(({ colour, of }) => {
    const points = samples.map((sample) => `${fix(x(sample.atMs))},${fix(y(of(sample)))}`).join(' ');
    return `<polyline fill="none" stroke="${colour}" stroke-width="1.5" points="${points}"/>`;
  });
  return `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}">${grid.join('')}${lines.join('')}</svg>`;
}

/** The smallest round number of which STEPS reach as high as `most`. */
function roundStep(most: number): number {
  const power = 10 ** Math.floor(Math.log10(most / STEPS));
  return power * ([1, 2, 2.5, 5, 10].find((factor) => factor * power * STEPS >= most) ?? 10);
}

function histogram(bars: SimulationReport['delayHistogram']): string {
  const most = Math.max(1, ...bars.map(([, count]) => count));
  const width = (WIDTH - LEFT) / Math.max(1, bars.length);
  const drawn = bars.map(([upToMs, count], i) => {
    const height = ((HEIGHT - BOTTOM - 20) * count) / most;
    const left = LEFT / 2 + i * width;
    return (
      `<rect x="${fix(left + 2)}" y="${fix(HEIGHT - BOTTOM - height)}" width="${fix(width - 4)}" height="${fix(height)}" fill="#0969da"/>` +
      `<text x="${fix(left + width / 2)}" y="${HEIGHT - 8}" text-anchor="middle">&#8804; ${formatMs(upToMs)}</text>` +
      `<text x="${fix(left + width / 2)}" y="${fix(HEIGHT - BOTTOM - height - 4)}" text-anchor="middle">${count}</text>`
    );
  });
  return `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}">${drawn.join('')}</svg>`;
}

function fix(value: number): string {
  return value.toFixed(1);
}

function short(value: number): string {
  if (value >= 10_000) return `${Math.round(value / 1000)}k`;
  return String(Number(value.toFixed(2)));
}

function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
