import { spawn, type ChildProcess } from 'node:child_process';
import { pipeline, Readable } from 'node:stream';
import type { Owner } from './extraction.js';
import { FetchError } from './fetch-error.js';

/** Compressions that Node does not know and a program of the host does. */
export type Compression = 'bzip2' | 'xz' | 'zstd';

/** To stdout, quietly, with bounded memory: a window of gigabytes is a bomb, too. */
const ARGUMENTS: Readonly<Record<Compression, readonly string[]>> = {
  bzip2: ['-dcq'],
  xz: ['-dcq', '--memlimit-decompress=256MiB'],
  zstd: ['-dcq', '--memory=256MB'],
};
const LONGEST_REMARK = 500;

export interface DecompressOptions {
  /** Whose rights are enough for a program that reads a stranger's bytes; undefined leaves the agent's. */
  readonly owner: Owner | undefined;
  readonly signal: AbortSignal;
  /** Where the program is looked for. */
  readonly path?: string;
}

/**
 * The content of a compressed stream. The host's program sees only pipes: what becomes of the content, and how
 * much of it is taken, is decided by the reader. The program ends with the reader, however that ends.
 */
export async function* decompress(
  compression: Compression,
  source: AsyncIterable<Uint8Array>,
  options: DecompressOptions,
): AsyncGenerator<Buffer> {
  const child = spawn(compression, ARGUMENTS[compression], {
    cwd: '/',
    env: { PATH: options.path ?? process.env['PATH'] ?? '/usr/bin:/bin', LC_ALL: 'C' },
    stdio: ['pipe', 'pipe', 'pipe'],
    ...(options.owner && process.getuid?.() === 0 && { uid: options.owner.uid, gid: options.owner.gid }),
  });
  const { stdin, stdout, stderr } = child;
  const ended = endOf(child);
  const stop = (): void => {
    child.kill('SIGKILL');
  };
  options.signal.addEventListener('abort', stop);
  let remark = '';
  stderr.on('data', (chunk: Buffer) => {
    remark = (remark + chunk.toString('latin1')).slice(0, LONGEST_REMARK);
  });
  let sourceError: unknown;
  pipeline(Readable.from(source), stdin, (error) => {
    // A program that has seen enough closes its stdin; its exit status says whether that was well.
    if (error && !isBrokenPipe(error)) sourceError = error;
  });
  try {
    yield* stdout as AsyncIterable<Buffer>;
    const problem = await ended;
    if (sourceError instanceof Error) throw sourceError;
    if (problem !== undefined) throw new FetchError(describe(compression, problem, remark));
  } finally {
    options.signal.removeEventListener('abort', stop);
    stop();
    stdin.destroy();
    await ended;
  }
}

type End = NodeJS.ErrnoException | string | undefined;

/** Resolves once it is gone: undefined when all went well. */
function endOf(child: ChildProcess): Promise<End> {
  return new Promise((resolve) => {
    child.on('error', resolve);
    child.on('close', (code, signal) => {
      resolve(code === 0 ? undefined : signal === null ? `exit status ${code ?? 0}` : `signal ${signal}`);
    });
  });
}

function isBrokenPipe(error: NodeJS.ErrnoException): boolean {
  return ['EPIPE', 'ECONNRESET', 'ENOENT', 'ERR_STREAM_PREMATURE_CLOSE', 'ERR_STREAM_DESTROYED'].includes(
    error.code ?? '',
  );
}

function describe(compression: Compression, problem: string | NodeJS.ErrnoException, remark: string): string {
  if (typeof problem === 'string') {
    const detail = remark.trim().split('\n')[0] ?? '';
    return `the archive cannot be decompressed: ${detail === '' ? `${compression} ended with ${problem}` : detail}`;
  }
  if (problem.code === 'ENOENT')
    return `the archive cannot be extracted: this host has no ${compression}; install it, or fetch with extract=False and unpack in a process`;
  return `the archive cannot be decompressed: ${compression} does not start: ${problem.message}`;
}
