import { createHash } from 'node:crypto';
import { dirname } from 'node:path';
import type { AppendFile, FileSystem } from '../base/file-system.js';
import { decodeOps, encodeOps } from '../storage/op-codec.js';
import type { Op } from '../storage/op.js';

/**
 * A backup is one text file: a head line, one line for each op, and a last line with the number of lines and
 * their SHA-256. It is under its name only when it is whole and on disk.
 */
const HEAD = 'aurora-backup 1';
const CHUNK_BYTES = 1 << 19;
export const UNFINISHED = '.unfinished';

export function writeBackup(files: FileSystem, path: string, ops: Iterable<Op>): void {
  const writer = new BackupWriter(files, path, ops);
  while (!writer.step());
}

/** Writes a backup in slices, so that one of a million tasks holds nobody up. */
export class BackupWriter {
  readonly #unfinished: string;
  readonly #file: AppendFile;
  readonly #ops: Iterator<Op>;
  readonly #hash = createHash('sha256');
  #count = 0;
  #text = `${HEAD}\n`;

  constructor(
    private readonly files: FileSystem,
    private readonly path: string,
    ops: Iterable<Op>,
  ) {
    this.#unfinished = `${path}${UNFINISHED}`;
    files.remove(this.#unfinished);
    this.#file = files.openAppend(this.#unfinished, 0o600);
    this.#ops = ops[Symbol.iterator]();
  }

  /** Writes the next slice to the disk; true when the backup is complete. After a throw it is no more. */
  step(): boolean {
    try {
      const complete = this.#fill();
      if (complete) this.#text += `end ${this.#count} ${this.#hash.digest('hex')}\n`;
      this.#file.append(Buffer.from(this.#text));
      this.#file.sync();
      this.#text = '';
      if (!complete) return false;
    } catch (error) {
      this.abandon();
      throw error;
    }
    this.#file.close();
    this.files.rename(this.#unfinished, this.path);
    this.files.syncDirectory(dirname(this.path));
    return true;
  }

  abandon(): void {
    this.#file.close();
    this.files.remove(this.#unfinished);
  }

  /** True when there are no more ops. */
  #fill(): boolean {
    while (this.#text.length < CHUNK_BYTES) {
      const next = this.#ops.next();
      if (next.done === true) return true;
      const line = `${encodeOps([next.value])}\n`;
      this.#hash.update(line);
      this.#text += line;
      this.#count += 1;
    }
    return false;
  }
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
