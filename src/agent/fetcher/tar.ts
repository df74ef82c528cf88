import { ByteReader } from './byte-reader.js';
import type { Extraction } from './extraction.js';
import { FetchError } from './fetch-error.js';

const BLOCK = 512;
const LARGEST_EXTENSION = 1024 * 1024;

/**
 * Extracts a tar stream: POSIX ustar with pax extensions (path, linkpath, size) and GNU long names. Block
 * layout as in POSIX.1-2008 `pax`: name 0, mode 100, size 124, checksum 148, type 156, link 157, magic 257,
 * prefix 345; each entry is padded to 512 bytes and two empty blocks end the archive.
 */
export async function extractTar(source: AsyncIterable<Uint8Array>, into: Extraction): Promise<void> {
  const reader = new ByteReader(source);
  const globals = new Map<string, string>();
  let locals = new Map<string, string>();
  try {
    for (;;) {
      const block = await reader.read(BLOCK);
      if (!block || block.every((byte) => byte === 0)) return;
      const header = parseHeader(block);
      if (isExtension(header.type)) {
        const content = await readExtension(reader, header);
        if (header.type === 'g') readPax(content, globals);
        else if (header.type === 'x') readPax(content, locals);
        else locals.set(header.type === 'L' ? 'path' : 'linkpath', withoutNul(content));
        continue;
      }
      await extractEntry(reader, refine(header, new Map([...globals, ...locals])), into);
      locals = new Map();
    }
  } finally {
    await reader.close();
  }
}

interface Header {
  readonly name: string;
  readonly mode: number;
  readonly size: number;
  readonly type: string;
  readonly linkName: string;
}

async function extractEntry(reader: ByteReader, header: Header, into: Extraction): Promise<void> {
  switch (header.type) {
    case '0':
    case '\0':
    case '7':
      if (header.name.endsWith('/')) await into.directory(header.name, header.mode);
      else await into.file(header.name, header.mode, (take) => reader.pass(header.size, take));
      await skipPadding(reader, header.size);
      return;
    case '1':
      await into.hardLink(header.name, header.linkName);
      return;
    case '2':
      await into.symbolicLink(header.name, header.linkName);
      return;
    case '5':
      await into.directory(header.name, header.mode);
      return;
    default:
      throw new FetchError(
        `the archive holds ${describeType(header.type)}, which a sandbox may not: ${JSON.stringify(header.name)}`,
      );
  }
}

function describeType(type: string): string {
  if (type === '3' || type === '4') return 'a device';
  if (type === '6') return 'a FIFO';
  return `an entry of type ${JSON.stringify(type)}`;
}

function parseHeader(block: Buffer): Header {
  verifyChecksum(block);
  const ustar = block.toString('latin1', 257, 262) === 'ustar';
  const prefix = ustar && block.toString('latin1', 257, 265) !== 'ustar  \0' ? text(block, 345, 155) : '';
  const name = text(block, 0, 100);
  return {
    name: prefix === '' ? name : `${prefix}/${name}`,
    mode: number(block, 100, 8),
    size: number(block, 124, 12),
    type: block.toString('latin1', 156, 157),
    linkName: text(block, 157, 100),
  };
}

function verifyChecksum(block: Buffer): void {
  const given = number(block, 148, 8);
  let sum = 0;
  for (let i = 0; i < BLOCK; i++) sum += i >= 148 && i < 156 ? 0x20 : (block[i] ?? 0);
  if (sum !== given)
    throw new FetchError('the archive is damaged, or is no tar archive: a header has a wrong checksum');
}

/** Octal text, or GNU's base 256 when the first bit is set. */
function number(block: Buffer, offset: number, length: number): number {
  const field = block.subarray(offset, offset + length);
  if (((field[0] ?? 0) & 0x80) !== 0) {
    let value = BigInt((field[0] ?? 0) & 0x7f);
    for (const byte of field.subarray(1)) value = value * 256n + BigInt(byte);
    if (value > BigInt(Number.MAX_SAFE_INTEGER))
      throw new FetchError('the archive has an entry of impossible size');
    return Number(value);
  }
  const digits = field
    .toString('latin1')
    .replace(/[\0 ]+$/, '')
    .trim();
  if (!/^[0-7]*$/.test(digits))
    throw new FetchError('the archive is damaged, or is no tar archive: a header is no number');
  return digits === '' ? 0 : parseInt(digits, 8);
}

function text(block: Buffer, offset: number, length: number): string {
  return withoutNul(block.subarray(offset, offset + length));
}

/** UTF-8, or Latin-1 when it is not: a name must stay one name, not become replacement characters. */
function withoutNul(bytes: Buffer): string {
  const end = bytes.indexOf(0);
  const part = end < 0 ? bytes : bytes.subarray(0, end);
  const decoded = part.toString('utf8');
  return decoded.includes('\ufffd') ? part.toString('latin1') : decoded;
}

function isExtension(type: string): boolean {
  return type === 'g' || type === 'x' || type === 'L' || type === 'K';
}

async function readExtension(reader: ByteReader, header: Header): Promise<Buffer> {
  if (header.size > LARGEST_EXTENSION) throw new FetchError('the archive has an extended header beyond 1 MB');
  const content = header.size === 0 ? Buffer.alloc(0) : await reader.read(header.size);
  if (!content) throw new FetchError('the archive is truncated');
  const copy = Buffer.from(content);
  await skipPadding(reader, header.size);
  return copy;
}

/** Records `LENGTH KEY=VALUE\n`, the length counting itself. */
function readPax(content: Buffer, into: Map<string, string>): void {
  let offset = 0;
  while (offset < content.length) {
    const space = content.indexOf(0x20, offset);
    const length = space < 0 ? NaN : Number(content.toString('latin1', offset, space));
    if (!Number.isSafeInteger(length) || length < 5 || offset + length > content.length)
      throw new FetchError('the archive has a damaged extended header');
    const record = content.toString('utf8', space + 1, offset + length - 1);
    const equals = record.indexOf('=');
    if (equals > 0) into.set(record.slice(0, equals), record.slice(equals + 1));
    offset += length;
  }
}

function refine(header: Header, extensions: ReadonlyMap<string, string>): Header {
  const size = extensions.get('size');
  return {
    ...header,
    name: extensions.get('path') ?? header.name,
    linkName: extensions.get('linkpath') ?? header.linkName,
    size: size !== undefined && /^\d{1,15}$/.test(size) ? Number(size) : header.size,
  };
}

async function skipPadding(reader: ByteReader, size: number): Promise<void> {
  await reader.pass((BLOCK - (size % BLOCK)) % BLOCK, () => Promise.resolve());
}
