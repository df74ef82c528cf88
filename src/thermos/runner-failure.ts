import { CheckpointError } from './checkpoint-file.js';
import type { ProcessInfo } from './process-table.js';
import { InvalidTask } from './task-files.js';

/**
 * Whether an error is the disk's or the system's, or lies in one task's files: such a one ends the task. Anything
 * else is a mistake of ours.
 */
export function isFailureOfOneTask(error: unknown): error is Error {
  if ([CheckpointError, InvalidTask].some((kind) => error instanceof kind)) return true;
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  return typeof code === 'string' && /^E[A-Z0-9]+$/.test(code);
}

/** Why a task could not go on, in a sentence for its user. */
export function brokenOff(error: Error, checkpoint: string): string {
  const about = error.message.includes(checkpoint) ? '' : ` (checkpoint ${checkpoint})`;
  return `its runner could not go on: ${error.message}${about}`;
}

export function withSurvivors(reason: string, survivors: readonly ProcessInfo[]): string {
  return survivors.length === 0 ? reason : `${reason}; ${describeSurvivors(survivors)}`;
}

/** Whom SIGKILL did not end, in a sentence for the task's user. */
export function describeSurvivors(survivors: readonly ProcessInfo[]): string {
  const some = survivors.slice(0, MOST_NAMED).map(({ pid, state }) => `${pid} (${stateName(state)})`);
  const more = survivors.length > some.length ? ` and ${survivors.length - some.length} more` : '';
  return `left although killed with SIGKILL: process ${some.join(', ')}${more}`;
}

const MOST_NAMED = 5;

function stateName(state: string): string {
  if (state === 'D') return 'waits for a device or a file server and cannot be interrupted';
  return `state ${state}`;
}
