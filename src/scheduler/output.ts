import type { AssignedTask, ScheduledTask, ScheduleStatus } from '../model/scheduled-task.js';
import type { Op } from '../storage/op.js';

/** Something the shell does for the scheduler, after the ops that came with it are durable. */
export type Command =
  | { readonly kind: 'launch'; readonly agentId: string; readonly task: AssignedTask }
  | {
      readonly kind: 'kill';
      readonly agentId: string;
      readonly taskId: string;
      readonly message?: string;
    }
  /** The agent repeats the status of these tasks, or of all its tasks when `taskIds` is absent. */
  | { readonly kind: 'reconcile'; readonly agentId: string; readonly taskIds?: readonly string[] };

/**
 * Everything that happened since the last call of `takeOutput`. The order of work is: make `ops` durable in
 * one transaction, then release replies and acknowledgements, then carry out `commands`. A failed commit
 * ends the process before anything of it became visible.
 */
export interface SchedulerOutput {
  readonly ops: readonly Op[];
  readonly commands: readonly Command[];
}

/** Told for each accepted change of a task's state, in order; `from` is absent for a new task. */
export type TaskChangeListener = (task: ScheduledTask, from: ScheduleStatus | undefined) => void;
