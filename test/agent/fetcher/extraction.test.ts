import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seededRandom, below } from '../../../src/base/random.js';
import { Extraction } from '../../../src/agent/fetcher/extraction.js';
import { extractTar } from '../../../src/agent/fetcher/tar.js';
import { extractZip } from '../../../src/agent/fetcher/zip.js';
import { makeTar, makeZip, paxEntry, tarHeader, type TarEntry, type ZipEntry } from './archives.js';

let directory: string;
let sandbox: string;
let outside: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'agent-extract-'));
  sandbox = join(directory, 'sandbox');
  outside = join(directory, 'outside');
  mkdirSync(sandbox);
  mkdirSync(outside);
  writeFileSync(join(outside, 'secret'), 'original');
});

afterEach(() => {
  rmSync(directory, { recursive: true });
});

const LIMITS = { bytes: 1_000_000, entries: 100 };
const at = (...parts: string[]): string => join(sandbox, ...parts);
const target = (limits = LIMITS): Extraction => new Extraction(sandbox, limits, undefined);

async function* pieces(bytes: Uint8Array, size = 700): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const untar = (entries: readonly TarEntry[], limits = LIMITS): Promise<void> =>
  extractTar(pieces(makeTar(entries)), target(limits));

const unzip = async (entries: readonly ZipEntry[], limits = LIMITS): Promise<void> => {
  const path = join(directory, 'a.zip');
  writeFileSync(path, makeZip(entries));
  await extractZip(path, target(limits));
};

/** Nothing but what the test itself made. */
function expectNothingOutside(): void {
  expect(
    readdirSync(directory)
      .sort()
      .filter((name) => name !== 'a.zip'),
  ).toEqual(['outside', 'sandbox']);
  expect(readdirSync(outside)).toEqual(['secret']);
  expect(readFileSync(join(outside, 'secret'), 'utf8')).toBe('original');
}

describe('tar', () => {
  test('files, directories, modes, links', async () => {
    await untar([
      { name: 'd/', type: '5', mode: 0o750 },
      { name: 'd/run.sh', content: '#!/bin/sh\n', mode: 0o4755 },
      { name: 'd/big', content: Buffer.alloc(100_000, 7) },
      { name: 'd/link', type: '2', link: '../d/run.sh' },
      { name: 'hard', type: '1', link: 'd/run.sh' },
      { name: './deep/er/file', content: 'x' },
      { name: 'empty' },
    ]);
    expect(lstatSync(at('d/run.sh')).mode & 0o7777).toBe(0o755);
    expect(lstatSync(at('d/big')).size).toBe(100_000);
    expect(readlinkSync(at('d/link'))).toBe('../d/run.sh');
    expect(readFileSync(at('hard'), 'utf8')).toBe('#!/bin/sh\n');
    expect(readFileSync(at('deep/er/file'), 'utf8')).toBe('x');
    expect(lstatSync(at('empty')).size).toBe(0);
  });

  test('what the system tar makes, with names of every kind', async () => {
    const long = 'n'.repeat(180);
    mkdirSync(join(outside, 'tree', 'sub'), { recursive: true });
    writeFileSync(join(outside, 'tree', long), 'long');
    writeFileSync(join(outside, 'tree', 'sub', 'ünïcode ☃'), 'snow');
    for (const format of ['gnu', 'pax', 'ustar']) {
      const bytes = execFileSync('tar', [`--format=${format}`, '-cf', '-', '-C', outside, 'tree/sub'], {});
      await extractTar(pieces(bytes, 511), target());
      expect(readFileSync(at('tree/sub/ünïcode ☃'), 'utf8')).toBe('snow');
      rmSync(at('tree'), { recursive: true });
    }
    for (const format of ['gnu', 'pax']) {
      const bytes = execFileSync('tar', [`--format=${format}`, '-cf', '-', '-C', outside, 'tree']);
      await extractTar(pieces(bytes), target());
      expect(readFileSync(at('tree', long), 'utf8')).toBe('long');
      rmSync(at('tree'), { recursive: true });
    }
    rmSync(join(outside, 'tree'), { recursive: true });
  });

  test.each<[string, TarEntry[], RegExp]>([
    ['a name that climbs', [{ name: '../evil', content: 'x' }], /climbs out: "\.\.\/evil"/],
    ['a name that climbs inside', [{ name: 'a/../../evil', content: 'x' }], /climbs out/],
    ['an absolute name', [{ name: '/tmp/evil', content: 'x' }], /absolute name/],
    ['a pax name that climbs', [paxEntry({ path: '../evil' }), { name: 'ok', content: 'x' }], /climbs out/],
    ['a link out', [{ name: 'l', type: '2', link: '../outside' }], /points outside/],
    ['an absolute link', [{ name: 'l', type: '2', link: '/etc' }], /points outside/],
    ['a link that climbs deep', [{ name: 'a/b/l', type: '2', link: '../../../outside' }], /points outside/],
    [
      'a file written through a link',
      [
        { name: 'd/', type: '5' },
        { name: 'l', type: '2', link: 'd' },
        { name: 'l/f', content: 'x' },
      ],
      /writes through "l"/,
    ],
    ['a hard link out', [{ name: 'h', type: '1', link: '../outside/secret' }], /climbs out/],
    ['an absolute hard link', [{ name: 'h', type: '1', link: '/etc/passwd' }], /absolute name/],
    ['a hard link to nothing', [{ name: 'h', type: '1', link: 'nope' }], /leads to no file/],
    ['a device', [{ name: 'null', type: '3' }], /a device/],
    ['a block device', [{ name: 'sda', type: '4' }], /a device/],
    ['a FIFO', [{ name: 'p', type: '6' }], /a FIFO/],
    ['an unknown type', [{ name: 'x', type: 'Z' }], /type "Z"/],
    [
      'a directory where a file is',
      [
        { name: 'x', content: '1' },
        { name: 'x/y', content: '2' },
      ],
      /writes through "x"/,
    ],
    [
      'a file where a directory is',
      [
        { name: 'x/', type: '5' },
        { name: 'x', content: '2' },
      ],
      /a file and a directory/,
    ],
  ])('B9: refuses %s', async (_what, entries, message) => {
    await expect(untar(entries)).rejects.toThrow(message);
    expectNothingOutside();
  });

  test('B9: a link in the sandbox before the archive leads nowhere either', async () => {
    symlinkSync(outside, at('l'));
    await expect(untar([{ name: 'l/secret', content: 'x' }])).rejects.toThrow(/writes through "l"/);
    expectNothingOutside();
  });

  test('B9: an existing link of the same name is replaced, not followed', async () => {
    symlinkSync(join(outside, 'secret'), at('f'));
    await untar([{ name: 'f', content: 'new' }]);
    expect(readFileSync(at('f'), 'utf8')).toBe('new');
    expectNothingOutside();
  });

  test('B9: a name given twice is written twice, and the first file is not written through', async () => {
    await untar([
      { name: 'f', content: 'first' },
      { name: 'h', type: '1', link: 'f' },
      { name: 'f', content: 'second' },
    ]);
    expect(readFileSync(at('f'), 'utf8')).toBe('second');
    expect(readFileSync(at('h'), 'utf8')).toBe('first');
  });

  test('B9: bytes and entries are capped before they are written', async () => {
    await expect(
      untar([{ name: 'f', content: Buffer.alloc(3000) }], { bytes: 2000, entries: 9 }),
    ).rejects.toThrow(/more than the 2000 bytes/);
    const many = Array.from({ length: 11 }, (_, index) => ({ name: `f${index}` }));
    await expect(untar(many, { bytes: 2000, entries: 10 })).rejects.toThrow(/more than 10 entries/);
    expect(lstatSync(at('f')).size).toBeLessThanOrEqual(2000);
  });

  test('B9: an entry that claims terabytes costs nothing', async () => {
    const bytes = Buffer.concat([tarHeader({ name: 'f', size: 8 ** 11 - 1 }, 0), Buffer.alloc(512, 1)]);
    await expect(extractTar(pieces(bytes), target())).rejects.toThrow(/truncated/);
  });

  test('B9: a name that is not UTF-8 stays one name', async () => {
    await untar([{ name: Buffer.from([0x66, 0xff, 0xfe]), content: 'x' }]);
    expect(readdirSync(sandbox)).toHaveLength(1);
  });

  test('B9: cut at any place, and garbage, it is refused or a part of the right tree', async () => {
    const bytes = makeTar([
      { name: 'a/b', content: 'x'.repeat(600) },
      { name: 'a/c', type: '2', link: 'b' },
    ]);
    for (let length = 0; length < bytes.length; length += 97) {
      await extractTar(pieces(bytes.subarray(0, length)), target()).catch(() => undefined);
      rmSync(at('a'), { recursive: true, force: true });
    }
    const random = seededRandom(3);
    for (let round = 0; round < 300; round++) {
      const damaged = Buffer.from(bytes);
      for (let i = 0; i < 3; i++) damaged[below(random, damaged.length)] = below(random, 256);
      await extractTar(pieces(damaged), target()).catch(() => undefined);
    }
    expectNothingOutside();
  });
});

describe('zip', () => {
  test('stored and deflated files, directories, modes, links', async () => {
    await unzip([
      { name: 'd/' },
      { name: 'd/a.txt', content: 'a'.repeat(10_000), deflate: true },
      { name: 'run', content: '#!/bin/sh\n', unixMode: 0o100755 },
      { name: 'l', content: 'd/a.txt', unixMode: 0o120777 },
    ]);
    expect(readFileSync(at('d/a.txt'), 'utf8')).toBe('a'.repeat(10_000));
    expect(lstatSync(at('run')).mode & 0o777).toBe(0o755);
    expect(readlinkSync(at('l'))).toBe('d/a.txt');
  });

  test.each<[string, ZipEntry[], RegExp]>([
    ['a name that climbs', [{ name: '../evil', content: 'x' }], /climbs out/],
    ['an absolute name', [{ name: '/tmp/evil', content: 'x' }], /absolute name/],
    ['a link out', [{ name: 'l', content: '../outside', unixMode: 0o120777 }], /points outside/],
    ['a device', [{ name: 'n', unixMode: 0o020666 }], /a device/],
    ['an encrypted entry', [{ name: 'n', flags: 1 }], /encrypted/],
    ['an unknown compression', [{ name: 'n', content: 'x', method: 12 }], /compression method 12/],
    [
      'a bomb',
      [{ name: 'n', content: Buffer.alloc(2_000_000), deflate: true }],
      /more than the 1000000 bytes/,
    ],
    [
      'an entry larger than it says',
      [{ name: 'n', content: 'xxxxxxxxxx', claimedSize: 3 }],
      /larger than it says/,
    ],
  ])('B9: refuses %s', async (_what, entries, message) => {
    await expect(unzip(entries)).rejects.toThrow(message);
    expectNothingOutside();
  });

  test('B9: damaged at any place it does no harm', async () => {
    const bytes = makeZip([{ name: 'a/b', content: 'hello hello hello', deflate: true }]);
    const path = join(directory, 'a.zip');
    const random = seededRandom(4);
    for (let round = 0; round < 300; round++) {
      const damaged = Buffer.from(bytes);
      damaged[below(random, damaged.length)] = below(random, 256);
      writeFileSync(path, damaged.subarray(0, round % 3 === 0 ? below(random, damaged.length) : undefined));
      await extractZip(path, target()).catch(() => undefined);
    }
    expectNothingOutside();
    expect(existsSync('/evil')).toBe(false);
  });
});
