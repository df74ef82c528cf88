import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FakeClock } from '../../../src/base/clock.js';
import { diskFileSystem } from '../../../src/base/file-system.js';
import { silentLogger } from '../../../src/base/logging.js';
import { Collector } from '../../../src/agent/gc/collector.js';
import { samplingIsolation, type Isolation } from '../../../src/agent/isolation/isolation.js';
import { removeForsakenHomes } from '../../../src/agent/sandbox.js';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'agent-gc-'));
});

afterEach(() => {
  rmSync(root, { recursive: true });
});

test('dead tasks go with their sandboxes, live, young and unreported ones stay, links are not followed', async () => {
  const clock = new FakeClock();
  const home = join(root, 'home');
  const precious = join(root, 'precious');
  mkdirSync(precious);
  writeFileSync(join(precious, 'file'), 'x');
  const make = (taskId: string, record: object): void => {
    mkdirSync(join(root, 'agent/tasks', taskId), { recursive: true });
    mkdirSync(join(home, taskId), { recursive: true });
    symlinkSync(join(home, taskId), join(root, 'agent/tasks', taskId, 'sandbox'));
    symlinkSync(precious, join(home, taskId, 'link'));
    writeFileSync(join(root, 'agent/tasks', taskId, 'state.log'), `${JSON.stringify(record)}\n`);
  };
  const old = clock.nowMs() - 10_000;
  make('old', { endedMs: old });
  make('live', { endedMs: old });
  make('pending', { endedMs: old });
  make('young', { endedMs: clock.nowMs() });
  make('running', { status: 'RUNNING' });
  const closed: string[] = [];
  const sampling = samplingIsolation([]);
  const isolation: Isolation = {
    ...sampling,
    leftovers: () => ['orphan', 'live'],
    open: (taskId, limits) => ({
      ...sampling.open(taskId, limits),
      close: () => closed.push(taskId) > 0,
    }),
  };
  const collector = new Collector({
    clock,
    fileSystem: diskFileSystem,
    logger: silentLogger,
    directory: join(root, 'agent'),
    sandboxHome: home,
    isolation,
    delayMs: 9000,
    isLive: (taskId) => taskId === 'live',
    isPending: (taskId) => taskId === 'pending',
  });
  expect(await collector.collect()).toEqual(['old']);
  expect(closed).toEqual(['orphan']);
  expect(existsSync(join(home, 'old'))).toBe(false);
  expect(existsSync(join(root, 'agent/tasks/old'))).toBe(false);
  for (const taskId of ['live', 'pending', 'young', 'running'])
    expect(existsSync(join(home, taskId))).toBe(true);
  expect(existsSync(join(precious, 'file'))).toBe(true);
});

test('sandboxes whose agent is gone are removed with the next start', () => {
  const shared = join(root, 'shared');
  for (const name of ['kept', 'forsaken', 'foreign']) mkdirSync(join(shared, name), { recursive: true });
  writeFileSync(join(shared, 'kept', 'agent'), `${root}\n`);
  writeFileSync(join(shared, 'forsaken', 'agent'), `${root}/gone\n`);
  expect(removeForsakenHomes(shared)).toEqual([join(shared, 'forsaken')]);
  expect(existsSync(join(shared, 'foreign'))).toBe(true);
  expect(removeForsakenHomes(join(root, 'nothing'))).toEqual([]);
});
