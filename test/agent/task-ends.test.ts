import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { AgentRig, oneProcess } from './rig/agent-rig.js';

/** Each of these ends with a reason that a user understands, and leaves its neighbour alone. */
describe('tasks that cannot run', () => {
  let rig: AgentRig;

  beforeEach(async () => {
    rig = new AgentRig();
    await rig.scheduler.start();
    await rig.start();
    await rig.launch('neighbour', oneProcess('sleep 1000'));
    await rig.scheduler.untilStatus('neighbour', 'RUNNING');
  });

  afterEach(async () => {
    expect(rig.scheduler.statusesOf('neighbour')).toHaveLength(2);
    expect(rig.composed?.agent.tasks.find('neighbour')?.status).toBe('RUNNING');
    await rig.dispose();
    expect(rig.pidsLeft()).toEqual([]);
  });

  const lastOf = async (taskId: string): Promise<string | undefined> =>
    (await rig.scheduler.untilEnd(taskId)).at(-1);

  test('a sandbox that cannot be made', async () => {
    mkdirSync(join(rig.directory, 'tasks/t'), { recursive: true });
    writeFileSync(join(rig.directory, 'tasks/t/sandbox'), 'in the way');
    if (process.getuid?.() === 0) {
      mkdirSync(rig.home, { recursive: true });
      writeFileSync(join(rig.home, 't'), 'in the way');
    }
    await rig.launch('t', oneProcess('true'));
    expect(await lastOf('t')).toMatch(
      /^FAILED: Failed to initialize sandbox: Failed to create the sandbox: EEXIST: .*\/t/,
    );
  });

  test('a log directory that is gone, or in whose place there is something else', async () => {
    const job = {
      task: {
        name: 't',
        processes: [
          { name: 'first', cmdline: 'rm -rf .logs; echo > .logs', min_duration: 0 },
          { name: 'second', cmdline: 'echo no', min_duration: 0 },
        ],
        constraints: [{ order: ['first', 'second'] }],
        resources: { cpu: 0.1, ram: 64 * 1024 ** 2, disk: 64 * 1024 ** 2 },
        finalization_wait: 2,
      },
      lifecycle: {},
    };
    await rig.launch('t', job);
    expect(await lastOf('t')).toMatch(/^FAILED: Task failed\. \(process second: .*\.logs.*\)$/);
  });

  test('a port that somebody else has', async () => {
    const { server, port } = await listen(() => undefined);
    const bind = `require("net").createServer().listen({{thermos.ports[http]}}, "127.0.0.1")`;
    await rig.launch('t', oneProcess(`${process.execPath} -e '${bind}'`), { assignedPorts: { http: port } });
    expect(await lastOf('t')).toBe(
      `FAILED: Task failed. (port http (${port}) is in use by a process of somebody else)`,
    );
    const { data } = await rig.scheduler.call<{ data: string }>('GET', '/v1/tasks/t/log?stream=stderr');
    expect(data).toContain('EADDRINUSE');
    server.close();
  });

  test('a command that is not there, and one that is no program', async () => {
    await rig.launch('gone', oneProcess('no-such-command-here --flag'));
    expect(await lastOf('gone')).toBe(
      'FAILED: Task failed. (process p: exit status 127, command not found; see its stderr)',
    );
    const { data } = await rig.scheduler.call<{ data: string }>('GET', '/v1/tasks/gone/log?stream=stderr');
    expect(data).toMatch(/no-such-command-here: command not found/);
    await rig.launch('data', oneProcess('echo data > f; ./f'));
    expect(await lastOf('data')).toBe(
      'FAILED: Task failed. (process p: exit status 126, the command cannot be executed; see its stderr)',
    );
  });

  test.each([
    ['a cycle', [['a', 'b', 'a']], 'Cycles detected in the task schedule! a -> b -> a'],
    ['a name that no process has', [['a', 'zz']], 'The order a, zz names zz, which is no process'],
  ])('%s in the order', async (_what, orders, reason) => {
    const processes = ['a', 'b'].map((name) => ({ name, cmdline: 'true' }));
    const constraints = orders.map((order) => ({ order }));
    await rig.launch('t', oneProcess('', {}, { processes, constraints }));
    const last = await lastOf('t');
    expect(last).toMatch(/^FAILED: Could not deserialize Thermos task from AssignedTask: Got invalid task: /);
    expect(last).toContain(reason);
  });

  test('two processes of one name', async () => {
    const processes = ['true', 'false'].map((cmdline) => ({ name: 'twin', cmdline }));
    await rig.launch('t', oneProcess('', {}, { processes }));
    expect(await lastOf('t')).toMatch(
      /^FAILED: Could not deserialize .*processes\[0\] and processes\[1\] are both named twin$/,
    );
  });

  test('an exit code of its own needs no explanation', async () => {
    await rig.launch('t', oneProcess('exit 3'));
    expect(await lastOf('t')).toBe('FAILED: Task failed.');
  });

  test.each([
    [{ docker: { image: 'i' } }, 'Docker container'],
    [{ mesos: { image: { docker: { name: 'n', tag: 't' } } } }, 'filesystem image'],
    [{ mesos: { volumes: [{ containerPath: '/c', hostPath: '/h', mode: 'RO' }] } }, 'volume'],
  ])('%j is refused in plain words', async (container, what) => {
    await rig.launch('t', oneProcess('true'), { task: { container } });
    expect(await lastOf('t')).toBe(
      `FAILED: Could not deserialize Thermos task from AssignedTask: a ${what} was asked for, but this agent runs tasks only directly on the host.`,
    );
  });

  const sockets = new Set<Socket>();

  async function listen(answer: (socket: Socket) => void): Promise<{ server: Server; port: number }> {
    const server = createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.once('data', () => {
        answer(socket);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return { server, port: (server.address() as AddressInfo).port };
  }

  const HEAD = 'HTTP/1.1 200 OK\r\n';
  const pour = (socket: Socket, text: string): void => {
    const more = (): void => {
      if (!socket.destroyed && socket.write(text)) setImmediate(more);
    };
    socket.on('drain', more);
    more();
  };

  test.each<readonly [string, (socket: Socket) => void, RegExp]>([
    ['hangs', () => undefined, /Error within timeout/],
    [
      'drips',
      (socket) => {
        socket.write(`${HEAD}content-length: 1000\r\n\r\no`);
        const timer = setInterval(() => socket.write('k'), 100);
        socket.on('close', () => {
          clearInterval(timer);
        });
      },
      /Error within timeout/,
    ],
    [
      'sends headers without end',
      (socket) => {
        socket.write(HEAD);
        pour(socket, `x: ${'y'.repeat(1000)}\r\n`);
      },
      /Parse Error: Header overflow|Error within timeout/,
    ],
    [
      'sends 10 GB',
      (socket) => {
        socket.write(`${HEAD}content-length: ${10 * 1024 ** 3}\r\n\r\n`);
        pour(socket, 'y'.repeat(65536));
      },
      /Response differs from expected response|Error within timeout/,
    ],
    [
      'redirects in a ring',
      (socket) => socket.end('HTTP/1.1 302 Found\r\nlocation: /health\r\ncontent-length: 0\r\n\r\n'),
      /too many redirects/,
    ],
    ['speaks HTTP/0.9', (socket) => socket.end('ok\n'), /Parse Error/],
  ])('F18: a health endpoint that %s', async (_name, answer, reason) => {
    const { server, port } = await listen(answer);
    const health = { initial_interval_secs: 0, interval_secs: 0.1, timeout_secs: 0.5 };
    const job = { ...oneProcess('sleep 1000'), health_check_config: health };
    await rig.launch('t', job, { assignedPorts: { health: port } });
    expect(await lastOf('t')).toMatch(new RegExp(`^FAILED: Failed health check! .*(?:${reason.source})`));
    for (const socket of sockets) socket.destroy();
    server.close();
  });
});
