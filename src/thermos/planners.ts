import type { Process, Task } from '../model/process.js';
import type { ProcessStatus } from './checkpoint-record.js';
import { makePlans } from './plan.js';
import { Planner } from './planner.js';
import { InvalidTask } from './task-files.js';

/** How a run ended. */
export type Outcome = 'success' | 'failure' | 'lost';

/** The regular and the finalizing plan of one task, told what happens to its processes. */
export class Planners {
  readonly regular: Planner;
  readonly finalizing: Planner;
  /** Names that orders mention and no process has. */
  readonly unknownNames: readonly string[];
  readonly #maxFailures: number;
  readonly #processes: ReadonlyMap<string, Process>;

  /** Throws InvalidTask when a plan is impossible. */
  constructor(task: Task, runLimit: number | undefined) {
    const plans = makePlans(task);
    if (!plans.ok) throw new InvalidTask(plans.error);
    this.regular = new Planner(plans.value.regular, runLimit);
    this.finalizing = new Planner(plans.value.finalizing, runLimit);
    this.unknownNames = plans.value.unknownNames;
    this.#maxFailures = task.maxFailures;
    this.#processes = new Map(task.processes.map((process) => [process.name, process]));
  }

  process(name: string): Process {
    const process = this.#processes.get(name);
    if (process) return process;
    throw new InvalidTask(`The checkpoint names the process ${name}, which the task does not have`);
  }

  /** Only the regular plan matters: finalizing processes may fail. */
  get isHealthy(): boolean {
    const { isDeadlocked, failedCount } = this.regular;
    return !isDeadlocked && (this.#maxFailures === 0 || failedCount < this.#maxFailures);
  }

  begun(process: Process): void {
    this.#of(process).started(process.name);
  }

  ended(process: Process, outcome: Outcome, nowMs: number): void {
    const planner = this.#of(process);
    if (outcome === 'success') planner.succeeded(process.name, nowMs);
    else if (outcome === 'failure') planner.failed(process.name, nowMs);
    else planner.lost(process.name, nowMs);
  }

  /** A record of an earlier runner; a pause between runs begins anew. */
  replayed({ process: name, state }: ProcessStatus, nowMs: number): void {
    const process = this.process(name);
    // A run that could not be started is WAITING, then FAILED.
    const unstarted = state === 'FAILED' && this.#of(process).standingOf(name) !== 'running';
    if (state === 'FORKED' || unstarted) this.begun(process);
    if (state === 'SUCCESS') this.ended(process, 'success', nowMs);
    else if (state === 'FAILED') this.ended(process, 'failure', nowMs);
    else if (state === 'KILLED' || state === 'LOST') this.ended(process, 'lost', nowMs);
  }

  #of(process: Process): Planner {
    return process.final ? this.finalizing : this.regular;
  }
}
