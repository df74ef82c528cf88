import type { Process } from '../model/process.js';
import type { CheckpointLog } from './checkpoint-log.js';
import type { Planner } from './planner.js';
import type { Planners } from './planners.js';
import type { TaskRunnerOptions } from './task-runner-options.js';

export interface StartsListener {
  launch(processes: readonly Process[]): void;
  /** The disk has what somebody waited for. */
  durable(): void;
}

/** Decides who of a plan starts now: whoever is ready, as far as max_concurrency and the disk allow. */
export class Starts {
  readonly #options: TaskRunnerOptions;
  readonly #log: CheckpointLog;
  readonly #planners: Planners;
  readonly #listener: StartsListener;
  #waitsForDisk = false;

  constructor(options: TaskRunnerOptions, log: CheckpointLog, planners: Planners, listener: StartsListener) {
    this.#options = options;
    this.#log = log;
    this.#planners = planners;
    this.#listener = listener;
  }

  launch(planner: Planner): void {
    const room = this.room(planner);
    if (room <= 0) return;
    const start: string[] = [];
    for (const name of planner.runnable(this.#options.clock.monotonicMs())) {
      if (this.#mustWaitForDisk(planner, name)) continue;
      start.push(name);
      if (start.length >= room) break;
    }
    if (start.length === 0) return;
    for (const name of start) planner.started(name);
    this.#listener.launch(start.map((name) => this.#planners.process(name)));
  }

  /** How many more may run at once. */
  room(planner: Planner): number {
    const { task, clock } = this.#options;
    // Even when there is no room: a timer for whom nothing changes would fire again and again.
    planner.wake(clock.monotonicMs());
    return task.maxConcurrency === 0 ? Number.POSITIVE_INFINITY : task.maxConcurrency - planner.runningCount;
  }

  /** What builds on the end of another run starts only when that end can no longer be forgotten. */
  #mustWaitForDisk(planner: Planner, name: string): boolean {
    if (!planner.hasPredecessors(name) && !this.#log.state.processes.has(name)) return false;
    if (this.#log.isDurable) return false;
    if (!this.#waitsForDisk) {
      this.#waitsForDisk = true;
      this.#log.whenDurable(() => {
        this.#waitsForDisk = false;
        this.#listener.durable();
      });
    }
    return !this.#log.isDurable;
  }
}
