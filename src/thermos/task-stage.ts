import type { TaskState } from '../model/process.js';

/** What decides whether a task leaves its present stage. */
export interface StageFacts {
  /** Not deadlocked, and fewer failed processes than allowed. */
  readonly healthy: boolean;
  /** The plan of the present stage is complete, or can never be. */
  readonly planOver: boolean;
  /** A process has been launched and its command is not known to run yet. */
  readonly starting: boolean;
  /** Somebody asked for the end. */
  readonly forced: boolean;
  /** No process of the task is alive. */
  readonly quiet: boolean;
  /** finalization_wait, or the killer's deadline, is used up. */
  readonly timeUp: boolean;
}

export type NextStage = 'STAY' | 'CLEANING' | 'FINALIZING' | 'TERMINAL';

/**
 *     ACTIVE -> CLEANING -> FINALIZING -> SUCCESS | FAILED | KILLED | LOST
 *                   '--------- time up -------^
 *
 * ACTIVE waits for processes that are just being started: a task whose processes are all ephemeral would
 * otherwise be over before it knows whom to end.
 */
export function nextStage(state: TaskState, facts: StageFacts): NextStage {
  switch (state) {
    case 'ACTIVE':
      if (facts.forced || !facts.healthy) return 'CLEANING';
      return facts.planOver && !facts.starting ? 'CLEANING' : 'STAY';
    case 'CLEANING':
      if (facts.timeUp) return 'TERMINAL';
      return facts.quiet ? 'FINALIZING' : 'STAY';
    case 'FINALIZING':
      return facts.timeUp || facts.planOver ? 'TERMINAL' : 'STAY';
    default:
      return 'STAY';
  }
}
