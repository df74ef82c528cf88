import { crc32 } from 'node:zlib';
import type { FileSystem } from '../base/file-system.js';
import { decodeOps, encodeOps } from './op-codec.js';
import { StorageFailure } from './persistence.js';
import { snapshotOps } from './snapshot.js';
import { Store } from './store.js';

/**
 * A backup is a snapshot as text, one list of ops a line:
 *
 *     aurora-backup 1 CREATED_MS
 *     CRC32 [op, ...]
 *     ...
 *     end LINES
 */
const FORMAT = 1;
const LINES_A_WRITE = 64;

/** Written under a temporary name first, so that what has the final name is whole. */
export function writeBackupFile(fileSystem: FileSystem, path: string, store: Store, nowMs: number): void {
  const temporary = `${path.slice(0, path.lastIndexOf('/'))}/temp_${path.slice(path.lastIndexOf('/') + 1)}`;
  fileSystem.remove(temporary);
  const file = fileSystem.openAppend(temporary, 0o600);
  try {
    let lines = [`aurora-backup ${FORMAT} ${nowMs}`];
    let count = 0;
    const flush = (): void => {
      file.append(Buffer.from(`${lines.join('\n')}\n`));
      lines = [];
    };
    for (const op of snapshotOps(store)) {
      const text = encodeOps([op]);
      lines.push(`${crc32(text)} ${text}`);
      count += 1;
      if (lines.length >= LINES_A_WRITE) flush();
    }
    lines.push(`end ${count}`);
    flush();
    file.sync();
  } finally {
    file.close();
  }
  fileSystem.rename(temporary, path);
}

/** Throws StorageFailure when the file is not a whole, sound backup. */
export function readBackupFile(fileSystem: FileSystem, path: string): Store {
  const lines = fileSystem.readText(path).split('\n');
  const header = /^aurora-backup (\d+) \d+$/.exec(lines[0] ?? '');
  if (!header) throw damaged(path, 'it does not begin as a backup does');
  if (Number(header[1]) > FORMAT)
    throw new StorageFailure('newer', `Backup ${path} was written by a newer version of this program.`);
  const store = new Store();
  let number = 1;
  for (; lines[number]?.startsWith('end ') === false; number++) {
    const line = lines[number] ?? '';
    const space = line.indexOf(' ');
    const text = line.slice(space + 1);
    if (space < 1 || crc32(text) !== Number(line.slice(0, space)))
      throw damaged(path, `line ${number + 1} does not match its checksum`);
    for (const op of decodeOps(text)) store.apply(op);
  }
  if (lines[number] !== `end ${number - 1}`) throw damaged(path, 'its end is missing');
  return store;
}

function damaged(path: string, what: string): StorageFailure {
  return new StorageFailure('damaged', `Failed to decode backup ${path}: ${what}.`);
}
