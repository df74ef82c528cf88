import { join } from 'node:path';
import type { AgentTask } from '../model/agent-protocol.js';
import type { ScheduleStatus } from '../model/scheduled-task.js';
import type { AgentEnvironment } from './agent-environment.js';
import { isTaskId, readAssignedTask, type LaunchedTask } from './assigned-task.js';
import { JsonMismatch, JsonReader } from './json-reader.js';
import { readRecord, taskPaths, type TaskPaths, type TaskRecord } from './task-directory.js';
import { TaskExecutor } from './task-executor.js';

/**
 * The tasks of one agent. Live ones are executors in memory; an ended one is only its directory, read when
 * somebody asks, until its sandbox is collected.
 */
export class AgentTasks {
  readonly #environment: AgentEnvironment;
  readonly #live = new Map<string, TaskExecutor>();

  constructor(environment: AgentEnvironment) {
    this.#environment = environment;
  }

  get live(): readonly TaskExecutor[] {
    return [...this.#live.values()];
  }

  find(taskId: string): TaskExecutor | undefined {
    return this.#live.get(taskId);
  }

  /** What is on disk of a task that is not live; undefined when there is nothing. */
  ended(taskId: string): TaskRecord | undefined {
    const { fileSystem, directory } = this.#environment;
    if (!isTaskId(taskId)) return undefined;
    const paths = taskPaths(directory, taskId);
    return fileSystem.exists(paths.state) ? readRecord(fileSystem, paths) : undefined;
  }

  /** Goes on with every task that had not ended; those of another boot are reported LOST. */
  adopt(): void {
    const { fileSystem, directory, logger } = this.#environment;
    const tasks = join(directory, 'tasks');
    if (!fileSystem.exists(tasks)) return;
    for (const taskId of fileSystem.readDirectory(tasks)) {
      if (!isTaskId(taskId)) continue;
      const paths = taskPaths(directory, taskId);
      try {
        if (!fileSystem.exists(paths.launch) || readRecord(fileSystem, paths).endedMs !== undefined) continue;
        this.#start(readAssignedTask(JsonReader.parse(fileSystem.readText(paths.launch), 'launch.json')));
      } catch (error) {
        logger.error('task cannot be taken over', { taskId, error: (error as Error).message });
        this.#environment.report({
          taskId,
          status: 'LOST',
          message: `Task cannot be taken over: ${(error as Error).message}`,
        });
      }
    }
  }

  /**
   * On disk first: a launch that was answered is never lost, one that is repeated never runs twice. One that the
   * disk refuses is thrown back at the caller, and leaves nothing that a later agent could start.
   */
  launch(task: unknown): void {
    const { fileSystem, directory, logger } = this.#environment;
    const reader = JsonReader.of(task, 'task');
    let launched: LaunchedTask;
    try {
      launched = readAssignedTask(reader);
    } catch (error) {
      if (!(error instanceof JsonMismatch)) throw error;
      logger.error('launch refused', { error: error.message });
      this.#refuse(reader, error);
      return;
    }
    const paths = taskPaths(directory, launched.taskId);
    if (this.#live.has(launched.taskId)) return;
    if (fileSystem.exists(paths.launch) || fileSystem.exists(paths.endedLaunch)) return;
    try {
      fileSystem.makeDirectory(paths.directory, 0o711);
      fileSystem.writeFileDurably(paths.launch, JSON.stringify(task), 0o600);
      this.#start(launched);
    } catch (error) {
      this.#forget(paths);
      throw error;
    }
  }

  #forget(paths: TaskPaths): void {
    try {
      this.#environment.fileSystem.remove(paths.directory);
    } catch (error) {
      const { directory: path } = paths;
      this.#environment.logger.error('a refused launch leaves its directory', { path, error: String(error) });
    }
  }

  /** Registration names every task whose end the scheduler has not acknowledged. */
  describe(pendingEnds: ReadonlyMap<string, ScheduleStatus>): AgentTask[] {
    const tasks = this.live.map((executor) => ({
      taskId: executor.taskId,
      status: executor.status,
      ports: [...executor.ports],
    }));
    const ended = [...pendingEnds].filter(([taskId]) => !this.#live.has(taskId));
    return [...tasks, ...ended.map(([taskId, status]) => ({ taskId, status, ports: [] }))];
  }

  #start(launched: LaunchedTask): void {
    const executor = new TaskExecutor(this.#environment, launched);
    this.#live.set(launched.taskId, executor);
    void executor.ended.then(() => this.#live.delete(launched.taskId));
    void executor.start();
  }

  /** A task that cannot even be read fails without having started; one without an id is the caller's mistake. */
  #refuse(reader: JsonReader, error: JsonMismatch): void {
    let taskId: string | undefined;
    try {
      taskId = reader.field('taskId')?.string();
    } catch {
      taskId = undefined;
    }
    if (taskId === undefined || !isTaskId(taskId)) throw error;
    this.#environment.report({ taskId, status: 'FAILED', message: 'Could not deserialize task.' });
  }
}
