import type { Clock } from '../base/clock.js';

/** How much one evaluation may use. */
export interface Budgets {
  /** Statements, calls, loop rounds and elements that built-in functions visit. */
  readonly steps: number;
  /** Bytes of all values made, an estimate. */
  readonly valueBytes: number;
  /** Calls within calls. */
  readonly depth: number;
  /** Bytes printed. */
  readonly outputBytes: number;
  readonly includeFiles: number;
  readonly wallMs: number;
}

export const DEFAULT_BUDGETS: Budgets = {
  steps: 10_000_000,
  valueBytes: 256 * 2 ** 20,
  depth: 200,
  outputBytes: 64 * 2 ** 20,
  includeFiles: 1000,
  wallMs: 30_000,
};

export type BudgetName = keyof Budgets;

/** Steps between two looks at the clock. */
const CLOCK_STEPS = 50_000;

/** Counts what an evaluation uses; `exceeded` must throw. */
export class Budget {
  readonly limits: Budgets;
  #steps = 0;
  #bytes = 0;
  #output = 0;
  #files = 0;
  /** The step count at which to look at the limits again. */
  #nextCheck: number;
  readonly #deadlineMs: number;

  constructor(
    limits: Partial<Budgets>,
    readonly clock: Clock,
    readonly exceeded: (budget: BudgetName, limit: number) => never,
  ) {
    this.limits = { ...DEFAULT_BUDGETS, ...limits };
    this.#nextCheck = Math.min(this.limits.steps, CLOCK_STEPS);
    this.#deadlineMs = clock.monotonicMs() + this.limits.wallMs;
  }

  get steps(): number {
    return this.#steps;
  }

  step(count: number): void {
    if ((this.#steps += count) > this.#nextCheck) this.#check();
  }

  bytes(count: number): void {
    // Not `>`: an infinite or undefined size must not pass.
    if (!((this.#bytes += count) <= this.limits.valueBytes)) {
      this.#bytes -= Number.isFinite(count) ? count : 0;
      this.exceeded('valueBytes', this.limits.valueBytes);
    }
  }

  output(bytes: number): void {
    if ((this.#output += bytes) > this.limits.outputBytes) {
      this.exceeded('outputBytes', this.limits.outputBytes);
    }
  }

  file(): void {
    if (++this.#files > this.limits.includeFiles) this.exceeded('includeFiles', this.limits.includeFiles);
  }

  #check(): void {
    if (!(this.#steps <= this.limits.steps)) this.exceeded('steps', this.limits.steps);
    if (this.clock.monotonicMs() > this.#deadlineMs) this.exceeded('wallMs', this.limits.wallMs);
    this.#nextCheck = Math.min(this.limits.steps, this.#steps + CLOCK_STEPS);
  }
}
