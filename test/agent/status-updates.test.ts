import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FakeClock } from '../../src/base/clock.js';
import { diskFileSystem, type FileSystem } from '../../src/base/file-system.js';
import { silentLogger } from '../../src/base/logging.js';
import { below, seededRandom } from '../../src/base/random.js';
import type { StatusUpdate } from '../../src/model/agent-protocol.js';
import { StatusUpdatesQueue } from '../../src/agent/status-updates.js';

const settle = async (): Promise<void> => {
  for (let i = 0; i < 20; i++) await Promise.resolve();
};

describe('status updates', () => {
  let directory: string;
  let clock: FakeClock;
  let opened = 0;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'agent-updates-'));
    clock = new FakeClock();
  });

  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  const open = (
    send: (updates: readonly StatusUpdate[]) => Promise<readonly string[]>,
    fileSystem: FileSystem = diskFileSystem,
  ): StatusUpdatesQueue =>
    new StatusUpdatesQueue({
      fileSystem,
      clock,
      random: seededRandom(++opened),
      logger: silentLogger,
      path: join(directory, 'updates.log'),
      send,
      onAcknowledged: () => undefined,
    });

  const acknowledgeAll = async (updates: readonly StatusUpdate[]): Promise<string[]> =>
    updates.map((update) => update.uuid);

  test('what is added in one turn travels together, in order, and is then forgotten', async () => {
    const sent: string[][] = [];
    const queue = open(async (updates) => {
      sent.push(updates.map((update) => update.status));
      return acknowledgeAll(updates);
    });
    queue.flush();
    queue.add({ taskId: 'a', status: 'STARTING' });
    queue.add({ taskId: 'a', status: 'RUNNING' });
    await settle();
    expect(sent).toEqual([['STARTING', 'RUNNING']]);
    expect(queue.pending).toEqual([]);
  });

  test('nothing is sent before the scheduler is known, everything afterwards', async () => {
    const sent: number[] = [];
    const queue = open(async (updates) => {
      sent.push(updates.length);
      return acknowledgeAll(updates);
    });
    queue.add({ taskId: 'a', status: 'STARTING' });
    await settle();
    expect(sent).toEqual([]);
    queue.flush();
    await settle();
    expect(sent).toEqual([1]);
  });

  test('a failed delivery is repeated with the same uuid, ever later', async () => {
    const uuids: string[] = [];
    let up = false;
    const queue = open(async (updates) => {
      uuids.push(updates[0]?.uuid ?? '');
      if (!up) throw new Error('down');
      return acknowledgeAll(updates);
    });
    queue.flush();
    queue.add({ taskId: 'a', status: 'FAILED' });
    await settle();
    for (const delay of [100, 200, 400]) {
      clock.advance(delay - 1);
      await settle();
      const before = uuids.length;
      clock.advance(1);
      await settle();
      expect(uuids).toHaveLength(before + 1);
    }
    up = true;
    queue.flush();
    await settle();
    expect(new Set(uuids).size).toBe(1);
    expect(queue.pending).toEqual([]);
  });

  test('updates outlive the agent, in order, and acknowledged ones do not come back', async () => {
    const first = open(async (updates) => updates.slice(0, 1).map((update) => update.uuid));
    first.flush();
    first.add({ taskId: 'a', status: 'STARTING' });
    first.add({ taskId: 'a', status: 'RUNNING', message: 'äöü' });
    first.add({ taskId: 'b', status: 'LOST' });
    await settle();
    first.close();
    const second = open(acknowledgeAll);
    expect(second.pending.map((update) => [update.taskId, update.status, update.message])).toEqual([
      ['a', 'RUNNING', 'äöü'],
      ['b', 'LOST', undefined],
    ]);
  });

  test('a line cut by a crash is skipped and swallows nothing', async () => {
    const first = open(acknowledgeAll);
    first.add({ taskId: 'a', status: 'STARTING' });
    first.close();
    appendFileSync(join(directory, 'updates.log'), '{"update":{"uuid":"x","tas');
    const second = open(acknowledgeAll);
    second.add({ taskId: 'b', status: 'STARTING' });
    second.close();
    const third = open(acknowledgeAll);
    expect(third.pending.map((update) => update.taskId)).toEqual(['a', 'b']);
  });

  test('the journal does not grow for ever', async () => {
    const queue = open(acknowledgeAll);
    queue.flush();
    for (let i = 0; i < 1000; i++) {
      queue.add({ taskId: `task-${i}`, status: 'RUNNING', message: 'x'.repeat(100) });
      await settle();
    }
    expect(queue.pending).toEqual([]);
    expect(readFileSync(join(directory, 'updates.log')).length).toBeLessThan(128 * 1024);
  });

  test('a full disk loses no update', async () => {
    const full: FileSystem = {
      ...diskFileSystem,
      openAppend: () => {
        throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
      },
    };
    const sent: StatusUpdate[] = [];
    const queue = open(async (updates) => {
      sent.push(...updates);
      return acknowledgeAll(updates);
    }, full);
    queue.flush();
    queue.add({ taskId: 'a', status: 'FINISHED' });
    await settle();
    expect(sent.map((update) => update.status)).toEqual(['FINISHED']);
  });

  test('with a line that drops, repeats and half-acknowledges, all arrive in order for each task', async () => {
    const random = seededRandom(7);
    const arrived = new Map<string, string[]>();
    const seen = new Set<string>();
    const queue = open(async (updates) => {
      if (random.next() < 0.3) throw new Error('request lost');
      for (const update of updates) {
        if (seen.has(update.uuid)) continue;
        seen.add(update.uuid);
        arrived.set(update.taskId, [...(arrived.get(update.taskId) ?? []), update.message ?? '']);
      }
      if (random.next() < 0.3) throw new Error('reply lost');
      return updates.slice(0, 1 + below(random, updates.length)).map((update) => update.uuid);
    });
    queue.flush();
    for (let i = 0; i < 200; i++) {
      queue.add({ taskId: `t${below(random, 5)}`, status: 'RUNNING', message: String(i) });
      if (random.next() < 0.5) clock.advance(below(random, 500));
      await settle();
    }
    for (let i = 0; i < 400 && queue.pending.length > 0; i++) {
      clock.advance(5000);
      await settle();
    }
    expect(queue.pending).toEqual([]);
    expect([...arrived.values()].flat()).toHaveLength(200);
    for (const messages of arrived.values())
      expect(messages.map(Number)).toEqual([...messages.map(Number)].sort((a, b) => a - b));
  });
});
