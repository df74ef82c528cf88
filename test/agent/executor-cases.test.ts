import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AgentRig, oneProcess } from './rig/agent-rig.js';

const HEALTHY = 'RUNNING: No health-check defined, task is assumed healthy.';

describe('executor', () => {
  let rig: AgentRig;

  beforeEach(async () => {
    rig = new AgentRig();
    await rig.scheduler.start();
    await rig.start();
  });

  afterEach(async () => {
    await rig.dispose();
    expect(rig.pidsLeft()).toEqual([]);
  });

  test('case 70: a task that succeeds', async () => {
    await rig.launch('t70', oneProcess('echo hello'));
    expect(await rig.scheduler.untilEnd('t70')).toEqual(['STARTING', HEALTHY, 'FINISHED: Task finished.']);
    const work = join(rig.directory, 'tasks', 't70');
    expect(existsSync(join(work, 'checkpoints/checkpoints/t70/runner'))).toBe(true);
    expect(readFileSync(join(work, 'sandbox/.logs/p/0/stdout'), 'utf8')).toBe('hello\n');
  });

  test('case 71: a task that fails', async () => {
    await rig.launch('t71', oneProcess('exit 3'));
    expect(await rig.scheduler.untilEnd('t71')).toEqual(['STARTING', HEALTHY, 'FAILED: Task failed.']);
  });

  test('case 72: killed twice, reported once', async () => {
    await rig.launch('t72', oneProcess('sleep 100'));
    await rig.scheduler.untilStatus('t72', 'RUNNING');
    await rig.kill('t72');
    await rig.kill('t72');
    expect(await rig.scheduler.untilEnd('t72')).toEqual([
      'STARTING',
      HEALTHY,
      'KILLED: Instructed to kill task.',
    ]);
    const { processes } = await rig.scheduler.call<{ processes: object[] }>('GET', '/v1/tasks/t72/processes');
    expect(processes).toMatchObject([{ name: 'p', state: 'KILLED', returnCode: -15 }]);
  });

  test('case 74: a process name that is none', async () => {
    const job = oneProcess('true', { name: '.p' });
    await rig.launch('t74', job);
    expect(await rig.scheduler.untilEnd('t74')).toEqual([
      'STARTING',
      'FAILED: Could not deserialize Thermos task from AssignedTask: Got invalid task: ' +
        'Task has invalid process: Invalid process name: .p',
    ]);
  });

  test('case 75: a port that was not assigned', async () => {
    await rig.launch('t75', oneProcess('echo {{thermos.ports[http]}}'));
    expect(await rig.scheduler.untilEnd('t75')).toEqual([
      'STARTING',
      'FAILED: Task initialization failed: Task failed: Thermos failed with internal error. ' +
        '(Task requires unbound port http!)',
    ]);
  });

  test('case 76: a task beyond its disk', async () => {
    const resources = { cpu: 0.1, ram: 64 * 1024 ** 2, disk: 2 * 1024 ** 2 };
    await rig.launch('t76', oneProcess('head -c 3000000 /dev/urandom > f; sleep 100', {}, { resources }));
    const statuses = await rig.scheduler.untilEnd('t76');
    expect(statuses.slice(0, 2)).toEqual(['STARTING', HEALTHY]);
    const used = /^FAILED: Disk limit exceeded\. {2}Reserved 2097152 bytes vs used (\d+) bytes\.$/.exec(
      statuses[2] ?? '',
    );
    expect(Number(used?.[1])).toBeGreaterThanOrEqual(3_000_000);
    expect(Number(used?.[1]) % 512).toBe(0);
  });

  test('case 78: a shell check that fails', async () => {
    const health = {
      health_check_config: {
        health_checker: { shell: { shell_command: 'echo bad; exit 7' } },
        initial_interval_secs: 0.1,
        interval_secs: 0.05,
      },
    };
    await rig.launch('t78', { ...oneProcess('sleep 100'), ...health });
    expect(await rig.scheduler.untilEnd('t78')).toEqual([
      'STARTING',
      "FAILED: Failed health check! Command 'echo bad; exit 7' returned non-zero exit status 7 with output 'bad\\n'",
    ]);
  });

  test('case 80: HTTP lifecycle, then signals, while the endpoint answers 404', async () => {
    const posts: string[] = [];
    const port = await rig.serve((method, url) => {
      posts.push(`${method} ${url}`);
      return method === 'GET' ? [200, ' OK\n'] : [404, ''];
    });
    const job = {
      ...oneProcess('sleep 100'),
      health_check_config: { interval_secs: 0.05, min_consecutive_successes: 3, initial_interval_secs: 1 },
      lifecycle: { http: { graceful_shutdown_wait_secs: 0.1, shutdown_wait_secs: 0.1 } },
    };
    await rig.launch('t80', job, { assignedPorts: { health: port } });
    await rig.scheduler.untilStatus('t80', 'RUNNING');
    expect(posts.filter((post) => post === 'GET /health')).toHaveLength(3);
    await rig.kill('t80');
    expect(await rig.scheduler.untilEnd('t80')).toEqual([
      'STARTING',
      'RUNNING: Task is healthy.',
      'KILLED: Instructed to kill task.',
    ]);
    expect(posts.filter((post) => post.startsWith('POST'))).toEqual([
      'POST /quitquitquit',
      'POST /abortabortabort',
    ]);
  });

  test('case 80: a task that ends at its graceful endpoint is not signalled', async () => {
    const posts: string[] = [];
    const marker = join(rig.root, 'quit');
    const port = await rig.serve((method, url) => {
      posts.push(`${method} ${url}`);
      if (url === '/quitquitquit') writeFileSync(marker, '');
      return [200, 'ok'];
    });
    const cmdline = `trap 'echo signalled' TERM; while [ ! -e ${marker} ]; do sleep 0.02; done; echo quit`;
    await rig.launch(
      't80b',
      { ...oneProcess(cmdline), lifecycle: { http: {} } },
      { assignedPorts: { health: port } },
    );
    await rig.scheduler.untilStatus('t80b', 'RUNNING');
    await rig.kill('t80b');
    expect((await rig.scheduler.untilEnd('t80b')).at(-1)).toBe('KILLED: Instructed to kill task.');
    expect(posts.filter((post) => post.startsWith('POST'))).toEqual(['POST /quitquitquit']);
    const log = await rig.scheduler.call<{ data: string }>('GET', '/v1/tasks/t80b/log');
    expect(log.data).toBe('quit\n');
  });

  test('case 81: a lifecycle port that refuses costs no time', async () => {
    const job = { ...oneProcess('sleep 100'), lifecycle: { http: { port: 'admin' } } };
    await rig.launch('t81', job, { assignedPorts: { admin: 1 } });
    await rig.scheduler.untilStatus('t81', 'RUNNING');
    await rig.kill('t81');
    const killed = await rig.scheduler.untilStatus('t81', 'KILLED');
    const running = await rig.scheduler.untilStatus('t81', 'RUNNING');
    expect(killed.timestampMs - running.timestampMs).toBeLessThan(5000);
  });

  test('case 85: a snoozed check makes the task RUNNING', async () => {
    const cmdline = 'touch .healthchecksnooze; sleep 100';
    const job = {
      ...oneProcess(cmdline),
      health_check_config: { interval_secs: 0.05, initial_interval_secs: 60 },
    };
    await rig.launch('t85', job, { assignedPorts: { health: 1 } });
    expect(await rig.scheduler.untilStatus('t85', 'RUNNING')).toMatchObject({ message: 'Task is healthy.' });
  });

  test('case 88: a task that cannot be read', async () => {
    await rig.scheduler.call('POST', '/v1/launch', { task: { taskId: 't88', task: 'garbage' } });
    expect(await rig.scheduler.untilEnd('t88')).toEqual(['FAILED: Could not deserialize task.']);
    await expect(rig.scheduler.call('POST', '/v1/launch', { task: {} })).rejects.toThrow('400');
    await expect(rig.scheduler.call('POST', '/v1/launch', { task: { taskId: '../x' } })).rejects.toThrow(
      '400',
    );
  });

  test('executor data that is no job fails after STARTING', async () => {
    await rig.launch('tdata', {}, { task: { executorConfig: { name: 'A', data: '{"task": 3}' } } });
    expect(await rig.scheduler.untilEnd('tdata')).toEqual([
      'STARTING',
      expect.stringMatching(/^FAILED: Could not deserialize Thermos task from AssignedTask: /),
    ]);
  });

  test('references are bound, ports are named, aliases followed', async () => {
    const job = {
      ...oneProcess(
        'echo {{mesos.instance}} {{mesos.hostname}} {{thermos.task_id}} {{thermos.ports[http]}} {{thermos.ports[aurora]}}',
      ),
      announce: {},
    };
    await rig.launch('tbind', job, { assignedPorts: { http: 31005 } });
    await rig.scheduler.untilEnd('tbind');
    const log = await rig.scheduler.call<{ data: string; end: boolean }>('GET', '/v1/tasks/tbind/log');
    expect(log).toMatchObject({ data: '3 h1 tbind 31005 31005\n', end: true });
  });

  test('a launch that is repeated runs once', async () => {
    const job = oneProcess('echo once >> runs; sleep 0.1');
    await rig.launch('tonce', job);
    await rig.launch('tonce', job);
    await rig.scheduler.untilEnd('tonce');
    await rig.launch('tonce', job);
    expect(rig.scheduler.statusesOf('tonce')).toHaveLength(3);
    expect(readFileSync(join(rig.directory, 'tasks/tonce/sandbox/runs'), 'utf8')).toBe('once\n');
  });

  test('a kill during the fetch ends the task before it began', async () => {
    const port = await rig.serve(() => undefined);
    const task = { mesosFetcherUris: [{ value: `http://127.0.0.1:${port}/never` }] };
    await rig.launch('tinit', oneProcess('echo no'), { task });
    await rig.scheduler.untilStatus('tinit', 'STARTING');
    await rig.kill('tinit');
    expect(await rig.scheduler.untilEnd('tinit')).toEqual([
      'STARTING',
      'KILLED: Task killed during initialization.',
    ]);
    expect(existsSync(join(rig.directory, 'tasks/tinit/sandbox/.logs'))).toBe(false);
  });

  test('what is fetched is there before the task, what cannot be fetched fails it', async () => {
    const port = await rig.serve((_method, url) =>
      url === '/f.sh' ? [200, '#!/bin/sh\necho fetched\n'] : [404, ''],
    );
    const uri = (name: string): object => ({
      task: { mesosFetcherUris: [{ value: `http://127.0.0.1:${port}/${name}` }] },
    });
    await rig.launch('tfetch', oneProcess('./f.sh'), uri('f.sh'));
    await rig.scheduler.untilEnd('tfetch');
    expect(await rig.scheduler.call('GET', '/v1/tasks/tfetch/log')).toMatchObject({ data: 'fetched\n' });
    await rig.launch('tnofetch', oneProcess('true'), uri('nope'));
    expect((await rig.scheduler.untilEnd('tnofetch'))[1]).toBe(
      `FAILED: Failed to initialize sandbox: Failed to fetch: http://127.0.0.1:${port}/nope answered 404 Not Found`,
    );
  });

  test('F16: what ignores SIGTERM, forks twice, has a session of its own or is stopped is gone at the end', async () => {
    const stubborn = `trap '' TERM; (setsid sh -c "trap '' TERM; (sleep 301 &); sleep 302" &); sleep 303 & kill -STOP $!; sleep 304; sleep 305`;
    await rig.launch('t16', oneProcess(stubborn, {}, { finalization_wait: 1 }));
    await rig.scheduler.untilStatus('t16', 'RUNNING');
    await rig.kill('t16');
    expect((await rig.scheduler.untilEnd('t16')).at(-1)).toBe('KILLED: Instructed to kill task.');
    expect(rig.pidsLeft()).toEqual([]);
  });

  test('use is sampled and told in heartbeats', async () => {
    await rig.launch('tuse', oneProcess('sleep 100 & sleep 100 & wait'));
    const sample = await rig.scheduler.until(() =>
      rig.scheduler.heartbeats.at(-1)?.tasks.find((task) => task.usage.processes === 3),
    );
    expect(sample.usage.ramBytes).toBeGreaterThan(100_000);
    const { processes } = await rig.scheduler.call<{ processes: Array<{ usage: object }> }>(
      'GET',
      '/v1/tasks/tuse/processes',
    );
    expect(processes[0]?.usage).toMatchObject({ processes: 3, threads: 3 });
  });

  test('how a task is isolated is told', async () => {
    await rig.launch('tiso', oneProcess('sleep 100'));
    await rig.scheduler.untilStatus('tiso', 'RUNNING');
    const { isolation } = await rig.scheduler.call<{ isolation: object }>('GET', '/v1/tasks/tiso/processes');
    expect(isolation).toMatchObject({
      mechanism: 'sampling',
      observed: expect.arrayContaining(['cpu', 'ram', 'disk']),
    });
  });
});

describe('executor with options', () => {
  const withOptions = async (
    options: AgentRig['options'],
    run: (rig: AgentRig) => Promise<void>,
  ): Promise<void> => {
    const rig = new AgentRig();
    rig.options = options;
    await rig.scheduler.start();
    await rig.start();
    try {
      await run(rig);
    } finally {
      await rig.dispose();
    }
  };

  test('case 87: a role without an account, where one is required', async () => {
    if (process.getuid?.() !== 0) return;
    await withOptions({ requireRoleUser: true }, async (rig) => {
      rig.role = 'no-such-role';
      await rig.launch('t87', oneProcess('true'));
      expect(await rig.scheduler.untilEnd('t87')).toEqual([
        'STARTING',
        'FAILED: Failed to initialize sandbox: Could not create sandbox because user does not exist: no-such-role',
      ]);
    });
  });

  test('a role without an account runs as the agent, and that is said', async () => {
    if (process.getuid?.() !== 0) return;
    await withOptions({}, async (rig) => {
      rig.role = 'no-such-role';
      await rig.launch('t', oneProcess('id -un'));
      expect((await rig.scheduler.untilEnd('t'))[0]).toBe(
        "STARTING: User no-such-role does not exist on this host: the task runs as the agent's own user.",
      );
    });
  });

  test('a role with an account runs as it, in a sandbox it can reach and nobody else', async () => {
    if (process.getuid?.() !== 0) return;
    await withOptions({}, async (rig) => {
      rig.role = 'nobody';
      await rig.launch(
        't',
        oneProcess(
          'id -un; stat -c %U:%a "$HOME"; echo "export A=profile" > .thermos_profile; ls "$HOME" >&2',
        ),
      );
      await rig.scheduler.untilEnd('t');
      expect(await rig.scheduler.call('GET', '/v1/tasks/t/log')).toMatchObject({
        data: 'nobody\nnobody:700\n',
      });
      expect(existsSync(join(rig.directory, 'tasks/t/sandbox/.thermos_profile'))).toBe(true);
    });
  });
});
