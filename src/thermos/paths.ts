import { join } from 'node:path';

/** Where a checkpoint root keeps what; the layout of the original, so that both can read it. */
export function taskPath(root: string, status: 'active' | 'finished', taskId: string): string {
  return join(root, 'tasks', status, taskId);
}

export function checkpointDirectory(root: string, taskId: string): string {
  return join(root, 'checkpoints', taskId);
}

export function runnerCheckpoint(root: string, taskId: string): string {
  return join(checkpointDirectory(root, taskId), 'runner');
}

export function processCheckpoint(root: string, taskId: string, process: string): string {
  return join(checkpointDirectory(root, taskId), `coordinator.${process}`);
}

/** What the coordinators write while a task lives; gone afterwards. No process name can collide with it. */
export function journalPath(root: string, taskId: string): string {
  return join(checkpointDirectory(root, taskId), 'journal');
}

export function processLogDirectory(logDir: string, process: string, run: number): string {
  return join(logDir, process, String(run));
}

/** Task ids become file names: blanks, slashes and leading dots would leave the layout. */
export function isTaskId(text: string): boolean {
  return /^(?!\.{1,2}$)[^\s/\0]{1,255}$/.test(text);
}
