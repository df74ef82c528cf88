import { rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock, Timer } from '../../base/clock.js';
import type { FileSystem } from '../../base/file-system.js';
import type { Logger } from '../../base/logging.js';
import { isTaskId } from '../assigned-task.js';
import type { Isolation } from '../isolation/isolation.js';
import { readRecord, taskPaths } from '../task-directory.js';
import { selectGarbage, type EndedTask } from './gc-policy.js';

export interface CollectorOptions {
  readonly clock: Clock;
  readonly fileSystem: FileSystem;
  readonly logger: Logger;
  /** The agent's work directory. */
  readonly directory: string;
  /** Where sandboxes are when they are not in the tasks' own directories. */
  readonly sandboxHome: string | undefined;
  readonly isolation: Isolation;
  readonly delayMs: number;
  readonly isLive: (taskId: string) => boolean;
  /** Its last update has not been acknowledged: the scheduler may still ask. */
  readonly isPending: (taskId: string) => boolean;
}

const ROUND_MS = 60_000;

/** Every minute removes what dead tasks have left: directories by age and disk pressure, cgroups at once. */
export class Collector {
  readonly #options: CollectorOptions;
  #timer: Timer | undefined;
  #stopped = false;

  constructor(options: CollectorOptions) {
    this.#options = options;
  }

  start(): void {
    this.#schedule();
  }

  stop(): void {
    this.#stopped = true;
    this.#timer?.cancel();
  }

  /** One round; resolves to the ids of the tasks whose directories were removed. */
  async collect(): Promise<string[]> {
    this.#closeLeftovers();
    const { clock, delayMs, logger, directory } = this.#options;
    const ended = this.#ended();
    if (ended.length === 0) return [];
    const facts = { nowMs: clock.nowMs(), delayMs, diskUsed: await diskUsed(directory) };
    const removed: string[] = [];
    for (const task of selectGarbage(ended, facts)) {
      try {
        await this.#remove(task.taskId);
        removed.push(task.taskId);
      } catch (error) {
        logger.warn('sandbox cannot be removed', { taskId: task.taskId, error: (error as Error).message });
      }
    }
    return removed;
  }

  #schedule(): void {
    this.#timer = this.#options.clock.after(ROUND_MS, () => {
      void this.collect()
        .catch((error: unknown) => {
          this.#options.logger.warn('collection failed', { error: (error as Error).message });
        })
        .then(() => {
          if (!this.#stopped) this.#schedule();
        });
    });
  }

  #ended(): EndedTask[] {
    const { fileSystem, directory, isLive, isPending } = this.#options;
    const tasks = join(directory, 'tasks');
    if (!fileSystem.exists(tasks)) return [];
    return fileSystem.readDirectory(tasks).flatMap((taskId) => {
      if (!isTaskId(taskId) || isLive(taskId) || isPending(taskId)) return [];
      const { endedMs } = readRecord(fileSystem, taskPaths(directory, taskId));
      return endedMs === undefined ? [] : [{ taskId, endedMs }];
    });
  }

  /** The sandbox first: while the record is there, a round that was cut short is repeated. `rm` follows no link. */
  async #remove(taskId: string): Promise<void> {
    const { sandboxHome, directory } = this.#options;
    if (sandboxHome !== undefined) await rm(join(sandboxHome, taskId), { recursive: true, force: true });
    await rm(taskPaths(directory, taskId).directory, { recursive: true, force: true });
  }

  #closeLeftovers(): void {
    const { isolation, isLive } = this.#options;
    for (const taskId of isolation.leftovers()) {
      if (isLive(taskId)) continue;
      const place = isolation.open(taskId, { cpus: 1, ramBytes: 0, processes: 1024, cpuQuota: false });
      place.kill();
      place.close();
    }
  }
}

async function diskUsed(path: string): Promise<number> {
  const { blocks, bavail } = await statfs(path);
  return blocks > 0 ? 1 - bavail / blocks : 0;
}
