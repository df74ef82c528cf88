import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { CheckpointError } from './checkpoint-file.js';

const FLOCK = ['/usr/bin/flock', '/bin/flock'];

/** Ownership of a task's checkpoint: the lock that the original's runner and tools take, too. */
export interface RunnerLock {
  release(): void;
}

/**
 * Takes the lock or throws CheckpointError with the original's text. Node cannot lock files; flock(1) locks the
 * open file that it inherits, which stays locked as long as we keep it open.
 */
export function takeRunnerLock(path: string): RunnerLock {
  mkdirSync(dirname(path), { recursive: true });
  const descriptor = openSync(path, 'a+');
  if (!lock(descriptor)) {
    closeSync(descriptor);
    throw new CheckpointError(`Unable to open checkpoint ${path}: another runner has it`);
  }
  return {
    release: () => {
      closeSync(descriptor);
    },
  };
}

/** Whether a runner holds the lock now. */
export function isRunnerLocked(path: string): boolean {
  if (!existsSync(path)) return false;
  const descriptor = openSync(path, 'r');
  try {
    return !lock(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Without flock(1) nobody locks: the record of the runner's pid must do. */
function lock(descriptor: number): boolean {
  const flock = FLOCK.find((path) => existsSync(path));
  if (flock === undefined) return true;
  const result = spawnSync(flock, ['--exclusive', '--nonblock', '3'], {
    stdio: ['ignore', 'ignore', 'ignore', descriptor],
  });
  return result.status === 0;
}
