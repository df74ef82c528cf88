import type { Clock, Timer } from '../../base/clock.js';
import type { CheckerStatus } from '../status-chain.js';
import {
  afterCheck,
  alreadyRunning,
  NEVER_CHECKED,
  type CheckOutcome,
  type HealthPolicy,
  type HealthState,
} from './health-policy.js';

export interface HealthCheckerOptions {
  readonly clock: Clock;
  readonly policy: HealthPolicy;
  /** One check; it bounds its own time. */
  readonly check: () => Promise<CheckOutcome>;
  /** While true, the check is skipped and counts as a success: the file `.healthchecksnooze`. */
  readonly snoozed: () => boolean;
  /** An earlier agent has reported the task RUNNING. */
  readonly wasRunning: boolean;
  readonly onChange: () => void;
}

/** Counters under the original's names. */
export interface HealthMetrics {
  readonly 'health_checker.checks': number;
  readonly 'health_checker.consecutive_failures': number;
  readonly 'health_checker.snoozed': number;
  readonly 'health_checker.total_latency_secs': number;
}

/** A shorter pause would do nothing but keep the host busy. */
const SHORTEST_INTERVAL_MS = 50;

/** Checks at once and then an interval after the end of each check, until unhealthy or stopped. */
export class HealthChecker {
  readonly #options: HealthCheckerOptions;
  #state: HealthState;
  #timer: Timer | undefined;
  #stopped = false;
  #checks = 0;
  #snoozed = 0;
  #latencyMs = 0;

  constructor(options: HealthCheckerOptions) {
    this.#options = options;
    this.#state = options.wasRunning ? alreadyRunning(options.policy) : NEVER_CHECKED;
  }

  start(): void {
    void this.#run();
  }

  stop(): void {
    this.#stopped = true;
    this.#timer?.cancel();
  }

  get status(): CheckerStatus {
    switch (this.#state.verdict) {
      case 'STARTING':
        return { kind: 'STARTING' };
      case 'RUNNING':
        return { kind: 'RUNNING', message: 'Task is healthy.' };
      case 'UNHEALTHY':
        return {
          kind: 'TERMINAL',
          status: 'FAILED',
          message: `Failed health check! ${this.#state.reason ?? ''}`,
        };
    }
  }

  get metrics(): HealthMetrics {
    return {
      'health_checker.checks': this.#checks,
      'health_checker.consecutive_failures': this.#state.failures,
      'health_checker.snoozed': this.#snoozed,
      'health_checker.total_latency_secs': this.#latencyMs / 1000,
    };
  }

  async #run(): Promise<void> {
    const outcome = await this.#checkOnce();
    if (this.#isStopped()) return;
    const before = this.#state.verdict;
    this.#state = afterCheck(this.#options.policy, this.#state, outcome);
    if (this.#state.verdict !== 'UNHEALTHY') {
      const pauseMs = Math.max(SHORTEST_INTERVAL_MS, this.#options.policy.intervalSecs * 1000);
      this.#timer = this.#options.clock.after(pauseMs, () => void this.#run());
    }
    if (this.#state.verdict !== before) this.#options.onChange();
  }

  #isStopped(): boolean {
    return this.#stopped;
  }

  async #checkOnce(): Promise<CheckOutcome> {
    if (this.#options.snoozed()) {
      this.#snoozed++;
      return { healthy: true };
    }
    const startMs = this.#options.clock.monotonicMs();
    try {
      return await this.#options.check();
    } catch (error) {
      return { healthy: false, reason: `Internal health check error: ${(error as Error).message}` };
    } finally {
      this.#checks++;
      this.#latencyMs += this.#options.clock.monotonicMs() - startMs;
    }
  }
}
