import type { Clock } from '../base/clock.js';

/** How long a command may turn out to be a short one, when nothing is known of how long they take here. */
const SHORT_MS = 10;
const LONGEST_SHORT_MS = 1000;
const MOST_AT_ONCE = 32;

/**
 * Decides when another coordinator is worth its start. While commands are short, the ones that run now will be
 * free again before a new one is up: a few are enough for any number of them. Commands that have run for a
 * while are long ones, whose coordinators will not come back soon: then the crew grows, twice as fast each time.
 */
export class Growth {
  readonly #clock: Clock;
  readonly #base: number;
  /** Runs that may still be short. */
  readonly #young = new Map<string, number>();
  readonly #started: Array<{ readonly runId: string; readonly atMs: number }> = [];
  #limit: number;
  #averageMs = 0;
  #ended = false;

  constructor(clock: Clock, parallelism: number) {
    this.#clock = clock;
    this.#base = Math.max(2, parallelism);
    this.#limit = this.#base;
  }

  assigned(runId: string): void {
    this.#young.set(runId, this.#clock.monotonicMs());
  }

  started(runId: string): void {
    if (this.#young.has(runId)) this.#started.push({ runId, atMs: this.#clock.monotonicMs() });
  }

  ended(runId: string): void {
    const assignedMs = this.#young.get(runId);
    this.#young.delete(runId);
    this.#ended = true;
    if (assignedMs === undefined) return;
    const tookMs = this.#clock.monotonicMs() - assignedMs;
    this.#averageMs += (tookMs - this.#averageMs) / 8;
  }

  get mayGrow(): boolean {
    const oldestMs = this.#clock.monotonicMs() - this.waitMs;
    for (let first = this.#started[0]; first && first.atMs <= oldestMs; first = this.#started[0]) {
      this.#started.shift();
      this.#young.delete(first.runId);
    }
    return this.#young.size < this.#limit;
  }

  /** How long to wait before asking again. */
  get waitMs(): number {
    return Math.min(Math.max(SHORT_MS, 3 * this.#averageMs), LONGEST_SHORT_MS);
  }

  /** That time has passed. */
  waited(): void {
    this.#limit = this.#ended ? this.#base : Math.min(this.#limit * 2, MOST_AT_ONCE);
    this.#ended = false;
  }
}
