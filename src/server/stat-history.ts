import type { Clock, Timer } from '../base/clock.js';
import { nearest } from '../base/nearest.js';
import { HttpRefusal } from './http-body.js';

export interface StatHistoryOptions {
  readonly intervalMs: number;
  readonly retentionMs: number;
}

/** What `/graphdata` answers: a row is the time in ms since the epoch, and each metric's value then. */
export interface GraphData {
  readonly names: readonly string[];
  readonly data: ReadonlyArray<ReadonlyArray<number | null>>;
}

/**
 * The stats as they were, sampled at an interval and kept for a while: one ring of numbers a stat, and one of times.
 * A stat that is not there at a sample has no value in it.
 */
export class StatHistory {
  readonly #intervalMs: number;
  readonly #capacity: number;
  readonly #times: Float64Array;
  readonly #values = new Map<string, Float64Array>();
  #samples = 0;
  #timer: Timer | undefined;

  constructor(
    options: StatHistoryOptions,
    private readonly clock: Clock,
    private readonly collect: () => ReadonlyMap<string, number>,
  ) {
    this.#intervalMs = Math.max(SHORTEST_INTERVAL_MS, options.intervalMs);
    const wanted = Math.ceil(options.retentionMs / this.#intervalMs);
    this.#capacity = Math.max(1, Math.min(MOST_SAMPLES, wanted));
    this.#times = new Float64Array(this.#capacity);
  }

  start(): void {
    this.#timer = this.clock.after(this.#intervalMs, () => {
      this.sample();
      this.start();
    });
  }

  stop(): void {
    this.#timer?.cancel();
  }

  sample(): void {
    const at = this.#samples % this.#capacity;
    this.#samples += 1;
    this.#times[at] = this.clock.nowMs();
    for (const ring of this.#values.values()) ring[at] = Number.NaN;
    for (const [name, value] of this.collect()) {
      const ring = this.#values.get(name) ?? this.#newRing(name);
      ring[at] = value;
    }
  }

  names(): string[] {
    return [...this.#values.keys()].sort();
  }

  /** Samples after `sinceMs`, oldest first. Throws an HttpRefusal for a metric that was never there. */
  data(names: readonly string[], sinceMs: number): GraphData {
    const rings = names.map((name) => {
      const ring = this.#values.get(name);
      if (ring) return ring;
      const near = nearest(name, [...this.#values.keys()]);
      throw new HttpRefusal(
        400,
        `There is no metric ${name}${near === undefined ? '.' : `; did you mean ${near}?`}`,
      );
    });
    const data: Array<Array<number | null>> = [];
    for (let sample = Math.max(0, this.#samples - this.#capacity); sample < this.#samples; sample++) {
      const at = sample % this.#capacity;
      const time = this.#times[at] as number;
      if (time > sinceMs) data.push([time, ...rings.map((ring) => finite(ring[at] as number))]);
    }
    return { names: ['time', ...names], data };
  }

  #newRing(name: string): Float64Array {
    // Stats that carry a job's name come with each job: not all of them are kept.
    const ring = new Float64Array(this.#capacity).fill(Number.NaN);
    if (this.#values.size < MOST_NAMES) this.#values.set(name, ring);
    return ring;
  }
}

const SHORTEST_INTERVAL_MS = 100;
const MOST_SAMPLES = 3600;
const MOST_NAMES = 2000;

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
