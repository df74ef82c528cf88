import * as fs from 'node:fs';
import { dirname } from 'node:path';

/**
 * The disk, injected. Calls are synchronous: the callers are short-lived commands, a checkpoint append that
 * must be on disk before the next step, or replay at start. Failures throw Node's own error with its `code`.
 */
export interface FileSystem {
  readFile(path: string): Uint8Array;
  readText(path: string): string;
  /** Bytes from `start` up to, not including, `end`, as text. */
  readRange(path: string, start: number, end: number): string;
  /** Creates or replaces; the content is on disk, whole, under its final name when this returns. */
  writeFileDurably(path: string, data: string | Uint8Array, mode?: number): void;
  /** Opens for appending; the returned handle writes and syncs until closed. */
  openAppend(path: string, mode?: number): AppendFile;
  exists(path: string): boolean;
  stat(path: string): FileStat | undefined;
  lstat(path: string): FileStat | undefined;
  realpath(path: string): string;
  readDirectory(path: string): string[];
  makeDirectory(path: string, mode?: number): void;
  /** Durable once `syncDirectory` has synced the directories of both. */
  rename(from: string, to: string): void;
  syncDirectory(path: string): void;
  remove(path: string): void;
  truncate(path: string, length: number): void;
  changeOwner(path: string, uid: number, gid: number): void;
  /** Sets the time of last change. */
  setModified(path: string, timeMs: number): void;
}

export interface AppendFile {
  append(data: Uint8Array): void;
  sync(): void;
  /** Syncs without blocking; `done` comes when everything appended so far is on disk. */
  syncSoon(done: (error?: Error) => void): void;
  close(): void;
}

export interface FileStat {
  readonly kind: 'file' | 'directory' | 'symlink' | 'other';
  /** Bytes. */
  readonly size: number;
  readonly modifiedMs: number;
  readonly inode: number;
  readonly mode: number;
  readonly uid: number;
}

export const diskFileSystem: FileSystem = {
  readFile: (path) => fs.readFileSync(path),
  readText: (path) => fs.readFileSync(path, 'utf8'),
  readRange(path, start, end) {
    const descriptor = fs.openSync(path, 'r');
    try {
      const buffer = Buffer.alloc(Math.max(0, end - start));
      return buffer.toString('utf8', 0, fs.readSync(descriptor, buffer, 0, buffer.length, start));
    } finally {
      fs.closeSync(descriptor);
    }
  },
  writeFileDurably(path, data, mode = 0o644) {
    const temporary = `${path}.${process.pid}.tmp`;
    const descriptor = fs.openSync(temporary, 'w', mode);
    try {
      fs.writeFileSync(descriptor, data);
      fs.fsyncSync(descriptor);
    } finally {
      fs.closeSync(descriptor);
    }
    fs.renameSync(temporary, path);
    syncDirectory(dirname(path));
  },
  openAppend(path, mode = 0o644) {
    const descriptor = fs.openSync(path, 'a', mode);
    return {
      append: (data) => {
        let written = 0;
        while (written < data.length) written += fs.writeSync(descriptor, data, written);
      },
      sync: () => {
        fs.fdatasyncSync(descriptor);
      },
      syncSoon: (done) => {
        fs.fdatasync(descriptor, (error) => {
          done(error ?? undefined);
        });
      },
      close: () => {
        fs.closeSync(descriptor);
      },
    };
  },
  exists: (path) => fs.existsSync(path),
  stat: (path) => toFileStat(fs.statSync(path, { throwIfNoEntry: false })),
  lstat: (path) => toFileStat(fs.lstatSync(path, { throwIfNoEntry: false })),
  realpath: (path) => fs.realpathSync.native(path),
  readDirectory: (path) => fs.readdirSync(path).sort(),
  makeDirectory(path, mode = 0o755) {
    makeDirectories(path, mode);
  },
  rename: (from, to) => {
    fs.renameSync(from, to);
  },
  syncDirectory,
  remove: (path) => {
    fs.rmSync(path, { recursive: true, force: true });
  },
  truncate: (path, length) => {
    fs.truncateSync(path, length);
  },
  changeOwner: (path, uid, gid) => {
    fs.lchownSync(path, uid, gid);
  },
  setModified: (path, timeMs) => {
    fs.utimesSync(path, timeMs / 1000, timeMs / 1000);
  },
};

/** Node's own recursive form never ends where the system says that the parent does not exist, as below /proc. */
function makeDirectories(path: string, mode: number): void {
  if (isDirectory(path)) return;
  if (dirname(path) !== path) makeDirectories(dirname(path), mode);
  try {
    fs.mkdirSync(path, { mode });
  } catch (error) {
    // Somebody else was faster.
    if (!isDirectory(path)) throw error;
  }
}

function isDirectory(path: string): boolean {
  return fs.statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** A rename is durable only once its directory is. */
function syncDirectory(path: string): void {
  const descriptor = fs.openSync(path, 'r');
  try {
    fs.fsyncSync(descriptor);
  } finally {
    fs.closeSync(descriptor);
  }
}

function toFileStat(stat: fs.Stats | undefined): FileStat | undefined {
  if (!stat) return undefined;
  return {
    kind: stat.isFile()
      ? 'file'
      : stat.isDirectory()
        ? 'directory'
        : stat.isSymbolicLink()
          ? 'symlink'
          : 'other',
    size: stat.size,
    modifiedMs: stat.mtimeMs,
    inode: stat.ino,
    mode: stat.mode & 0o7777,
    uid: stat.uid,
  };
}
