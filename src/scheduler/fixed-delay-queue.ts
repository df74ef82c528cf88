import type { TimerQueue } from './timer-queue.js';
import type { Clock } from '../base/clock.js';

/**
 * A deadline of the same delay for each of up to millions of ids, at the cost of one Map entry each: the order
 * of insertion is the order of the deadlines. Adding an id again renews it.
 */
export class FixedDelayQueue {
  readonly #deadlines = new Map<string, number>();
  #armed = false;

  constructor(
    private readonly name: string,
    private readonly delayMs: number,
    private readonly clock: Clock,
    private readonly timers: TimerQueue,
    private readonly due: (id: string) => void,
  ) {}

  get size(): number {
    return this.#deadlines.size;
  }

  /** `elapsedMs`: how much of the delay has passed already; ids must then be added in order of their deadline. */
  add(id: string, elapsedMs = 0): void {
    this.#deadlines.delete(id);
    const left = Math.min(this.delayMs, Math.max(0, this.delayMs - elapsedMs));
    this.#deadlines.set(id, this.clock.monotonicMs() + left);
    if (!this.#armed) this.#arm(left);
  }

  delete(id: string): void {
    this.#deadlines.delete(id);
  }

  has(id: string): boolean {
    return this.#deadlines.has(id);
  }

  #arm(delayMs: number): void {
    this.#armed = true;
    this.timers.set(this.name, delayMs, () => {
      this.#armed = false;
      this.#run();
    });
  }

  #run(): void {
    const now = this.clock.monotonicMs();
    for (const [id, deadline] of this.#deadlines) {
      if (deadline > now) {
        this.#arm(deadline - now);
        return;
      }
      this.#deadlines.delete(id);
      this.due(id);
    }
  }
}
