import { crc32 } from 'node:zlib';
import type { AppendFile, FileSystem } from '../base/file-system.js';

/**
 * SQLite cannot tell a write-ahead log that ends early from one that was cut: both just end. So the number
 * of each committed transaction is also appended to a small file of its own, without waiting for the disk.
 * It is written after the commit: it may lag behind the store, and can be ahead of it only when the store
 * has lost something that was acknowledged.
 *
 *     entry: u64 sequence, u32 crc32 of it        (big-endian, 12 bytes; a torn or damaged entry counts for nothing)
 */
export class SequenceWitness {
  #file: AppendFile;
  readonly #entry = Buffer.alloc(ENTRY_BYTES);

  constructor(
    private readonly fileSystem: FileSystem,
    private readonly path: string,
    sequence: number,
  ) {
    this.#file = this.#renew(sequence);
  }

  record(sequence: number): void {
    this.#file.append(this.#fill(sequence));
  }

  /** Starts the file anew with one entry, so that it does not grow for ever. */
  restart(sequence: number): void {
    const before = this.#file;
    this.#file = this.#renew(sequence);
    before.close();
  }

  close(): void {
    this.#file.close();
  }

  #renew(sequence: number): AppendFile {
    this.fileSystem.writeFileDurably(this.path, this.#fill(sequence), 0o600);
    return this.fileSystem.openAppend(this.path, 0o600);
  }

  #fill(sequence: number): Buffer {
    this.#entry.writeBigUInt64BE(BigInt(sequence), 0);
    this.#entry.writeUInt32BE(crc32(this.#entry.subarray(0, 8)), 8);
    return this.#entry;
  }
}

const ENTRY_BYTES = 12;

/** The highest sequence on record; 0 when there is no file or no sound entry in it. */
export function readWitness(fileSystem: FileSystem, path: string): number {
  if (!fileSystem.exists(path)) return 0;
  const bytes = Buffer.from(fileSystem.readFile(path));
  let highest = 0;
  for (let at = 0; at + ENTRY_BYTES <= bytes.length; at += ENTRY_BYTES) {
    if (crc32(bytes.subarray(at, at + 8)) !== bytes.readUInt32BE(at + 8)) continue;
    highest = Math.max(highest, Number(bytes.readBigUInt64BE(at)));
  }
  return highest;
}
