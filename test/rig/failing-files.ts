import type { AppendFile, FileSystem } from '../../src/base/file-system.js';

export type DiskErrorCode = 'ENOSPC' | 'EIO' | 'EMFILE' | 'ENFILE' | 'ENOMEM' | 'EDQUOT';

/** A disk of which one call fails, or every one from there on. */
export class FailingDisk {
  calls = 0;
  hasFailed = false;

  constructor(
    private readonly code: DiskErrorCode,
    /** From 0; nothing fails before. */
    private readonly first: number,
    private readonly forGood: boolean,
  ) {}

  wrap(inner: FileSystem): FileSystem {
    return {
      ...inner,
      readFile: (path) => this.#call(path, () => inner.readFile(path)),
      readText: (path) => this.#call(path, () => inner.readText(path)),
      readRange: (path, start, end) => this.#call(path, () => inner.readRange(path, start, end)),
      writeFileDurably: (path, data, mode) => {
        this.#call(path, () => {
          inner.writeFileDurably(path, data, mode);
        });
      },
      openAppend: (path, mode) =>
        this.#wrapFile(
          path,
          this.#call(path, () => inner.openAppend(path, mode)),
        ),
      makeDirectory: (path, mode) => {
        this.#call(path, () => {
          inner.makeDirectory(path, mode);
        });
      },
      rename: (from, to) => {
        this.#call(from, () => {
          inner.rename(from, to);
        });
      },
      syncDirectory: (path) => {
        this.#call(path, () => {
          inner.syncDirectory(path);
        });
      },
      remove: (path) => {
        this.#call(path, () => {
          inner.remove(path);
        });
      },
      truncate: (path, length) => {
        this.#call(path, () => {
          inner.truncate(path, length);
        });
      },
      setModified: (path, timeMs) => {
        this.#call(path, () => {
          inner.setModified(path, timeMs);
        });
      },
    };
  }

  /** A full disk takes a part of what it is given. */
  #wrapFile(path: string, file: AppendFile): AppendFile {
    return {
      append: (data) => {
        if (this.#isDue()) {
          file.append(data.subarray(0, data.length >> 1));
          throw this.#error(path);
        }
        file.append(data);
      },
      sync: () => {
        this.#call(path, () => {
          file.sync();
        });
      },
      syncSoon: (done) => {
        const error = this.#isDue() ? this.#error(path) : undefined;
        file.syncSoon((other) => {
          done(error ?? other);
        });
      },
      close: () => {
        file.close();
      },
    };
  }

  #call<T>(path: string, body: () => T): T {
    if (this.#isDue()) throw this.#error(path);
    return body();
  }

  #isDue(): boolean {
    const call = this.calls++;
    if (this.forGood ? call < this.first : call !== this.first) return false;
    this.hasFailed = true;
    return true;
  }

  #error(path: string): Error {
    return Object.assign(new Error(`${this.code}: the disk fails, '${path}'`), { code: this.code });
  }
}
