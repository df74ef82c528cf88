import type { Timer } from '../base/clock.js';
import type { AgentEnvironment } from './agent-environment.js';
import { appendRecord, readRecord, type TaskPaths, type TaskRecord } from './task-directory.js';

const RETRY_MS = 5000;

/**
 * The record of one task, in memory and on disk. What a full disk does not take is tried again until it does; the
 * task goes on meanwhile.
 */
export class KeptRecord {
  readonly #environment: Pick<AgentEnvironment, 'fileSystem' | 'clock' | 'logger'>;
  readonly #paths: TaskPaths;
  #value: TaskRecord;
  #unwritten: TaskRecord | undefined;
  #retry: Timer | undefined;

  constructor(environment: Pick<AgentEnvironment, 'fileSystem' | 'clock' | 'logger'>, paths: TaskPaths) {
    this.#environment = environment;
    this.#paths = paths;
    this.#value = readRecord(environment.fileSystem, paths);
  }

  get value(): TaskRecord {
    return this.#value;
  }

  remember(more: TaskRecord): void {
    this.#value = { ...this.#value, ...more };
    this.#unwritten = { ...this.#unwritten, ...more };
    this.#write();
  }

  #write(): void {
    const { fileSystem, clock, logger } = this.#environment;
    // A directory that has been collected meanwhile needs no record any more.
    if (!this.#unwritten || !fileSystem.exists(this.#paths.directory)) return;
    try {
      appendRecord(fileSystem, this.#paths, this.#unwritten);
      this.#unwritten = undefined;
    } catch (error) {
      const { state: path } = this.#paths;
      logger.error('task record cannot be written', { path, error: (error as Error).message });
      if (this.#value.endedMs !== undefined) this.#withdrawLaunch();
      this.#retry?.cancel();
      this.#retry = clock.after(RETRY_MS, () => {
        this.#write();
      });
    }
  }

  /** The next agent must not start again what has ended. A full disk refuses words, but takes another name. */
  #withdrawLaunch(): void {
    const { fileSystem, logger } = this.#environment;
    const { launch, endedLaunch } = this.#paths;
    try {
      if (fileSystem.exists(launch)) fileSystem.rename(launch, endedLaunch);
    } catch (error) {
      logger.error('task record cannot be written', { path: launch, error: (error as Error).message });
    }
  }
}
