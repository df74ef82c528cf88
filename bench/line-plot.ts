/** One curve: points of positive numbers, in order of x. */
export interface Curve {
  readonly name: string;
  readonly points: ReadonlyArray<readonly [x: number, y: number]>;
}

export interface LinePlot {
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly curves: readonly Curve[];
}

const WIDTH = 760;
const HEIGHT = 300;
const LEFT = 70;
const RIGHT = 230;
const TOP = 34;
const BOTTOM = 42;
const COLOURS = ['#0969da', '#bc4c00', '#1a7f37', '#8250df', '#cf222e'];

/** Plots with logarithmic axes below each other, as one SVG file. */
export function renderPlots(plots: readonly LinePlot[]): string {
  const parts = plots.map((plot, i) => `<g transform="translate(0 ${i * HEIGHT})">${renderPlot(plot)}</g>`);
  const height = plots.length * HEIGHT;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" ` +
    `font-family="system-ui, sans-serif" font-size="12">\n<rect width="100%" height="100%" fill="#fff"/>\n` +
    `${parts.join('\n')}\n</svg>\n`
  );
}

function renderPlot({ title, xLabel, yLabel, curves }: LinePlot): string {
  const xs = decades(curves.flatMap(({ points }) => points.map(([x]) => x)));
  const ys = decades(curves.flatMap(({ points }) => points.map(([, y]) => y)));
  const x = scale(xs, LEFT, WIDTH - RIGHT);
  const y = scale(ys, HEIGHT - BOTTOM, TOP);
  const lines = [
    text(LEFT, 18, title, 'start', ' font-weight="600"'),
    text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 8, xLabel),
    `<g transform="translate(14 ${(TOP + HEIGHT - BOTTOM) / 2}) rotate(-90)">${text(0, 0, yLabel)}</g>`,
    ...xs.map(
      (value) => line(x(value), TOP, x(value), HEIGHT - BOTTOM) + text(x(value), HEIGHT - 26, short(value)),
    ),
    ...ys.map(
      (value) =>
        line(LEFT, y(value), WIDTH - RIGHT, y(value)) + text(LEFT - 6, y(value) + 4, short(value), 'end'),
    ),
    ...curves.map(({ name, points }, i) => {
      const colour = COLOURS[i % COLOURS.length] ?? '#000';
      const drawn = points.map(([px, py]) => `${fix(x(px))},${fix(y(py))}`);
      const dots = drawn.map((at) => {
        const [cx = '', cy = ''] = at.split(',');
        return `<circle cx="${cx}" cy="${cy}" r="3" fill="${colour}"/>`;
      });
      const key = TOP + 10 + i * 20;
      return (
        `<polyline fill="none" stroke="${colour}" stroke-width="1.5" points="${drawn.join(' ')}"/>${dots.join('')}` +
        `<rect x="${WIDTH - RIGHT + 16}" y="${key - 9}" width="10" height="10" fill="${colour}"/>` +
        text(WIDTH - RIGHT + 32, key, name, 'start')
      );
    }),
  ];
  return lines.join('\n');
}

/** The powers of ten that hold all the values between them. */
function decades(values: readonly number[]): number[] {
  const first = Math.floor(Math.log10(Math.min(...values)));
  const last = Math.max(first + 1, Math.ceil(Math.log10(Math.max(...values))));
  return Array.from({ length: last - first + 1 }, (_, i) => 10 ** (first + i));
}

function scale(ends: readonly number[], from: number, to: number): (value: number) => number {
  const first = Math.log10(ends[0] ?? 1);
  const last = Math.log10(ends.at(-1) ?? 10);
  return (value) => from + ((Math.log10(value) - first) / (last - first)) * (to - from);
}

function line(x1: number, y1: number, x2: number, y2: number): string {
  return `<line x1="${fix(x1)}" y1="${fix(y1)}" x2="${fix(x2)}" y2="${fix(y2)}" stroke="#dde2e7"/>`;
}

function text(x: number, y: number, content: string, anchor = 'middle', more = ''): string {
  return `<text x="${fix(x)}" y="${fix(y)}" text-anchor="${anchor}" fill="#57606a"${more}>${content}</text>`;
}

function fix(value: number): string {
  return value.toFixed(1);
}

function short(value: number): string {
  return value >= 1000 ? `${Math.round(value / 1000)}k` : String(Number(value.toPrecision(1)));
}
