import { join } from 'node:path';
import type { FileSystem } from '../../base/file-system.js';
import { isTerminalTaskState, type TaskState } from '../../model/process.js';
import { readCheckpoint } from '../../thermos/checkpoint-file.js';
import type { ProcessStatus, RunnerHeader } from '../../thermos/checkpoint-record.js';
import { runnerCheckpoint, taskPath } from '../../thermos/paths.js';
import { replay, type RunnerState } from '../../thermos/runner-state.js';
import type { Agent } from '../agent.js';
import { isTaskId } from '../assigned-task.js';
import { taskPaths } from '../task-directory.js';
import type { TaskMonitor } from '../usage/task-monitor.js';

export type TaskKind = 'active' | 'finished' | 'all';

/** A task as its checkpoint tells, whoever supervises it. */
export interface ObservedTask {
  readonly taskId: string;
  readonly active: boolean;
  readonly header: RunnerHeader;
  readonly state: TaskState;
  /** Milliseconds since the epoch: first ACTIVE, and last entry into the present state. */
  readonly launchMs: number;
  readonly stateMs: number;
  readonly statuses: RunnerState['statuses'];
  /** Runs by process; the index is the run number. */
  readonly processes: ReadonlyMap<string, readonly ProcessStatus[]>;
  /** The Thermos task as JSON. */
  readonly task: unknown;
  /** Present while the agent samples it. */
  readonly monitor: TaskMonitor | undefined;
}

/** The tasks below an agent's work directory, newest first by the time of their task file. */
export class ObservedTasks {
  constructor(
    private readonly agent: Agent,
    private readonly directory: string,
    private readonly fileSystem: FileSystem,
  ) {}

  ids(kind: TaskKind): string[] {
    return this.#files()
      .filter((file) => kind === 'all' || (kind === 'active') === file.active)
      .sort((a, b) => b.modifiedMs - a.modifiedMs || (a.taskId < b.taskId ? -1 : 1))
      .map((file) => file.taskId);
  }

  counts(): { readonly active: number; readonly finished: number; readonly all: number } {
    const files = this.#files();
    const active = files.filter((file) => file.active).length;
    return { active, finished: files.length - active, all: files.length };
  }

  /** Undefined when there is no such task, or when its checkpoint cannot be read. */
  load(taskId: string): ObservedTask | undefined {
    const file = this.#file(taskId);
    if (!file) return undefined;
    const root = taskPaths(this.directory, taskId).checkpointRoot;
    try {
      const state = replay(readCheckpoint(this.fileSystem, runnerCheckpoint(root, taskId)));
      const last = state.statuses.at(-1);
      if (!last || !state.header) return undefined;
      const entry = [...state.statuses]
        .reverse()
        .find((_, index, all) => all[index + 1]?.state !== last.state);
      return {
        taskId,
        active: !isTerminalTaskState(last.state),
        header: state.header,
        state: last.state,
        launchMs: state.statuses[0]?.timestampMs ?? last.timestampMs,
        stateMs: (entry ?? last).timestampMs,
        statuses: state.statuses,
        processes: state.processes,
        task: JSON.parse(this.fileSystem.readText(file.path)) as unknown,
        monitor: this.agent.tasks.find(taskId)?.checkers?.monitor,
      };
    } catch {
      return undefined;
    }
  }

  #files(): TaskFile[] {
    const tasks = join(this.directory, 'tasks');
    if (!this.fileSystem.exists(tasks)) return [];
    return this.fileSystem.readDirectory(tasks).flatMap((taskId) => this.#file(taskId) ?? []);
  }

  #file(taskId: string): TaskFile | undefined {
    if (!isTaskId(taskId)) return undefined;
    const root = taskPaths(this.directory, taskId).checkpointRoot;
    for (const status of ['active', 'finished'] as const) {
      const path = taskPath(root, status, taskId);
      const stat = this.fileSystem.stat(path);
      if (stat) return { taskId, path, active: status === 'active', modifiedMs: stat.modifiedMs };
    }
    return undefined;
  }
}

interface TaskFile {
  readonly taskId: string;
  readonly path: string;
  readonly active: boolean;
  readonly modifiedMs: number;
}
