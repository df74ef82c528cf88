import type { Clock, Timer } from '../../src/base/clock.js';

/** Time that jumps to the next timer as soon as nothing else is going on: waits of minutes take no time. */
export class InstantClock implements Clock {
  #nowMs: number;
  /** Every wait that has been asked for, in order. */
  readonly waits: number[] = [];

  constructor(startMs = 1_700_000_000_000) {
    this.#nowMs = startMs;
  }

  nowMs(): number {
    return Math.floor(this.#nowMs);
  }

  monotonicMs(): number {
    return this.#nowMs;
  }

  after(delayMs: number, callback: () => void): Timer {
    this.waits.push(delayMs);
    const immediate = setImmediate(() => {
      this.#nowMs += Math.max(0, delayMs);
      callback();
    });
    return {
      cancel: () => {
        clearImmediate(immediate);
      },
    };
  }
}
