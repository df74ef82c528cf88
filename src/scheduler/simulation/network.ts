import type { Clock } from '../../base/clock.js';
import type { Random } from '../../base/random.js';

export interface NetworkFaults {
  /** Chances, 0 to 1. */
  readonly drop: number;
  readonly duplicate: number;
  /** Each message takes a time between these, so messages overtake each other. */
  readonly minDelayMs: number;
  readonly maxDelayMs: number;
}

export const CALM: NetworkFaults = { drop: 0, duplicate: 0, minDelayMs: 1, maxDelayMs: 1 };

export type Direction = 'toScheduler' | 'toAgent';

/** Carries messages between the scheduler and each agent, badly. */
export class Network {
  faults: NetworkFaults;
  /** Hosts cut off, one way or both. */
  readonly #cut = new Set<string>();

  constructor(
    private readonly clock: Clock,
    private readonly random: Random,
    faults: NetworkFaults = CALM,
  ) {
    this.faults = faults;
  }

  send(host: string, direction: Direction, deliver: () => void): void {
    const { drop, duplicate } = this.faults;
    if (this.#cut.has(`${direction} ${host}`) || (drop > 0 && this.random.next() < drop)) return;
    this.#carry(host, direction, deliver);
    if (duplicate > 0 && this.random.next() < duplicate) this.#carry(host, direction, deliver);
  }

  cut(host: string, ...directions: readonly Direction[]): void {
    for (const direction of directions) this.#cut.add(`${direction} ${host}`);
  }

  heal(host?: string): void {
    if (host === undefined) this.#cut.clear();
    this.#cut.delete(`toScheduler ${host ?? ''}`);
    this.#cut.delete(`toAgent ${host ?? ''}`);
  }

  #carry(host: string, direction: Direction, deliver: () => void): void {
    const { minDelayMs, maxDelayMs } = this.faults;
    const delayMs =
      minDelayMs === maxDelayMs ? minDelayMs : minDelayMs + this.random.next() * (maxDelayMs - minDelayMs);
    this.clock.after(delayMs, () => {
      if (!this.#cut.has(`${direction} ${host}`)) deliver();
    });
  }
}
