import { getPriority } from 'node:os';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AgentRig } from '../rig/agent-rig.js';
import { exchange, type Reply } from '../rig/fake-scheduler.js';

/** One live task `obs1`, one that has ended `over1`. */
describe('observer', () => {
  let rig: AgentRig;
  let sandbox: string;

  beforeAll(async () => {
    rig = new AgentRig();
    await rig.scheduler.start();
    await rig.start();
    const processes = [
      { name: 'srv', cmdline: 'echo "<a> & b"; for i in 1 2 3; do echo "line $i"; done; exec sleep 1000' },
      { name: 'flaky', cmdline: 'exit 4', max_failures: 1 },
      { name: '<i>one', cmdline: 'echo one > done' },
    ];
    const task = {
      name: 'obs',
      processes,
      max_failures: 5,
      resources: { cpu: 0.1, ram: 67108864, disk: 67108864 },
    };
    await rig.launch('obs1', { task, announce: {} }, { assignedPorts: { http: 31000 } });
    await rig.launch('over1', {
      task: { ...task, name: 'over', processes: [{ name: 'p', cmdline: 'true' }] },
    });
    await rig.scheduler.untilStatus('over1', 'FINISHED');
    sandbox = join(rig.directory, 'tasks/obs1/sandbox');
    for (;;) {
      const { obs1 } = await json<{
        obs1: { processes: { running: string[]; failed: string[]; success: string[] } };
      }>('/j/task/obs1');
      const { running, failed, success } = obs1.processes;
      if (running.length === 1 && failed.length === 1 && success.length === 1) break;
    }
    await rig.scheduler.call('GET', '/v1/tasks/obs1/processes');
    mkdirSync(join(sandbox, 'sub'));
    writeFileSync(join(sandbox, 'sub', 'a b.txt'), 'text');
    symlinkSync('/etc/shadow', join(sandbox, 'shadow'));
    mkdirSync(`${sandbox}2`);
    writeFileSync(join(`${sandbox}2`, 'f'), 'sibling');
  });

  afterAll(async () => {
    await rig.dispose();
  });

  const get = (path: string): Promise<Reply> => exchange(rig.scheduler.agentSocketPath, 'GET', path);
  const json = async <T>(path: string): Promise<T> => JSON.parse((await get(path)).text) as T;

  test('case 92: counts', async () => {
    expect(await json('/j/task_id_count')).toEqual({ active: 1, finished: 1, all: 2 });
  });

  test('case 93: a running process', async () => {
    const process = await json<Record<string, unknown>>('/j/process/obs1/srv');
    expect(process).toMatchObject({
      process_name: 'srv',
      process_run: 0,
      state: 'RUNNING',
      start_time: expect.any(Number),
      used: {
        cpu: expect.any(Number),
        rss: expect.any(Number),
        threads: 1,
        status: 'sleeping',
        nice: getPriority(),
      },
    });
    expect(process).not.toHaveProperty('return_code');
    expect(process).not.toHaveProperty('stop_time');
  });

  test('case 94: a failed run tells its code and end, which the original forgot', async () => {
    expect(await json('/j/process/obs1/flaky/0')).toEqual({
      process_name: 'flaky',
      process_run: 0,
      state: 'FAILED',
      start_time: expect.any(Number),
      stop_time: expect.any(Number),
      return_code: 4,
    });
  });

  test.each(['/j/process/obs1/flaky/99', '/j/process/nope/x', '/j/process/obs1', '/j/processes', '/j/task'])(
    'case 95: %s is empty',
    async (path) => {
      expect(await json(path)).toEqual({});
    },
  );

  test('a task that nobody knows is not found', async () => {
    expect((await get('/j/task/nope')).status).toBe(404);
  });

  test('case 96: a chunk is escaped, its length is of the raw bytes', async () => {
    expect(await json('/logdata/obs1/srv/0/stdout?offset=0&length=14')).toEqual({
      offset: 0,
      length: 14,
      data: '&lt;a&gt; &amp; b\nline 1',
    });
  });

  test('case 97: without parameters a chunk is only the size', async () => {
    expect(await json('/logdata/obs1/srv/0/stdout')).toEqual({ length: 0, offset: 29 });
    expect(await json('/logdata/obs1/srv/0/stdout?offset=1000&length=5')).toEqual({
      length: 0,
      offset: 1000,
    });
  });

  test.each([
    ['/browse/nope', 'Failed to find task nope.  Try again shortly.'],
    ['/task/nope', 'Failed to find task nope.  Try again shortly.'],
    ['/main/bogus', 'Invalid task type: bogus'],
    ['/main/all/x', 'Invalid offset: x'],
    ['/main/all/0/x', 'Invalid count: x'],
    ['/logs/obs1/srv/0/zzz', 'No such log type: zzz'],
    ['/process/obs1/nope', 'Invalid task/process combination: obs1/nope'],
    ['/download/obs1/nope', 'No such file'],
    ['/download/obs1/sub', 'File does not exist.'],
    ['/assets/nope.js', 'Unknown asset: nope.js'],
    ['/vars/nope', 'Unknown exported variable'],
  ])('case 98: %s', async (path, message) => {
    const { status, text } = await get(path);
    expect(status).toBe(404);
    expect(text).toContain('<title>Error: 404 Not Found</title>');
    expect(text).toContain(`<tt>'${path}'</tt>`);
    expect(text).toContain(`<pre>${message}</pre>`);
  });

  test('case 99: a download', async () => {
    const { status, text, headers } = await get('/download/obs1/.logs/srv/0/stdout');
    expect([status, text]).toEqual([200, '<a> & b\nline 1\nline 2\nline 3\n']);
    expect(headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-disposition': 'attachment; filename="stdout"',
    });
  });

  test.each([
    '/filedata/obs1/..%2f..%2f..%2fsettings.json',
    '/filedata/obs1/%2e%2e/%2e%2e/launch.json',
    '/filedata/obs1/..%2fsandbox2%2ff',
    '/filedata/obs1/shadow',
    '/filedata/obs1/sub',
    '/filedata/obs1/%00',
  ])('case 100: %s is nothing', async (path) => {
    const { status, text } = await get(path);
    expect(status === 404 || text === '{}').toBe(true);
    expect(text).not.toContain('settings');
  });

  test('B10: nor do log, download and browse leave their places', async () => {
    for (const path of [
      '/logdata/obs1/..%2f..%2f..%2f..%2f..%2fetc/passwd/stdout',
      '/logdata/obs1/..%2f../0/stdout',
      '/download/obs1/shadow',
      '/download/obs1/..%2f..%2f..%2fsettings.json',
      '/browse/obs1/..%2f..',
      '/browse/obs1/..%2fsandbox2',
    ]) {
      const { status, text } = await get(path);
      expect({ path, leaks: /root:|sibling|socketPath/.test(text) }).toEqual({ path, leaks: false });
      expect(status === 404 || text === '{}').toBe(true);
    }
  });

  test('case 101: a finished task uses nothing', async () => {
    const { tasks, task_count } = await json<{ tasks: Array<Record<string, unknown>>; task_count: number }>(
      '/j/task_ids/finished',
    );
    expect(task_count).toBe(1);
    expect(tasks).toMatchObject([
      {
        task_id: 'over1',
        name: 'over',
        state: 'SUCCESS',
        cpu: 0,
        ram: 0,
        disk: 0,
        threads: 0,
        status: 'None',
        nice: null,
      },
    ]);
  });

  test('lists page from either end', async () => {
    expect(await json('/j/task_ids')).toMatchObject({ type: 'all', offset: 0, num: 20, task_count: 2 });
    expect(await json('/j/task_ids/all/-1/1')).toMatchObject({ offset: 1, num: 1, tasks: [{}] });
    expect(await json('/j/task_ids/all/-9')).toMatchObject({ offset: 0 });
  });

  test('a task in full', async () => {
    const { obs1 } = await json<{ obs1: Record<string, unknown> }>('/j/task/obs1');
    expect(obs1).toMatchObject({
      task_id: 'obs1',
      name: 'obs',
      user: rig.role,
      state: 'ACTIVE',
      ports: { http: 31000, aurora: 31000 },
      processes: { waiting: [], running: ['srv'], success: ['<i>one'], failed: ['flaky'], killed: [] },
      resource_consumption: { rss: expect.any(Number) },
      task: { name: 'obs', max_failures: 5 },
    });
    expect(Object.keys(await json<object>('/j/processes?task_id=obs1,over1'))).toEqual(['obs1', 'over1']);
  });

  test('B15: pages show what users wrote as text only', async () => {
    for (const path of [
      '/',
      '/main',
      '/main/active',
      '/task/obs1',
      '/rawtask/obs1',
      '/browse/obs1',
      '/browse/obs1/sub',
      '/process/obs1/%3Ci%3Eone',
      '/logs/obs1/srv/0/stdout',
      '/file/obs1/%3Cscript%3E',
    ]) {
      const { status, text, headers } = await get(path);
      expect({ path, status }).toEqual({ path, status: 200 });
      expect(text).not.toMatch(/<i>one|<script>/);
      expect(headers['content-security-policy']).toContain("default-src 'none'");
    }
  });

  test('B2: damaged requests are answered, not fatal', async () => {
    for (const path of ['/%', '/%ff', '/j/task/%zz', '//', '/..%2f..%2fetc/passwd', `/${'x'.repeat(10_000)}`])
      expect((await get(path)).status).toBeGreaterThanOrEqual(400);
    expect((await exchange(rig.scheduler.agentSocketPath, 'POST', '/task/obs1', {})).status).toBe(405);
    expect((await get('/health')).text).toBe('OK');
  });
});
