import type { Random } from '../base/random.js';

/** Truncated binary back-off with jitter: about doubles each time, from `initialMs` up to `maxMs`. */
export function nextBackoff(lastMs: number, initialMs: number, maxMs: number, random: Random): number {
  const half = lastMs === 0 ? initialMs : lastMs;
  return Math.min(maxMs, half + Math.round(random.next() * half));
}
