import { join } from 'node:path';
import type { FileSystem } from '../base/file-system.js';
import { runnerCheckpoint, taskPath } from './paths.js';

/** A task found below a checkpoint root. */
export interface FoundTask {
  readonly root: string;
  readonly taskId: string;
  readonly status: 'active' | 'finished';
  /** The task's own file. */
  readonly file: string;
  readonly checkpoint: string;
  /** Of the task's file: when it was started, or ended. */
  readonly modifiedMs: number;
}

export function discoverTasks(fileSystem: FileSystem, roots: Iterable<string>): FoundTask[] {
  const found: FoundTask[] = [];
  for (const root of new Set(roots)) {
    for (const status of ['active', 'finished'] as const) {
      for (const taskId of list(fileSystem, join(root, 'tasks', status))) {
        if (!/^\S+$/.test(taskId)) continue;
        const file = taskPath(root, status, taskId);
        const stat = fileSystem.stat(file);
        if (!stat) continue;
        const checkpoint = runnerCheckpoint(root, taskId);
        found.push({ root, taskId, status, file, checkpoint, modifiedMs: stat.modifiedMs });
      }
    }
  }
  return found;
}

/** Checkpoint roots of every executor below an agent's work directory; `latest` links are passed over. */
export function executorRoots(fileSystem: FileSystem, agentRoot: string): string[] {
  let folders = [agentRoot];
  for (const step of ['slaves', '*', 'frameworks', '*', 'executors', '*', 'runs', '*']) {
    folders = folders.flatMap((folder) =>
      (step === '*' ? list(fileSystem, folder) : [step]).map((name) => join(folder, name)),
    );
    folders = folders.filter((folder) => fileSystem.lstat(folder)?.kind === 'directory');
  }
  return folders.map((folder) => join(folder, 'checkpoints')).filter((folder) => fileSystem.exists(folder));
}

function list(fileSystem: FileSystem, folder: string): string[] {
  return fileSystem.stat(folder)?.kind === 'directory' ? fileSystem.readDirectory(folder) : [];
}
