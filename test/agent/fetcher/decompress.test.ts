import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decompress, type Compression } from '../../../src/agent/fetcher/decompress.js';
import type { Owner } from '../../../src/agent/fetcher/extraction.js';
import { fetchUris } from '../../../src/agent/fetcher/fetcher.js';
import { makeTar } from './archives.js';

const TOOLS: ReadonlyArray<readonly [Compression, string]> = [
  ['bzip2', 'bz2'],
  ['xz', 'xz'],
  ['zstd', 'zst'],
];

describe('archives that a program of the host decompresses', () => {
  let directory: string;
  let sandbox: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'decompress-'));
    sandbox = join(directory, 'sandbox');
    mkdirSync(sandbox);
  });

  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  const fetch = (path: string, owner?: Owner): Promise<void> =>
    fetchUris([{ value: path }], {
      sandbox,
      cacheDirectory: join(directory, 'cache'),
      cacheBytes: 0,
      owner,
      limitBytes: 1_000_000,
      signal: AbortSignal.timeout(60_000),
    });
  const store = (name: string, content: Buffer): string => {
    writeFileSync(join(directory, name), content);
    return join(directory, name);
  };
  /** Undefined, after saying so, where the host has no such program. */
  const compress = (tool: Compression, content: Buffer): Buffer | undefined => {
    const { stdout, error } = spawnSync(tool, ['-c'], { input: content, maxBuffer: 1e9 });
    if (!error) return stdout;
    console.warn(`skipped: this host has no ${tool}`);
    return undefined;
  };

  test.each(TOOLS)('%s: files and tar archives', async (tool, ending) => {
    const packed = compress(tool, makeTar([{ name: 'a/b', content: 'in tar' }]));
    const single = compress(tool, Buffer.from('#!/bin/sh\n'));
    if (!packed || !single) return;
    await fetch(store(`x.tar.${ending}`, packed));
    await fetch(store(`run.${ending}`, single));
    expect(readFileSync(join(sandbox, 'a/b'), 'utf8')).toBe('in tar');
    expect(readFileSync(join(sandbox, 'run'), 'utf8')).toBe('#!/bin/sh\n');
  });

  test('the program runs as the user of the task, whose files these are', async () => {
    if (process.getuid?.() !== 0) return;
    const content = compress('xz', makeTar([{ name: 'f', content: 'x' }]));
    if (!content) return;
    await fetch(store('x.tar.xz', content), { uid: 65534, gid: 65534 });
    expect(statSync(join(sandbox, 'f')).uid).toBe(65534);
  });

  test.each(TOOLS)('%s: what B9 forbids is refused here, too', async (tool, ending) => {
    const bomb = compress(tool, makeTar([{ name: 'zeros', content: Buffer.alloc(20_000_000) }]));
    const climber = compress(tool, makeTar([{ name: '../evil', content: 'x' }]));
    const whole = compress(tool, makeTar([{ name: 'f', content: Buffer.alloc(200_000, 'abc') }]));
    if (!bomb || !climber || !whole) return;
    await expect(fetch(store(`a.tar.${ending}`, bomb))).rejects.toThrow(/more than the 1000000 bytes/);
    await expect(fetch(store(`b.tar.${ending}`, climber))).rejects.toThrow(/climbs out/);
    const cut = whole.subarray(0, Math.floor(whole.length / 2));
    await expect(fetch(store(`c.tar.${ending}`, cut))).rejects.toThrow(/cannot be decompressed|truncated/);
    await expect(fetch(store(`d.tar.${ending}`, Buffer.from('no archive')))).rejects.toThrow(
      /^the archive cannot be decompressed: /,
    );
    expect(existsSync(join(directory, 'evil'))).toBe(false);
    expect(programsLeft(tool)).toEqual([]);
  });

  test('a program that the host lacks is named', async () => {
    const read = async (): Promise<void> => {
      const source = [Buffer.from('x')] as unknown as AsyncIterable<Uint8Array>;
      const signal = AbortSignal.timeout(60_000);
      for await (const _ of decompress('zstd', source, { owner: undefined, signal, path: directory }));
    };
    await expect(read()).rejects.toThrow(
      'the archive cannot be extracted: this host has no zstd; install it, or fetch with extract=False and unpack in a process',
    );
  });
});

/** Children of this process. */
function programsLeft(name: string): string[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .filter((pid) => {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
        return stat.includes(`(${name}) `) && stat.split(') ')[1]?.split(' ')[1] === String(process.pid);
      } catch {
        return false;
      }
    });
}
