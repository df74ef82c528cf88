import type { Population } from './population.js';
import type { ProcessRuns } from './process-runs.js';
import type { TaskRunnerOptions } from './task-runner-options.js';

/** How long processes that escaped their sessions get between SIGTERM and SIGKILL. */
const ESCAPED_GRACE_MS = 2000;
const ESCAPED_POLL_MS = 50;

export interface RemainsListener {
  isCleaning(): boolean;
  /** Something was found out: the task may go on. */
  changed(): void;
}

/** Sees to it that nothing of a task is alive when it goes on to FINALIZING, or ends. */
export class Remains {
  readonly #options: TaskRunnerOptions;
  readonly #runs: ProcessRuns;
  readonly #population: Population;
  readonly #listener: RemainsListener;
  #clean = true;
  #inspecting = false;
  #sweeping = false;
  #escapedSinceMs: number | undefined;

  constructor(
    options: TaskRunnerOptions,
    runs: ProcessRuns,
    population: Population,
    listener: RemainsListener,
  ) {
    this.#options = options;
    this.#runs = runs;
    this.#population = population;
    this.#listener = listener;
  }

  /** Nothing of the task was alive when last looked, and nothing was started since. */
  get isClean(): boolean {
    return this.#clean;
  }

  get isSweeping(): boolean {
    return this.#sweeping;
  }

  /** Something was started, or may have been by an earlier runner. */
  mayExist(): void {
    this.#clean = false;
  }

  /** Everything that is known gets SIGTERM, and what has escaped its session when it is found. */
  terminate(): void {
    this.#runs.terminateAll();
    this.#escapedSinceMs = undefined;
    this.lookForEscaped();
  }

  /**
   * Finds out whether anything of the task is alive. Processes outside the runs' sessions get SIGTERM when
   * first seen, and a short grace.
   */
  lookForEscaped(): void {
    if (this.#clean || this.#inspecting) return;
    this.#inspecting = true;
    const delayMs = this.#escapedSinceMs === undefined ? 0 : ESCAPED_POLL_MS;
    this.#options.sweeper.inspect((census) => {
      this.#inspecting = false;
      if (!this.#listener.isCleaning()) return;
      const escaped = this.#runs.findEscaped(census);
      const now = this.#options.clock.monotonicMs();
      if (escaped.length > 0 && this.#escapedSinceMs === undefined) {
        this.#escapedSinceMs = now;
        for (const info of escaped) this.#options.sweeper.signal(info, 'SIGTERM');
      }
      const graceOver = this.#escapedSinceMs !== undefined && now - this.#escapedSinceMs >= ESCAPED_GRACE_MS;
      if (this.#runs.liveCount > 0) return;
      if (escaped.length === 0) this.#clean = true;
      else if (graceOver) {
        this.sweep(() => undefined);
        return;
      }
      this.#listener.changed();
    }, delayMs);
  }

  /** SIGKILL to everything; `then` comes when nothing is left, or nothing that can be killed. */
  sweep(then: () => void): void {
    this.#sweeping = true;
    this.#options.containment?.kill?.();
    this.#options.sweeper.sweep(
      (census) => this.#population.find(census),
      (left) => {
        this.#population.survived(left);
        this.#sweeping = false;
        this.#clean = true;
        then();
        this.#listener.changed();
      },
    );
  }
}
