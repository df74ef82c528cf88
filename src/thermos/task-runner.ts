import type { TaskState } from '../model/process.js';
import type { KillOptions, ProcessSnapshot, TaskRunnerOptions } from './task-runner-options.js';

/**
 * One task on this host. `start` runs it, or, when its checkpoint exists, replays that and takes over what
 * still runs. Everything is an event; nothing polls while all is well.
 */
export interface TaskRunnerContract {
  /** Throws CheckpointError when the checkpoint cannot be opened or is damaged in its middle. */
  start(): void;
  kill(options: KillOptions): void;
  readonly state: TaskState;
  processes(): ProcessSnapshot[];
  /** Stops supervising and lets everything run on, for the next runner to adopt. */
  close(): void;
}

export type TaskRunnerFactory = new (options: TaskRunnerOptions) => TaskRunnerContract;
