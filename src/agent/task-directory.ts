import { join } from 'node:path';
import type { FileSystem } from '../base/file-system.js';
import type { ScheduleStatus } from '../model/scheduled-task.js';
import type { ProcessRun } from '../model/cluster.js';
import type { TerminalCheck } from './status-chain.js';

/**
 * What an agent keeps of one task, `tasks/ID` in its work directory:
 *
 *     launch.json     the LaunchRequest's task, on disk before anything of it runs
 *     state.log       one TaskRecord a line, each adding to those before
 *     checkpoints/    Thermos' checkpoint root: tasks/{active,finished}/ID, checkpoints/ID/
 *     sandbox         the sandbox, or a link to it when the role's user could not reach it here
 */
export interface TaskPaths {
  readonly directory: string;
  readonly launch: string;
  /** The same, of a task whose end no disk had room for. */
  readonly endedLaunch: string;
  readonly state: string;
  readonly checkpointRoot: string;
  readonly sandboxLink: string;
}

export function taskPaths(agentDirectory: string, taskId: string): TaskPaths {
  const directory = join(agentDirectory, 'tasks', taskId);
  return {
    directory,
    launch: join(directory, 'launch.json'),
    endedLaunch: join(directory, 'launch.ended.json'),
    state: join(directory, 'state.log'),
    checkpointRoot: join(directory, 'checkpoints'),
    sandboxLink: join(directory, 'sandbox'),
  };
}

/** What a restarted agent must know beyond the checkpoint. Every field is set once it is known. */
export interface TaskRecord {
  /** Identifies the boot the task was started in: after another one nothing of it is left. */
  readonly bootId?: string;
  readonly sandbox?: string;
  /** Where its processes are kept within their limits. */
  readonly entryFiles?: readonly string[];
  /** The last status reported. */
  readonly status?: ScheduleStatus;
  readonly message?: string;
  readonly reason?: string;
  /** Why it is being stopped, from the moment that was decided. */
  readonly stopping?: TerminalCheck;
  /** Set when its processes are gone and its last update is queued. */
  readonly endedMs?: number;
  /** Its processes at the end. */
  readonly processes?: readonly ProcessRun[];
}

/** Appends; a kill -9 right after loses nothing. Not synced: after a crash of the host no task is left anyway. */
export function appendRecord(fileSystem: FileSystem, paths: TaskPaths, record: TaskRecord): void {
  const file = fileSystem.openAppend(paths.state, 0o600);
  try {
    file.append(Buffer.from(`${JSON.stringify(record)}\n`));
  } finally {
    file.close();
  }
}

export function readRecord(fileSystem: FileSystem, paths: TaskPaths): TaskRecord {
  if (!fileSystem.exists(paths.state)) return {};
  let record: TaskRecord = {};
  for (const line of fileSystem.readText(paths.state).split('\n')) {
    if (line !== '') record = { ...record, ...parseLine(line) };
  }
  return record;
}

/** The last line may be cut. */
function parseLine(line: string): TaskRecord {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}
