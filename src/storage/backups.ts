import type { FileSystem } from '../base/file-system.js';
import { err, ok, type Result } from '../base/result.js';
import type { ScheduledTask, TaskQuery } from '../model/scheduled-task.js';
import { readBackupFile, writeBackupFile } from './backup-file.js';
import { StorageFailure, type Persistence } from './persistence.js';
import { snapshotOps } from './snapshot.js';
import type { Store } from './store.js';
import { queryTasks } from './task-query.js';

const PREFIX = 'scheduler-backup-';
const MOST_BACKUPS = 48;

/**
 * Backups of the store in a directory of their own, and the recovery from one: it is staged beside the running
 * store, may be looked at and thinned out, and takes the store's place with `commit`, after which the scheduler
 * must stop. Refusals are Aurora's sentences.
 */
export class Backups {
  #staged: Store | undefined;

  constructor(
    private readonly fileSystem: FileSystem,
    readonly directory: string,
    private readonly mostBackups = MOST_BACKUPS,
  ) {}

  /** Writes a backup now and drops the oldest beyond the limit; the name of the new one. */
  backupNow(store: Store, nowMs: number): string {
    this.fileSystem.makeDirectory(this.directory, 0o700);
    const name = `${PREFIX}${minuteOf(nowMs)}`;
    writeBackupFile(this.fileSystem, `${this.directory}/${name}`, store, nowMs);
    for (const old of this.list().slice(0, -this.mostBackups))
      this.fileSystem.remove(`${this.directory}/${old}`);
    return name;
  }

  /** Oldest first. */
  list(): string[] {
    if (!this.fileSystem.exists(this.directory)) return [];
    return this.fileSystem.readDirectory(this.directory).filter((name) => name.startsWith(PREFIX));
  }

  stage(backupId: string): Result<undefined, string> {
    if (this.#staged) return err('Another backup is already loaded.');
    if (!this.list().includes(backupId)) return err(`Backup ${backupId} does not exist.`);
    try {
      this.#staged = readBackupFile(this.fileSystem, `${this.directory}/${backupId}`);
      return ok(undefined);
    } catch (error) {
      if (error instanceof StorageFailure) return err(error.message);
      throw error;
    }
  }

  query(query: TaskQuery): Result<ScheduledTask[], string> {
    return this.#staged ? ok(queryTasks(this.#staged, query)) : err(NOTHING_STAGED);
  }

  deleteTasks(query: TaskQuery): Result<undefined, string> {
    if (!this.#staged) return err(NOTHING_STAGED);
    const taskIds = queryTasks(this.#staged, query).map((task) => task.assignedTask.taskId);
    this.#staged.apply({ op: 'removeTasks', taskIds });
    return ok(undefined);
  }

  unload(): Result<undefined, string> {
    if (!this.#staged) return err(NOTHING_STAGED);
    this.#staged = undefined;
    return ok(undefined);
  }

  /** Makes the staged state the durable one. Nothing else may be persisted afterwards: stop the scheduler. */
  commit(persistence: Persistence): Result<undefined, string> {
    if (!this.#staged) return err(NOTHING_STAGED);
    const writer = persistence.startSnapshot(snapshotOps(this.#staged));
    while (!writer.step());
    this.#staged = undefined;
    return ok(undefined);
  }
}

const NOTHING_STAGED = 'No backup loaded.';

/** `2026-11-25-03-07`, in UTC. */
function minuteOf(nowMs: number): string {
  return new Date(nowMs).toISOString().slice(0, 16).replaceAll(/[T:]/g, '-');
}
