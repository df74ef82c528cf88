import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { diskFileSystem } from '../../../src/base/file-system.js';
import { measureDisk, nextDiskMeasureMs } from '../../../src/agent/usage/disk-usage.js';
import { exactRamBytes } from '../../../src/agent/usage/exact-ram.js';
import type { ProcessFacts } from '../../../src/agent/usage/process-table.js';
import { parseStat, ProcTable } from '../../../src/agent/usage/proc-table.js';
import { parsePs, PsTable } from '../../../src/agent/usage/ps-table.js';
import { TaskUsageSampler } from '../../../src/agent/usage/task-usage.js';
import { NO_USAGE, UsageHistory } from '../../../src/agent/usage/usage-history.js';

const FACTS: ProcessFacts = {
  pid: 1,
  parentPid: 0,
  status: 'running',
  userSecs: 0,
  systemSecs: 0,
  nice: 0,
  threads: 2,
  residentBytes: 100,
  virtualBytes: 1000,
};

describe('process tables', () => {
  let child: ChildProcess;

  beforeAll(async () => {
    child = spawn('sh', ['-c', 'exec 3<&0; (read a <&3) & (read b <&3) & echo up; wait'], {
      detached: true,
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    await new Promise((resolve) => child.stdout?.once('data', resolve));
  });

  afterAll(() => {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  });

  test.each([
    ['/proc', () => new ProcTable(diskFileSystem)],
    ['/proc without children files', () => new ProcTable({ ...diskFileSystem, readText: withoutChildren })],
    ['ps', () => new PsTable()],
  ])('%s shows a tree', async (_name, make) => {
    const pid = child.pid ?? 0;
    const trees = await make().trees([pid, 99_999_999]);
    const tree = trees.get(pid) ?? [];
    expect(tree).toHaveLength(3);
    expect(tree[0]?.pid).toBe(pid);
    // What was only forked may share all its memory, and the kernel counts a few pages roughly.
    expect(tree[0]?.residentBytes).toBeGreaterThan(0);
    expect(tree.every((facts) => facts.threads === 1)).toBe(true);
    expect(trees.get(99_999_999)).toEqual([]);
  });

  test('a command may hold anything', () => {
    const rest = 'S 7 7 7 0 -1 4194304 90 0 0 0 150 50 0 0 20 5 3 0 123456 8192 10 99';
    expect(parseStat(`42 (a) R (b c) ${rest}`, 4096)).toEqual({
      pid: 42,
      parentPid: 7,
      status: 'sleeping',
      userSecs: 1.5,
      systemSecs: 0.5,
      nice: 5,
      threads: 3,
      virtualBytes: 8192,
      residentBytes: 40_960,
    });
    expect(parseStat('', 4096)).toBeUndefined();
  });

  test('what ps prints on other systems', () => {
    expect(parsePs('  1     0 Ss   0  1200  4000   1:02.50\n 77 1 R+ - 10 20 1-02:03:04\n\n')).toMatchObject([
      { pid: 1, status: 'sleeping', residentBytes: 1200 * 1024, userSecs: 62.5 },
      { pid: 77, parentPid: 1, nice: undefined, userSecs: 93_784 },
    ]);
  });

  test('a listing of macOS: descendants, kernel waits, minutes beyond the hour', async () => {
    const listing = [
      '    1     0 Ss    0  13264 410735520   4:21.64',
      '  431     1 S     0   4512 410231120   0:00.12',
      ' 5120   431 Ss    0   1872 408628368   0:00.01',
      ' 5121  5120 U+    0 104856 411906112  75:12.34',
      ' 5122  5121 R    10    980 408516592   0:01.50',
      ' 5123  5121 Z     0      0         0   0:00.00',
      ' 6000     1 S     0   2048 408000000   0:00.00',
    ].join('\n');
    const table = new PsTable(() => Promise.resolve(`${listing}\n`));
    const trees = await table.trees([5120, 9999]);
    expect(trees.get(9999)).toEqual([]);
    expect(trees.get(5120)).toMatchObject([
      { pid: 5120, status: 'sleeping', residentBytes: 1872 * 1024 },
      { pid: 5121, status: 'disk-sleep', virtualBytes: 411_906_112 * 1024, userSecs: 4512.34 },
      { pid: 5122, status: 'running', nice: 10 },
      { pid: 5123, status: 'zombie', residentBytes: 0 },
    ]);
  });

  test('exact memory counts shared pages once', () => {
    const own = exactRamBytes(diskFileSystem, [process.pid]);
    expect(own).toBeGreaterThan(10_000_000);
    expect(exactRamBytes(diskFileSystem, [99_999_999])).toBe(0);
  });
});

function withoutChildren(path: string): string {
  if (path.endsWith('/children')) throw new Error('no such file');
  return diskFileSystem.readText(path);
}

describe('rates', () => {
  test('cpu is what was used since the last sample, new pids from zero', async () => {
    let tree: ProcessFacts[] = [{ ...FACTS, userSecs: 10 }];
    const sampler = new TaskUsageSampler({
      trees: async (roots) => new Map(roots.map((root) => [root, tree])),
    });
    const sample = (ms: number) => sampler.sample([{ name: 'p', pid: 1 }], [], ms, ms, 5);
    expect((await sample(0)).usage).toMatchObject({ cpus: 0, ramBytes: 100, diskBytes: 5, threads: 2 });
    tree = [
      { ...FACTS, userSecs: 11, systemSecs: 1 },
      { ...FACTS, pid: 2, userSecs: 1 },
    ];
    const second = await sample(2000);
    expect(second.usage).toMatchObject({ cpus: 1.5, processes: 2, threads: 4, ramBytes: 200 });
    expect(second.processes.get('p')?.cpus).toBe(1.5);
    tree = [];
    expect((await sample(3000)).usage).toMatchObject({ cpus: 0, processes: 0 });
  });

  test('a pid that is seen twice counts once', async () => {
    const sampler = new TaskUsageSampler({
      trees: async (roots) => new Map(roots.map((root) => [root, [FACTS]])),
    });
    const { usage } = await sampler.sample([{ name: 'p', pid: 1 }], [1, 1], 0, 0, 0);
    expect(usage.processes).toBe(1);
  });

  test('the history is a ring that refuses the past', () => {
    const history = new UsageHistory(3);
    for (const timestampMs of [10, 20, 15, 30, 40])
      history.add({ timestampMs, usage: NO_USAGE, processes: new Map() });
    expect(history.samples.map((sample) => sample.timestampMs)).toEqual([20, 30, 40]);
    expect(history.at(25)?.timestampMs).toBe(30);
    expect(history.at(99)?.timestampMs).toBe(40);
  });
});

describe('disk', () => {
  test('allocated bytes of files, hard links each time, link targets, nothing for the rest', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'agent-disk-'));
    try {
      mkdirSync(join(directory, 'a/b'), { recursive: true });
      writeFileSync(join(directory, 'a/b/f'), Buffer.alloc(100_000));
      const one = (await measureDisk(directory)).bytes;
      expect(one % 512).toBe(0);
      expect(one).toBeGreaterThanOrEqual(100_000);
      linkSync(join(directory, 'a/b/f'), join(directory, 'hard'));
      symlinkSync('123456789', join(directory, 'soft'));
      expect((await measureDisk(directory)).bytes).toBe(2 * one + 9);
      expect(await measureDisk(join(directory, 'nope'))).toEqual({ bytes: 0, entries: 0 });
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  const facts = {
    entries: 10,
    bytes: 0,
    previousBytes: 0,
    elapsedMs: 1000,
    limitBytes: 1e9,
    ageMs: 3_600_000,
  };

  test('idle: once a minute; young, growing or near the limit: soon; large: no more than its share', () => {
    expect(nextDiskMeasureMs(facts)).toBe(60_000);
    expect(nextDiskMeasureMs({ ...facts, ageMs: 0 })).toBe(2000);
    expect(nextDiskMeasureMs({ ...facts, ageMs: 10_000 })).toBe(10_000);
    expect(nextDiskMeasureMs({ ...facts, bytes: 5e8, previousBytes: 4e8 })).toBe(2500);
    expect(nextDiskMeasureMs({ ...facts, bytes: 9.9e8, previousBytes: 1e8 })).toBe(2000);
    expect(nextDiskMeasureMs({ ...facts, ageMs: 0, entries: 1000 })).toBeCloseTo(15_000);
  });
});
