import { join } from 'node:path';
import type { Clock } from '../base/clock.js';
import type { FileSystem } from '../base/file-system.js';
import type { ScheduledTask, TaskQuery } from '../model/scheduled-task.js';
import { answer, done, refuse, type Reply } from '../scheduler/reply.js';
import { snapshotOps } from '../storage/snapshot.js';
import { Store } from '../storage/store.js';
import { queryTasks } from '../storage/task-query.js';
import { readBackup, writeBackup } from './backup-file.js';
import type { Snapshots } from './snapshots.js';

export interface RecoveryDependencies {
  readonly store: Store;
  readonly snapshots: Pick<Snapshots, 'writeNow'>;
  readonly backupDirectory: string;
  readonly files: FileSystem;
  readonly clock: Clock;
  /** Makes durable what the scheduler has done so far. */
  readonly commit: () => void;
  /** Ends the daemon after the replies are out: memory no longer is what the disk says. */
  readonly shutDown: () => void;
}

/** Backups beyond this number are removed, oldest first. */
const MOST_BACKUPS = 48;

/**
 * Snapshots, backups, and the way back: a backup is staged beside the running state, looked at, trimmed, and
 * committed, which replaces the durable state and ends the daemon.
 */
export class Recovery {
  readonly #dependencies: RecoveryDependencies;
  #staged: Store | undefined;

  constructor(dependencies: RecoveryDependencies) {
    this.#dependencies = dependencies;
  }

  /** Writes the state of this moment in full, so that a restart reads no more than that. */
  snapshot(): Reply {
    this.#dependencies.snapshots.writeNow(this.#dependencies.store);
    return done();
  }

  performBackup(): Reply {
    const { files, backupDirectory, store, commit } = this.#dependencies;
    commit();
    files.makeDirectory(backupDirectory, 0o700);
    writeBackup(files, join(backupDirectory, this.#newName()), snapshotOps(store));
    this.#prune();
    return done();
  }

  listBackups(): string[] {
    const { files, backupDirectory } = this.#dependencies;
    if (!files.exists(backupDirectory)) return [];
    return files.readDirectory(backupDirectory).filter((name) => BACKUP_NAME.test(name));
  }

  stage(backupId: string): Reply {
    if (this.#staged) return refuse('ERROR', 'Another backup is already loaded.');
    if (!this.listBackups().includes(backupId)) return refuse('ERROR', `Backup ${backupId} does not exist.`);
    const staged = new Store();
    try {
      const { files, backupDirectory } = this.#dependencies;
      for (const op of readBackup(files, join(backupDirectory, backupId))) staged.apply(op);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return refuse('ERROR', `Failed to decode backup ${backupId}: ${reason}`);
    }
    this.#staged = staged;
    return done();
  }

  query(query: TaskQuery): Reply<ScheduledTask[]> {
    return this.#staged ? answer(queryTasks(this.#staged, query)) : NOTHING_STAGED;
  }

  deleteTasks(query: TaskQuery): Reply {
    if (!this.#staged) return NOTHING_STAGED;
    const taskIds = queryTasks(this.#staged, query).map((task) => task.assignedTask.taskId);
    this.#staged.apply({ op: 'removeTasks', taskIds });
    return done();
  }

  commit(): Reply {
    if (!this.#staged) return NOTHING_STAGED;
    this.#dependencies.snapshots.writeNow(this.#staged);
    this.#staged = undefined;
    this.#dependencies.shutDown();
    return done();
  }

  unload(): Reply {
    if (!this.#staged) return NOTHING_STAGED;
    this.#staged = undefined;
    return done();
  }

  /** `scheduler-backup-2026-01-31-23-59`, with a number behind it for a second one in that minute. */
  #newName(): string {
    const stamp = new Date(this.#dependencies.clock.nowMs()).toISOString().slice(0, 16).replace(/[T:]/g, '-');
    const taken = new Set(this.listBackups());
    let name = `scheduler-backup-${stamp}`;
    for (let number = 2; taken.has(name); number++) name = `scheduler-backup-${stamp}-${number}`;
    return name;
  }

  #prune(): void {
    const { files, backupDirectory } = this.#dependencies;
    const byAge = this.listBackups()
      .map((name) => join(backupDirectory, name))
      .map((path) => ({ path, modifiedMs: files.stat(path)?.modifiedMs ?? 0 }))
      .sort((a, b) => a.modifiedMs - b.modifiedMs);
    for (const { path } of byAge.slice(0, Math.max(0, byAge.length - MOST_BACKUPS))) files.remove(path);
  }
}

const BACKUP_NAME = /^scheduler-backup-[\d-]+$/;
const NOTHING_STAGED = refuse('ERROR', 'No backup loaded.');
