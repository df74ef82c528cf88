import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { ProcessRun } from '../../src/model/cluster.js';
import { buildPrograms, type BuiltPrograms } from '../rig/built-programs.js';
import { AgentRig, oneProcess } from './rig/agent-rig.js';

/** The agent as the daemon starts it: a process of its own, killed in every way. */
describe('agent process', () => {
  let programs: BuiltPrograms;
  let rig: AgentRig;
  const children = new Set<ChildProcess>();

  beforeAll(async () => {
    programs = await buildPrograms(['agent']);
  }, 30_000);

  afterAll(() => {
    programs.dispose();
  });

  beforeEach(async () => {
    rig = new AgentRig();
    await rig.scheduler.start();
    writeFileSync(join(rig.directory, 'settings.json'), JSON.stringify(rig.settings));
  });

  afterEach(async () => {
    for (const child of children) child.kill('SIGKILL');
    children.clear();
    await rig.dispose();
  });

  const start = (
    ...more: string[]
  ): { child: ChildProcess; exit: Promise<number | string>; errors: () => string } => {
    const child = spawn(
      process.execPath,
      [join(programs.directory, 'agent.js'), '--directory', rig.directory, ...more],
      {
        stdio: ['ignore', 'ignore', 'pipe'],
      },
    );
    children.add(child);
    let text = '';
    child.stderr.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    const exit = new Promise<number | string>((resolve) => {
      child.on('close', (code, signal) => {
        resolve(code ?? signal ?? '');
      });
    });
    return { child, exit, errors: () => text };
  };

  const pids = async (ids: readonly string[]): Promise<Array<number | undefined>> => {
    const replies = ids.map((id) =>
      rig.scheduler.call<{ processes: ProcessRun[] }>('GET', `/v1/tasks/${id}/processes`),
    );
    return (await Promise.all(replies)).map((reply) => reply.processes[0]?.pid);
  };

  test('F8: killed with -9 again and again, its tasks keep their pids and are reported once', async () => {
    const ids = ['a', 'b', 'c', 'd'];
    let agent = start();
    await rig.scheduler.untilRegistered();
    await Promise.all(ids.map((id) => rig.launch(id, oneProcess('sleep 1000'))));
    for (const id of ids) await rig.scheduler.untilStatus(id, 'RUNNING');
    let before = await pids(ids);
    while (before.includes(undefined)) before = await pids(ids);
    for (let round = 2; round < 5; round++) {
      agent.child.kill('SIGKILL');
      await agent.exit;
      agent = start();
      await rig.scheduler.untilRegistered(round);
      expect(await pids(ids)).toEqual(before);
    }
    expect(ids.flatMap((id) => rig.scheduler.statusesOf(id))).toHaveLength(8);
    await rig.scheduler.call('POST', '/v1/shutdown', { killTasks: true });
    expect(await agent.exit).toBe(0);
    for (const id of ids)
      expect(rig.scheduler.statusesOf(id).at(-1)).toBe('KILLED: Told to shut down executor.');
    expect(rig.pidsLeft().filter((pid) => pid !== agent.child.pid)).toEqual([]);
  }, 30_000);

  test('says who it is, on a socket for this user alone, and refuses a second one', async () => {
    const agent = start();
    await rig.scheduler.untilRegistered();
    const told = JSON.parse(readFileSync(join(rig.directory, 'agent.json'), 'utf8')) as Record<
      string,
      unknown
    >;
    expect(told).toMatchObject({ pid: agent.child.pid, socketPath: rig.settings.socketPath });
    expect(statSync(rig.settings.socketPath).mode & 0o777).toBe(0o600);
    const second = start();
    expect(await second.exit).toBe(2);
    expect(second.errors()).toContain(`runs already, as process ${agent.child.pid}`);
    agent.child.kill('SIGTERM');
    expect(await agent.exit).toBe(0);
  }, 30_000);

  test('ends with its tasks when its directory is taken away', async () => {
    const agent = start();
    await rig.scheduler.untilRegistered();
    await rig.launch('t', oneProcess('sleep 1000'));
    await rig.scheduler.untilStatus('t', 'RUNNING');
    rmSync(join(rig.directory, 'settings.json'));
    rig.scheduler.stop();
    expect(await agent.exit).toBe(0);
    expect(rig.pidsLeft().filter((pid) => pid !== agent.child.pid)).toEqual([]);
  }, 30_000);

  test('the observer listens on loopback when asked, for this machine by name alone', async () => {
    const probe = createServer();
    await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
    const { port } = probe.address() as AddressInfo;
    await new Promise((resolve) => probe.close(resolve));
    writeFileSync(join(rig.directory, 'options.json'), JSON.stringify({ observerPort: port }));
    start();
    await rig.scheduler.untilRegistered();
    const ask = (host: string): Promise<number | undefined> =>
      new Promise((resolve, reject) => {
        get({ port, path: '/j/task_id_count', headers: { host } }, (response) => {
          response.resume();
          resolve(response.statusCode);
        }).on('error', reject);
      });
    expect(await ask(`localhost:${port}`)).toBe(200);
    expect(await ask('evil.example')).toBe(403);
  }, 30_000);

  test('wrong settings and options are told in plain words', async () => {
    const surplus = start('--nope');
    expect([await surplus.exit, surplus.errors()]).toEqual([
      2,
      'agent: usage: agent --directory DIRECTORY\n',
    ]);
    writeFileSync(join(rig.directory, 'settings.json'), JSON.stringify({ ...rig.settings, host: 3 }));
    const wrong = start();
    expect([await wrong.exit, wrong.errors()]).toEqual([
      2,
      'agent: settings.json.host must be a text, not 3\n',
    ]);
  }, 30_000);
});
