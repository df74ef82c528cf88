import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat, unlink, utimes } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { MesosFetcherURI } from '../../model/task-config.js';
import { decompress } from './decompress.js';
import { downloadHttp, readLocalFile, type DownloadLimits } from './download.js';
import { Extraction, type Owner } from './extraction.js';
import { FetchError } from './fetch-error.js';
import { planFetch, type Archive, type FetchPlan } from './fetch-plan.js';
import { extractTar } from './tar.js';
import { extractZip } from './zip.js';

export interface FetchOptions {
  readonly sandbox: string;
  /** Where `cache: true` files stay, shared by the tasks of an agent. */
  readonly cacheDirectory: string;
  readonly cacheBytes: number;
  readonly owner: Owner | undefined;
  /** Downloads and extracted files together may not exceed it. */
  readonly limitBytes: number;
  readonly signal: AbortSignal;
}

const MOST_ENTRIES = 200_000;
const IDLE_MS = 30_000;

/** Brings a task's URIs into its sandbox, in order. Throws FetchError at the first that fails. */
export async function fetchUris(uris: readonly MesosFetcherURI[], options: FetchOptions): Promise<void> {
  const plans = uris.map(planFetch);
  const limits = { bytes: options.limitBytes, entries: MOST_ENTRIES };
  const extraction = new Extraction(options.sandbox, limits, options.owner);
  for (const plan of plans) await fetchOne(plan, extraction, options);
}

async function fetchOne(plan: FetchPlan, extraction: Extraction, options: FetchOptions): Promise<void> {
  const limits: DownloadLimits = { bytes: options.limitBytes, idleMs: IDLE_MS, signal: options.signal };
  const source = plan.cache
    ? readLocalFile(await throughCache(plan, limits, options), limits)
    : openSource(plan, limits);
  const { archive } = plan;
  if (!archive) {
    await storeFile(plan.fileName, source, extraction);
    return;
  }
  const content = decompressed(archive, source, options);
  if (archive.packed === 'tar') await extractTar(content, extraction);
  else if (archive.packed === 'zip') await extractSpooledZip(content, extraction, options);
  else await storeFile(plan.fileName.replace(/\.(?:gz|bz2|xz|zst)$/i, ''), content, extraction);
}

function decompressed(
  { compression }: Archive,
  source: AsyncIterable<Buffer>,
  options: FetchOptions,
): AsyncIterable<Buffer> {
  if (compression === undefined) return source;
  return compression === 'gzip' ? gunzip(source) : decompress(compression, source, options);
}

function openSource(plan: FetchPlan, limits: DownloadLimits): AsyncIterable<Buffer> {
  return plan.source.kind === 'http'
    ? downloadHttp(plan.source.url, limits)
    : readLocalFile(plan.source.path, limits);
}

/** A program or script comes out executable: a URI has no mode of its own. */
async function storeFile(
  name: string,
  source: AsyncIterable<Uint8Array>,
  extraction: Extraction,
): Promise<void> {
  const chunks = source[Symbol.asyncIterator]();
  const first = await chunks.next();
  const head = first.done === true ? Buffer.alloc(0) : Buffer.from(first.value);
  const mode = isProgram(head) ? 0o755 : 0o644;
  try {
    await extraction.file(name, mode, async (take) => {
      if (first.done === true) return;
      await take(head);
      for (let next = await chunks.next(); next.done !== true; next = await chunks.next())
        await take(next.value);
    });
  } finally {
    await chunks.return?.();
  }
}

function isProgram(head: Buffer): boolean {
  return head.toString('latin1', 0, 4) === '\x7fELF' || head.toString('latin1', 0, 2) === '#!';
}

function gunzip(source: AsyncIterable<Uint8Array>): AsyncIterable<Buffer> {
  return translateErrors(pipeline(Readable.from(source), createGunzip(), () => undefined));
}

async function* translateErrors(stream: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield* stream;
  } catch (error) {
    if (error instanceof FetchError) throw error;
    throw new FetchError(`the archive cannot be decompressed: ${(error as Error).message}`);
  }
}

/** A zip's directory stands at its end, so the file is spooled beside the sandbox first. */
async function extractSpooledZip(
  source: AsyncIterable<Uint8Array>,
  extraction: Extraction,
  options: FetchOptions,
): Promise<void> {
  const spool = `${options.sandbox}.${process.pid}.zip`;
  try {
    await writeNew(spool, source);
    await extractZip(spool, extraction);
  } finally {
    await rm(spool, { force: true });
  }
}

async function throughCache(plan: FetchPlan, limits: DownloadLimits, options: FetchOptions): Promise<string> {
  const key = plan.source.kind === 'http' ? plan.source.url.href : await fileKey(plan.source.path);
  const path = join(options.cacheDirectory, createHash('sha256').update(key).digest('hex'));
  await mkdir(options.cacheDirectory, { recursive: true, mode: 0o700 });
  const now = new Date();
  if (
    await utimes(path, now, now).then(
      () => true,
      () => false,
    )
  )
    return path;
  const temporary = `${path}.${process.pid}.${++sequence}.tmp`;
  try {
    await writeNew(temporary, openSource(plan, limits));
    await rename(temporary, path);
  } finally {
    await rm(temporary, { force: true });
  }
  await evict(options.cacheDirectory, options.cacheBytes, basename(path));
  return path;
}

let sequence = 0;

/** A local file that changed is another file. */
async function fileKey(path: string): Promise<string> {
  const found = await stat(path).catch((error: unknown) => {
    throw new FetchError(`${JSON.stringify(path)} cannot be read: ${(error as Error).message}`);
  });
  return `${path}\0${found.size}\0${found.mtimeMs}`;
}

async function writeNew(path: string, source: AsyncIterable<Uint8Array>): Promise<void> {
  const file = await open(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600);
  try {
    for await (const chunk of source) await file.writeFile(chunk);
  } finally {
    await file.close();
  }
}

/** Least recently used first, until the cache fits. */
async function evict(directory: string, mostBytes: number, keep: string): Promise<void> {
  const files = [];
  for (const name of await readdir(directory)) {
    const found = await stat(join(directory, name)).catch(() => undefined);
    if (found && !name.endsWith('.tmp')) files.push({ name, size: found.size, used: found.mtimeMs });
  }
  let total = files.reduce((sum, file) => sum + file.size, 0);
  for (const file of files.sort((a, b) => a.used - b.used)) {
    if (total <= mostBytes) return;
    if (file.name === keep) continue;
    await unlink(join(directory, file.name)).catch(() => undefined);
    total -= file.size;
  }
}
