import type { AppendFile, FileStat, FileSystem } from '../../../src/base/file-system.js';

/** A disk that outlives the runners that write to it. */
export class MemoryDisk {
  readonly files = new Map<string, Buffer>();
  readonly folders = new Set<string>();
}

export interface DiskAccess {
  /** Told before every change; what it throws is what the change does. */
  readonly before: () => void;
  /** How many of `size` bytes an append still writes when it does not come to its end; undefined for all of them. */
  readonly torn: (size: number) => number | undefined;
  /** Calls back a little later. */
  readonly soon: (callback: () => void) => void;
}

/** The disk as one runner sees it. */
export function memoryFileSystem(disk: MemoryDisk, access: DiskAccess): FileSystem {
  const { files, folders } = disk;
  const content = (path: string): Buffer => {
    const found = files.get(path);
    if (found) return found;
    throw Object.assign(new Error(`ENOENT: no such file ${path}`), { code: 'ENOENT' });
  };
  const stat = (path: string): FileStat | undefined => {
    const file = files.get(path);
    if (!file && !folders.has(path)) return undefined;
    const kind = file ? 'file' : 'directory';
    return { kind, size: file?.length ?? 0, modifiedMs: 0, inode: 1, mode: 0o644, uid: 0 };
  };
  const openAppend = (path: string): AppendFile => {
    access.before();
    if (!files.has(path)) files.set(path, Buffer.alloc(0));
    return {
      append: (data) => {
        const torn = access.torn(data.length);
        files.set(path, Buffer.concat([content(path), data.subarray(0, torn ?? data.length)]));
        if (torn !== undefined) access.before();
      },
      sync: access.before,
      syncSoon: (done) => {
        access.soon(() => {
          done();
        });
      },
      close: () => undefined,
    };
  };
  return {
    readFile: content,
    readText: (path) => content(path).toString('utf8'),
    readRange: (path, start, end) => content(path).toString('utf8', start, end),
    writeFileDurably: (path, data) => {
      access.before();
      files.set(path, Buffer.from(data));
    },
    openAppend,
    exists: (path) => stat(path) !== undefined,
    stat,
    lstat: stat,
    realpath: (path) => path,
    readDirectory: () => [],
    makeDirectory: (path) => {
      access.before();
      folders.add(path);
    },
    rename: (from, to) => {
      access.before();
      files.set(to, content(from));
      files.delete(from);
    },
    // What is in memory is on its disk.
    syncDirectory: () => {
      access.before();
    },
    remove: (path) => {
      access.before();
      files.delete(path);
    },
    truncate: (path, length) => {
      access.before();
      files.set(path, content(path).subarray(0, length));
    },
    changeOwner: access.before,
    setModified: access.before,
  };
}
