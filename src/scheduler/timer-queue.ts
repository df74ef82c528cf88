import type { Clock, Timer } from '../base/clock.js';
import { DeadlineHeap, type Deadline } from '../base/deadline-heap.js';

/**
 * Many keyed deadlines on one timer of the clock. Setting a key again replaces its deadline. Due callbacks run
 * in order of deadline, then of setting; `afterRun` is called once after each burst.
 */
export class TimerQueue {
  readonly #heap = new DeadlineHeap<Entry>();
  readonly #byKey = new Map<string, Entry>();
  #timer: Timer | undefined;
  #timerDueMs = Infinity;
  #sequence = 0;
  #stopped = false;

  constructor(
    private readonly clock: Clock,
    private readonly afterRun: () => void,
  ) {}

  get size(): number {
    return this.#byKey.size;
  }

  has(key: string): boolean {
    return this.#byKey.has(key);
  }

  set(key: string, delayMs: number, callback: () => void): void {
    const dueMs = this.clock.monotonicMs() + Math.max(0, delayMs);
    const entry = { key, dueMs, sequence: this.#sequence++, callback };
    this.#byKey.set(key, entry);
    this.#heap.push(entry);
    this.#arm();
  }

  cancel(key: string): void {
    this.#byKey.delete(key);
  }

  /** Nothing fires any more. */
  stop(): void {
    this.#stopped = true;
    this.#timer?.cancel();
    this.#byKey.clear();
    this.#heap.clear();
  }

  #arm(): void {
    this.#dropReplaced();
    const next = this.#heap.first();
    if (!next || this.#stopped || (this.#timer && this.#timerDueMs <= next.dueMs)) return;
    this.#timer?.cancel();
    this.#timerDueMs = next.dueMs;
    this.#timer = this.clock.after(next.dueMs - this.clock.monotonicMs(), () => {
      this.#timer = undefined;
      this.#timerDueMs = Infinity;
      this.#run();
    });
  }

  #run(): void {
    const now = this.clock.monotonicMs();
    const latest = this.#sequence;
    let ran = false;
    for (;;) {
      this.#dropReplaced();
      const next = this.#heap.first();
      // What a callback sets for "now" waits for the next burst, so that other work gets its turn.
      if (!next || next.dueMs > now || next.sequence >= latest || this.#stopped) break;
      this.#heap.pop();
      this.#byKey.delete(next.key);
      next.callback();
      ran = true;
    }
    this.#arm();
    if (ran && !this.#stopped) this.afterRun();
  }

  #dropReplaced(): void {
    for (let next = this.#heap.first(); next && this.#byKey.get(next.key) !== next; next = this.#heap.first())
      this.#heap.pop();
  }
}

interface Entry extends Deadline {
  readonly key: string;
  readonly callback: () => void;
}
