import type { Clock, Timer } from '../base/clock.js';
import type { AppendFile, FileSystem } from '../base/file-system.js';
import type { Logger } from '../base/logging.js';
import type { Random } from '../base/random.js';
import type { StatusUpdate } from '../model/agent-protocol.js';
import { TERMINAL_STATES } from '../model/scheduled-task.js';

/**
 * Status updates on their way to the scheduler: at least once, in order.
 *
 * Each is a line of a journal before it is sent and stays there until the scheduler acknowledges its uuid.
 * One request is on its way at a time and carries everything that is queued, oldest first; a failed or
 * partly acknowledged one is repeated after a growing delay, or at once when the scheduler is back (`flush`).
 */
export interface StatusUpdatesOptions {
  readonly fileSystem: FileSystem;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** The journal. */
  readonly path: string;
  /** Delivers; resolves to the acknowledged uuids. */
  readonly send: (updates: readonly StatusUpdate[]) => Promise<readonly string[]>;
  /** Told once for each update that needs no more repeating. */
  readonly onAcknowledged: (update: StatusUpdate) => void;
}

const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 5000;
const LARGEST_BATCH = 500;
/** An empty queue and a journal beyond this size: start it afresh. */
const COMPACT_BYTES = 64 * 1024;

export class StatusUpdatesQueue {
  readonly #options: StatusUpdatesOptions;
  readonly #pending = new Map<string, StatusUpdate>();
  #journal: AppendFile | undefined;
  #journalBytes = 0;
  #sending = false;
  #scheduled = false;
  #open = false;
  #retryMs = FIRST_RETRY_MS;
  #retry: Timer | undefined;

  constructor(options: StatusUpdatesOptions) {
    this.#options = options;
    this.#restore();
  }

  /** Oldest first. */
  get pending(): readonly StatusUpdate[] {
    return [...this.#pending.values()];
  }

  hasPending(taskId: string): boolean {
    for (const update of this.#pending.values()) if (update.taskId === taskId) return true;
    return false;
  }

  add(update: Omit<StatusUpdate, 'uuid' | 'timestampMs'>): StatusUpdate {
    const complete: StatusUpdate = {
      ...update,
      uuid: this.#options.random.uuid(),
      timestampMs: this.#options.clock.nowMs(),
    };
    this.#pending.set(complete.uuid, complete);
    this.#record({ update: complete }, TERMINAL_STATES.has(complete.status));
    this.#schedule();
    return complete;
  }

  /** The scheduler can be reached: everything queued goes out now. */
  flush(): void {
    this.#open = true;
    this.#retryMs = FIRST_RETRY_MS;
    this.#retry?.cancel();
    this.#retry = undefined;
    this.#schedule();
  }

  /** The scheduler does not know this agent: hold everything until the next `flush`. */
  hold(): void {
    this.#open = false;
    this.#retry?.cancel();
    this.#retry = undefined;
  }

  close(): void {
    this.hold();
    this.#journal?.close();
    this.#journal = undefined;
  }

  /** What is added in one turn of the event loop travels together. */
  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    queueMicrotask(() => {
      this.#scheduled = false;
      void this.#deliver();
    });
  }

  async #deliver(): Promise<void> {
    if (!this.#open || this.#sending || this.#retry || this.#pending.size === 0) return;
    const batch = this.pending.slice(0, LARGEST_BATCH);
    this.#sending = true;
    let acknowledged: readonly string[] = [];
    try {
      acknowledged = await this.#options.send(batch);
    } catch (error) {
      this.#options.logger.warn('status updates not delivered', { error: (error as Error).message });
    }
    this.#sending = false;
    const progress = this.#acknowledge(acknowledged);
    if (this.#pending.size === 0 || !this.#isOpen()) return;
    if (progress && acknowledged.length >= batch.length) this.#schedule();
    else this.#retryLater();
  }

  #isOpen(): boolean {
    return this.#open;
  }

  #acknowledge(uuids: readonly string[]): boolean {
    let progress = false;
    for (const uuid of uuids) {
      const update = this.#pending.get(uuid);
      if (!update) continue;
      progress = true;
      this.#pending.delete(uuid);
      this.#record({ acknowledged: uuid }, false);
      this.#options.onAcknowledged(update);
    }
    if (progress) this.#retryMs = FIRST_RETRY_MS;
    if (this.#pending.size === 0 && this.#journalBytes > COMPACT_BYTES) this.#startAfresh();
    return progress;
  }

  #retryLater(): void {
    this.#retry?.cancel();
    this.#retry = this.#options.clock.after(this.#retryMs, () => {
      this.#retry = undefined;
      void this.#deliver();
    });
    this.#retryMs = Math.min(LAST_RETRY_MS, this.#retryMs * 2);
  }

  /** A full disk must not cost an update: it then lives in memory, and in the checkpoint it came from. */
  #record(line: JournalLine, sync: boolean): void {
    try {
      this.#journal ??= this.#options.fileSystem.openAppend(this.#options.path, 0o600);
      const bytes = Buffer.from(`${JSON.stringify(line)}\n`);
      this.#journal.append(bytes);
      this.#journalBytes += bytes.length;
      if (sync) this.#journal.sync();
    } catch (error) {
      this.#options.logger.error('status update journal cannot be written', {
        path: this.#options.path,
        error: (error as Error).message,
      });
    }
  }

  #startAfresh(): void {
    try {
      this.#options.fileSystem.truncate(this.#options.path, 0);
      this.#journalBytes = 0;
    } catch (error) {
      this.#options.logger.warn('status update journal cannot be cut', { error: (error as Error).message });
    }
  }

  #restore(): void {
    const { fileSystem, path, logger } = this.#options;
    if (!fileSystem.exists(path)) return;
    const text = fileSystem.readText(path);
    this.#journalBytes = Buffer.byteLength(text);
    for (const line of text.split('\n')) {
      if (line === '') continue;
      const parsed = parseLine(line);
      if (!parsed) logger.warn('status update journal: a damaged line is skipped', { path });
      else if ('update' in parsed) this.#pending.set(parsed.update.uuid, parsed.update);
      else this.#pending.delete(parsed.acknowledged);
    }
    // A line cut by a crash must not swallow the next one.
    if (text !== '' && !text.endsWith('\n')) this.#terminateLine();
  }

  #terminateLine(): void {
    try {
      this.#journal = this.#options.fileSystem.openAppend(this.#options.path, 0o600);
      this.#journal.append(Buffer.from('\n'));
    } catch (error) {
      this.#options.logger.warn('status update journal cannot be written', {
        error: (error as Error).message,
      });
    }
  }
}

type JournalLine = { readonly update: StatusUpdate } | { readonly acknowledged: string };

function parseLine(line: string): JournalLine | undefined {
  try {
    const value = JSON.parse(line) as Partial<Record<'update' | 'acknowledged', unknown>>;
    if (typeof value.acknowledged === 'string') return { acknowledged: value.acknowledged };
    const update = value.update as Partial<StatusUpdate> | undefined;
    if (typeof update?.uuid === 'string' && typeof update.taskId === 'string') return value as JournalLine;
  } catch {
    return undefined;
  }
  return undefined;
}
