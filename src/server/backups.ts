import { join } from 'node:path';
import type { Clock, Timer } from '../base/clock.js';
import type { FileSystem } from '../base/file-system.js';
import type { Logger } from '../base/logging.js';
import { snapshotOps } from '../storage/snapshot.js';
import type { Store } from '../storage/store.js';
import { BackupWriter, UNFINISHED, writeBackup } from './backup-file.js';
import type { Metrics } from './metrics.js';

export interface BackupsDependencies {
  readonly store: Store;
  readonly directory: string;
  /** A backup is written when the newest is this old and something has changed since. */
  readonly intervalMs: number;
  /** Those beyond this number are removed, oldest first. */
  readonly most: number;
  readonly files: FileSystem;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly logger: Logger;
  /** Makes durable what the scheduler has done so far. */
  readonly commit: () => void;
  /** Transactions written since the daemon started. */
  readonly commits: () => number;
  /** Calls back when other work has had its turn. */
  readonly later: (callback: () => void) => void;
}

/** Copies of the whole state in files of their own: now and then, and when somebody asks. */
export class Backups {
  readonly #dependencies: BackupsDependencies;
  #timer: Timer | undefined;
  #writer: BackupWriter | undefined;
  #commitsAtLast = -1;

  constructor(dependencies: BackupsDependencies) {
    this.#dependencies = dependencies;
  }

  /** Counts from the newest backup there is, whoever wrote it. */
  start(): void {
    const { files, directory, intervalMs, clock } = this.#dependencies;
    if (files.exists(directory))
      for (const name of files.readDirectory(directory))
        if (name.endsWith(UNFINISHED)) files.remove(join(directory, name));
    const newest = this.#byAge().at(-1);
    const leftMs = newest === undefined ? intervalMs : newest.modifiedMs + intervalMs - clock.nowMs();
    // A start has other things to do first.
    this.#wait(Math.min(intervalMs, Math.max(AFTER_START_MS, leftMs)));
  }

  /** What is half written is given up. */
  stop(): void {
    this.#timer?.cancel();
    this.#writer?.abandon();
    this.#writer = undefined;
  }

  /** Throws what the disk says. */
  writeNow(): void {
    const { files, store, commit, metrics } = this.#dependencies;
    commit();
    try {
      writeBackup(files, this.#newPath(), snapshotOps(store));
    } catch (error) {
      metrics.add('scheduler_backup_failed');
      throw error;
    }
    this.#written();
  }

  list(): string[] {
    const { files, directory } = this.#dependencies;
    if (!files.exists(directory)) return [];
    return files.readDirectory(directory).filter((name) => BACKUP_NAME.test(name));
  }

  path(name: string): string {
    return join(this.#dependencies.directory, name);
  }

  #wait(delayMs: number): void {
    this.#timer = this.#dependencies.clock.after(Math.min(delayMs, LONGEST_TIMER_MS), () => {
      this.#begin();
    });
  }

  #begin(): void {
    const { files, store, commit, commits, intervalMs } = this.#dependencies;
    this.#wait(intervalMs);
    if (this.#writer || commits() === this.#commitsAtLast) return;
    commit();
    const counted = commits();
    this.#guarded(() => {
      this.#writer = new BackupWriter(files, this.#newPath(), snapshotOps(store));
      this.#continue(counted);
    });
  }

  #continue(counted: number): void {
    this.#dependencies.later(() => {
      this.#guarded(() => {
        if (!this.#writer) return;
        if (!this.#writer.step()) {
          this.#continue(counted);
          return;
        }
        this.#writer = undefined;
        this.#commitsAtLast = counted;
        this.#written();
      });
    });
  }

  /** A backup that cannot be written stops nothing: the store itself is whole. */
  #guarded(work: () => void): void {
    const { metrics, logger } = this.#dependencies;
    try {
      work();
    } catch (error) {
      this.#writer = undefined;
      metrics.add('scheduler_backup_failed');
      logger.error('a backup could not be written', { error: String(error) });
    }
  }

  #written(): void {
    const { files, metrics, most } = this.#dependencies;
    metrics.add('scheduler_backup_success');
    const byAge = this.#byAge();
    for (const { path } of byAge.slice(0, Math.max(0, byAge.length - most))) files.remove(path);
  }

  #byAge(): Array<{ readonly path: string; readonly modifiedMs: number }> {
    const { files } = this.#dependencies;
    return this.list()
      .map((name) => this.path(name))
      .map((path) => ({ path, modifiedMs: files.stat(path)?.modifiedMs ?? 0 }))
      .sort((a, b) => a.modifiedMs - b.modifiedMs || (a.path < b.path ? -1 : 1));
  }

  /** `scheduler-backup-2026-01-31-23-59`, with a number behind it for a second one in that minute. */
  #newPath(): string {
    const { files, directory, clock } = this.#dependencies;
    files.makeDirectory(directory, 0o700);
    const stamp = new Date(clock.nowMs()).toISOString().slice(0, 16).replace(/[T:]/g, '-');
    const taken = new Set(this.list());
    let name = `scheduler-backup-${stamp}`;
    for (let number = 2; taken.has(name); number++) name = `scheduler-backup-${stamp}-${number}`;
    return this.path(name);
  }
}

const BACKUP_NAME = /^scheduler-backup-[\d-]+$/;
const AFTER_START_MS = 60_000;
/** Longer than this, a timer of the platform fires at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;
