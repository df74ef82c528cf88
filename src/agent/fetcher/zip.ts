import { open, type FileHandle } from 'node:fs/promises';
import { pipeline, Readable } from 'node:stream';
import { crc32, createInflateRaw } from 'node:zlib';
import type { Extraction } from './extraction.js';
import { FetchError } from './fetch-error.js';

/**
 * Extracts a zip file by its central directory (APPNOTE 6.3, sections 4.3 and 4.4): stored and deflated
 * entries, directories, Unix modes and links. Encrypted, split and ZIP64 archives are refused.
 */
export async function extractZip(path: string, into: Extraction): Promise<void> {
  const file = await open(path, 'r');
  try {
    for (const entry of await readDirectory(file)) await extractEntry(file, entry, into);
  } finally {
    await file.close();
  }
}

interface ZipEntry {
  readonly name: string;
  readonly method: number;
  readonly flags: number;
  readonly crc: number;
  readonly packedSize: number;
  readonly size: number;
  readonly offset: number;
  /** `st_mode` when a Unix made the archive, else 0. */
  readonly unixMode: number;
}

const END_SIZE = 22;
const LONGEST_COMMENT = 65_535;
const LARGEST_DIRECTORY = 64 * 1024 * 1024;
const LONGEST_LINK = 4096;

async function readDirectory(file: FileHandle): Promise<ZipEntry[]> {
  const { size } = await file.stat();
  const tail = await readAt(
    file,
    Math.max(0, size - END_SIZE - LONGEST_COMMENT),
    Math.min(size, END_SIZE + LONGEST_COMMENT),
  );
  const end = tail.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  if (end < 0 || end + END_SIZE > tail.length)
    throw new FetchError('the archive is truncated, or is no zip archive');
  const count = tail.readUInt16LE(end + 10);
  const length = tail.readUInt32LE(end + 12);
  const start = tail.readUInt32LE(end + 16);
  if (tail.readUInt16LE(end + 4) !== 0) throw new FetchError('the zip archive is split over several files');
  if (count === 0xffff || start === 0xffffffff)
    throw new FetchError('the zip archive is of the ZIP64 kind, which is not supported');
  if (length > LARGEST_DIRECTORY || start + length > size) throw new FetchError('the zip archive is damaged');
  return parseDirectory(await readAt(file, start, length), count);
}

function parseDirectory(bytes: Buffer, count: number): ZipEntry[] {
  const entries: ZipEntry[] = [];
  let at = 0;
  for (let i = 0; i < count; i++) {
    if (at + 46 > bytes.length || bytes.readUInt32LE(at) !== 0x02014b50)
      throw new FetchError('the zip archive is damaged');
    const nameLength = bytes.readUInt16LE(at + 28);
    const next = at + 46 + nameLength + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
    if (next > bytes.length) throw new FetchError('the zip archive is damaged');
    const madeOnUnix = bytes[at + 5] === 3 || bytes[at + 5] === 19;
    entries.push({
      flags: bytes.readUInt16LE(at + 8),
      method: bytes.readUInt16LE(at + 10),
      crc: bytes.readUInt32LE(at + 16),
      packedSize: bytes.readUInt32LE(at + 20),
      size: bytes.readUInt32LE(at + 24),
      name: bytes.toString('utf8', at + 46, at + 46 + nameLength),
      unixMode: madeOnUnix ? bytes.readUInt32LE(at + 38) >>> 16 : 0,
      offset: bytes.readUInt32LE(at + 42),
    });
    at = next;
  }
  return entries;
}

const KIND = 0o170000;
const LINK = 0o120000;
const REGULAR = 0o100000;
const DIRECTORY = 0o040000;

async function extractEntry(file: FileHandle, entry: ZipEntry, into: Extraction): Promise<void> {
  if ((entry.flags & 1) !== 0)
    throw new FetchError(`the zip archive is encrypted: ${JSON.stringify(entry.name)}`);
  const kind = entry.unixMode & KIND;
  const mode = entry.unixMode === 0 ? 0o644 : entry.unixMode;
  if (kind === LINK) await into.symbolicLink(entry.name, await readLink(file, entry));
  else if (entry.name.endsWith('/') || kind === DIRECTORY)
    await into.directory(entry.name, entry.unixMode === 0 ? 0o755 : mode);
  else if (kind === REGULAR || kind === 0)
    await into.file(entry.name, mode, (take) => unpack(file, entry, entry.size, take));
  else
    throw new FetchError(
      `the archive holds a device, which a sandbox may not: ${JSON.stringify(entry.name)}`,
    );
}

async function readLink(file: FileHandle, entry: ZipEntry): Promise<string> {
  const chunks: Uint8Array[] = [];
  await unpack(file, entry, LONGEST_LINK, async (chunk) => {
    chunks.push(chunk);
  });
  return Buffer.concat(chunks).toString('utf8');
}

async function unpack(
  file: FileHandle,
  entry: ZipEntry,
  mostBytes: number,
  take: (chunk: Uint8Array) => Promise<void>,
): Promise<void> {
  const local = await readAt(file, entry.offset, 30);
  if (local.readUInt32LE(0) !== 0x04034b50) throw new FetchError('the zip archive is damaged');
  const start = entry.offset + 30 + local.readUInt16LE(26) + local.readUInt16LE(28);
  let crc = 0;
  let size = 0;
  for await (const chunk of decompress(entry, readRange(file, start, entry.packedSize))) {
    size += chunk.length;
    if (size > mostBytes)
      throw new FetchError(`the zip archive's ${JSON.stringify(entry.name)} is larger than it says`);
    crc = crc32(chunk, crc);
    await take(chunk);
  }
  if (size !== entry.size || crc !== entry.crc)
    throw new FetchError(`the zip archive's ${JSON.stringify(entry.name)} is damaged`);
}

function decompress(entry: ZipEntry, packed: AsyncIterable<Buffer>): AsyncIterable<Uint8Array> {
  if (entry.method === 0) return packed;
  if (entry.method !== 8)
    throw new FetchError(
      `the zip archive uses compression method ${entry.method}; only stored and deflated are supported`,
    );
  // The iterator of the last stream reports every error of the pipeline.
  return pipeline(Readable.from(packed), createInflateRaw(), () => undefined);
}

async function* readRange(file: FileHandle, start: number, length: number): AsyncGenerator<Buffer> {
  const step = 256 * 1024;
  for (let done = 0; done < length; done += step)
    yield await readAt(file, start + done, Math.min(step, length - done));
}

async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await file.read(buffer, done, length - done, position + done);
    if (bytesRead === 0) throw new FetchError('the zip archive is truncated');
    done += bytesRead;
  }
  return buffer;
}
