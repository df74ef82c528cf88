import { dirname } from 'node:path';
import type { AppendFile, FileSystem } from '../base/file-system.js';
import type { CheckpointRecord } from './checkpoint-record.js';
import { readStream, type CheckpointStream } from './checkpoint-stream.js';

/** The checkpoint cannot be used; the message says which file, where and why. */
export class CheckpointError extends Error {
  override readonly name = 'CheckpointError';
}

/**
 * Reads a stream for taking it over: a torn tail is cut off, so that the next record is not written behind
 * it. Throws CheckpointError when its middle is damaged, and then changes nothing.
 */
export function recoverStream(fileSystem: FileSystem, path: string): CheckpointRecord[] {
  if (!fileSystem.exists(path)) return [];
  const bytes = fileSystem.readFile(path);
  const stream = readUndamaged(bytes, path);
  if (stream.wholeBytes < bytes.length) fileSystem.truncate(path, stream.wholeBytes);
  return stream.records;
}

/** Reads a stream that may be in use: nothing is changed, a torn tail is passed over. */
export function readCheckpoint(fileSystem: FileSystem, path: string): CheckpointRecord[] {
  return fileSystem.exists(path) ? readUndamaged(fileSystem.readFile(path), path).records : [];
}

function readUndamaged(bytes: Uint8Array, path: string): CheckpointStream {
  const stream = readStream(bytes);
  if (stream.damage !== undefined) {
    throw new CheckpointError(
      `Checkpoint ${path} is damaged at ${stream.damage}. ${stream.records.length} records before it are whole; nothing was changed.`,
    );
  }
  return stream;
}

/**
 * Appends framed records. `append` collects, `flush` hands all of them to the system in one write, which a crash of
 * this process no longer undoes; `whenDurable` waits for the disk, one sync for everybody who waits.
 */
export class CheckpointWriter {
  readonly #file: AppendFile;
  readonly #onFailure: (error: Error) => void;
  #pending: Uint8Array[] = [];
  #unsynced = false;
  #syncing = false;
  #closeWhenSynced = false;
  #waiting: Array<() => void> = [];

  /** `onFailure` is told when the disk says afterwards that it could not keep what it took. */
  constructor(fileSystem: FileSystem, path: string, onFailure: (error: Error) => void) {
    this.#onFailure = onFailure;
    fileSystem.makeDirectory(dirname(path));
    this.#file = fileSystem.openAppend(path);
  }

  append(frame: Uint8Array): void {
    this.#pending.push(frame);
  }

  flush(): void {
    if (this.#pending.length === 0) return;
    const bytes = this.#pending.length === 1 ? this.#pending[0] : Buffer.concat(this.#pending);
    this.#pending = [];
    if (bytes) this.#file.append(bytes);
    this.#unsynced = true;
  }

  get isDurable(): boolean {
    return this.#pending.length === 0 && !this.#unsynced && !this.#syncing;
  }

  /** Calls back, perhaps at once, when everything appended before is on disk; never, if it cannot be. */
  whenDurable(done: () => void): void {
    this.flush();
    if (this.isDurable) {
      done();
      return;
    }
    this.#waiting.push(done);
    if (!this.#syncing) this.#sync();
  }

  close(): void {
    this.flush();
    this.abandon();
  }

  /** Closes without writing what is pending. */
  abandon(): void {
    this.#pending = [];
    this.#waiting = [];
    if (this.#syncing) this.#closeWhenSynced = true;
    else this.#file.close();
  }

  #sync(): void {
    const served = this.#waiting;
    this.#waiting = [];
    this.#syncing = true;
    this.#unsynced = false;
    this.#file.syncSoon((error) => {
      this.#syncing = false;
      if (this.#closeWhenSynced) {
        this.#file.close();
        return;
      }
      // A disk that cannot keep a record cannot be reasoned about: stop before acting on what it lost.
      if (error) {
        this.#onFailure(error);
        return;
      }
      for (const done of served) done();
      if (this.#waiting.length > 0) this.#sync();
    });
  }
}
