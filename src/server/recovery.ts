import type { FileSystem } from '../base/file-system.js';
import type { ScheduledTask, TaskQuery } from '../model/scheduled-task.js';
import { answer, done, refuse, type Reply } from '../scheduler/reply.js';
import { Store } from '../storage/store.js';
import { queryTasks } from '../storage/task-query.js';
import { readBackup } from './backup-file.js';
import type { Backups } from './backups.js';
import type { Snapshots } from './snapshots.js';

export interface RecoveryDependencies {
  readonly store: Store;
  readonly snapshots: Pick<Snapshots, 'writeNow'>;
  readonly backups: Backups;
  readonly files: FileSystem;
  /** Ends the daemon after the replies are out: memory no longer is what the disk says. */
  readonly shutDown: () => void;
}

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
    try {
      this.#dependencies.backups.writeNow();
    } catch (error) {
      return refuse('ERROR', `The backup could not be written: ${(error as Error).message}`);
    }
    return done();
  }

  listBackups(): string[] {
    return this.#dependencies.backups.list();
  }

  stage(backupId: string): Reply {
    if (this.#staged) return refuse('ERROR', 'Another backup is already loaded.');
    if (!this.listBackups().includes(backupId)) return refuse('ERROR', `Backup ${backupId} does not exist.`);
    const staged = new Store();
    try {
      const { files, backups } = this.#dependencies;
      for (const op of readBackup(files, backups.path(backupId))) staged.apply(op);
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
}

const NOTHING_STAGED = refuse('ERROR', 'No backup loaded.');
