import type { Random } from '../../base/random.js';
import type { Distribution, SizeDistribution, TimeDistribution } from './scenario.js';

/** One number drawn from a distribution, or the number itself. */
export function draw(spec: number | Distribution, random: Random): number {
  return typeof spec === 'number' ? spec : sample(spec, random, Number);
}

/** One duration in ms. */
export function drawMs(spec: string | TimeDistribution, random: Random): number {
  return typeof spec === 'string' ? toMs(spec) : sample(spec, random, (text) => toMs(String(text)));
}

/** One size in MB. */
export function drawMb(spec: string | SizeDistribution, random: Random): number {
  const mb = typeof spec === 'string' ? toMb(spec) : sample(spec, random, (text) => toMb(String(text)));
  return Math.max(1, Math.round(mb));
}

const MS = new Map([
  ['ms', 1],
  ['secs', 1000],
  ['mins', 60_000],
  ['hrs', 3_600_000],
  ['days', 86_400_000],
]);

export function toMs(text: string): number {
  const unit = /[a-z]+$/.exec(text)?.[0] ?? '';
  return parseFloat(text) * (MS.get(unit) ?? Number.NaN);
}

const MB = new Map([
  ['KB', 1 / 1024],
  ['MB', 1],
  ['GB', 1024],
  ['TB', 1024 * 1024],
]);

export function toMb(text: string): number {
  const unit = /[A-Z]+$/.exec(text)?.[0] ?? '';
  return parseFloat(text) * (MB.get(unit) ?? Number.NaN);
}

type AnyDistribution = Distribution | TimeDistribution;

function sample(spec: AnyDistribution, random: Random, read: (value: string | number) => number): number {
  if ('uniform' in spec) {
    const [low, high] = [read(spec.uniform[0]), read(spec.uniform[1])];
    return low + random.next() * (high - low);
  }
  if ('exponential' in spec) return -read(spec.exponential) * Math.log(1 - random.next());
  if ('lognormal' in spec)
    return read(spec.lognormal.median) * Math.exp(spec.lognormal.sigma * normal(random));
  if ('pareto' in spec) {
    const value = read(spec.pareto.least) / (1 - random.next()) ** (1 / spec.pareto.alpha);
    return spec.pareto.most === undefined ? value : Math.min(value, read(spec.pareto.most));
  }
  const total = spec.choice.reduce((sum, { weight }) => sum + weight, 0);
  let left = random.next() * total;
  for (const { value, weight } of spec.choice) {
    left -= weight;
    if (left < 0) return read(value);
  }
  return read(spec.choice.at(-1)?.value ?? 0);
}

/** Box-Muller. */
function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
}
