import { createHash } from 'node:crypto';
import type { FileSystem } from '../base/file-system.js';
import { decodeOps, encodeOps } from '../storage/op-codec.js';
import type { Op } from '../storage/op.js';

/**
 * A backup is one text file: a head line, one line for each op, and a last line with the number of lines and
 * their SHA-256. It is under its name only when it is whole and on disk.
 */
const HEAD = 'aurora-backup 1';
const CHUNK_BYTES = 1 << 20;

export function writeBackup(files: FileSystem, path: string, ops: Iterable<Op>): void {
  const unfinished = `${path}.unfinished`;
  files.remove(unfinished);
  const file = files.openAppend(unfinished, 0o600);
  try {
    const hash = createHash('sha256');
    let count = 0;
    let pending = `${HEAD}\n`;
    for (const op of ops) {
      const line = `${encodeOps([op])}\n`;
      hash.update(line);
      pending += line;
      count++;
      if (pending.length < CHUNK_BYTES) continue;
      file.append(Buffer.from(pending));
      pending = '';
    }
    file.append(Buffer.from(`${pending}end ${count} ${hash.digest('hex')}\n`));
    file.sync();
  } finally {
    file.close();
  }
  files.rename(unfinished, path);
}

/** The ops of a backup; throws an Error that says what is wrong with the file. */
export function readBackup(files: FileSystem, path: string): Op[] {
  const lines = files.readText(path).split('\n');
  const [head, ...rest] = lines;
  if (head !== HEAD) throw new Error('this is not a backup that this version can read');
  // A line end follows the last line.
  const end = rest.length >= 2 && rest.at(-1) === '' ? rest.at(-2) : undefined;
  const match = end === undefined ? null : /^end (\d+) ([0-9a-f]{64})$/.exec(end);
  if (!match) throw new Error('the file is cut off');
  const body = rest.slice(0, -2);
  const hash = createHash('sha256');
  for (const line of body) hash.update(`${line}\n`);
  if (body.length !== Number(match[1]) || hash.digest('hex') !== match[2])
    throw new Error('the file does not match its checksum');
  return body.flatMap((line) => decodeOps(line));
}
