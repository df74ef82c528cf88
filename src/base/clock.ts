import { DeadlineHeap, type Deadline } from './deadline-heap.js';

/**
 * Time, injected. `nowMs` is wall time for records that people read; every delay uses `monotonicMs`, which
 * no clock jump moves. The fake clock fires due timers in order of their deadline, then of their creation.
 */
export interface Clock {
  /** Milliseconds since the Unix epoch, whole. */
  nowMs(): number;
  /** Milliseconds since an arbitrary start, never going back, possibly fractional. */
  monotonicMs(): number;
  /** Calls back once, after at least `delayMs`. */
  after(delayMs: number, callback: () => void): Timer;
}

export interface Timer {
  cancel(): void;
}

/** Node's timers hold 31 bits of milliseconds: longer waits are taken in stages. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

/** `performance.now()`, without the milliseconds that Node takes to load it. */
function monotonicMs(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1e3 + nanoseconds / 1e6;
}

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs,
  after(delayMs, callback) {
    const deadline = monotonicMs() + delayMs;
    let timeout: NodeJS.Timeout;
    const arm = (): void => {
      const left = deadline - monotonicMs();
      if (left > LONGEST_TIMEOUT_MS) timeout = setTimeout(arm, LONGEST_TIMEOUT_MS);
      else timeout = setTimeout(callback, Math.max(0, left));
    };
    arm();
    return {
      cancel: () => {
        clearTimeout(timeout);
      },
    };
  },
};

interface PendingTimer extends Deadline {
  readonly callback: () => void;
}

export class FakeClock implements Clock {
  #monotonic = 0;
  #wallOffset: number;
  #sequence = 0;
  readonly #heap = new DeadlineHeap<PendingTimer>();
  readonly #cancelled = new Set<number>();

  constructor(startMs = 1_700_000_000_000) {
    this.#wallOffset = startMs;
  }

  nowMs(): number {
    return Math.floor(this.#wallOffset + this.#monotonic);
  }

  monotonicMs(): number {
    return this.#monotonic;
  }

  after(delayMs: number, callback: () => void): Timer {
    const sequence = this.#sequence++;
    this.#heap.push({ dueMs: this.#monotonic + Math.max(0, delayMs), sequence, callback });
    return {
      cancel: () => {
        this.#cancelled.add(sequence);
      },
    };
  }

  /** Moves wall time without moving the monotonic clock, as an operator or NTP does. */
  jumpWall(deltaMs: number): void {
    this.#wallOffset += deltaMs;
  }

  /** Milliseconds until the next live timer, or undefined when none is pending. */
  nextDelayMs(): number | undefined {
    this.#dropCancelled();
    const next = this.#heap.first();
    return next && next.dueMs - this.#monotonic;
  }

  /** Runs every timer due within `deltaMs`, in order, including those that they create. */
  advance(deltaMs: number): void {
    const end = this.#monotonic + deltaMs;
    for (;;) {
      this.#dropCancelled();
      const next = this.#heap.first();
      if (!next || next.dueMs > end) break;
      this.#heap.pop();
      this.#monotonic = Math.max(this.#monotonic, next.dueMs);
      next.callback();
    }
    this.#monotonic = end;
  }

  #dropCancelled(): void {
    for (
      let next = this.#heap.first();
      next && this.#cancelled.delete(next.sequence);
      next = this.#heap.first()
    )
      this.#heap.pop();
  }
}
