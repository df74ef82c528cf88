import { spawnSync, type ChildProcess } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmdirSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { buildPrograms, type BuiltPrograms } from '../rig/built-programs.js';
import { jobConfiguration } from '../rig/job-configuration.js';
import { eventually, TestCluster } from '../rig/test-cluster.js';
import { tasksOf } from '../rig/test-cluster-tasks.js';

jest.setTimeout(60_000);

let programs: BuiltPrograms;
beforeAll(async () => {
  programs = await buildPrograms(['daemon']);
});
afterAll(() => {
  programs.dispose();
});

let cluster: TestCluster;
beforeEach(() => {
  cluster = new TestCluster(programs.directory, []);
});
afterEach(async () => {
  await cluster.dispose();
});

const key = (name: string) => ({ role: 'web', environment: 'devel', name });

function exitCode(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => child.once('exit', resolve));
}

async function createJob(name: string): Promise<void> {
  const response = await cluster.call('createJob', { description: jobConfiguration(key(name)) });
  expect(response.details).toEqual([]);
}

async function jobNames(): Promise<string[]> {
  const tasks = await tasksOf(cluster);
  return [...new Set(tasks.map((task) => task.assignedTask.task.job.name))].sort();
}

describe('the daemon', () => {
  test('says where it is only when it answers there, and lets only its user in', async () => {
    const endpoint = await cluster.start();
    expect((await cluster.http('GET', '/health')).status).toBe(200);
    expect((await cluster.tcp('GET', '/health', { host: '127.0.0.1' })).status).toBe(200);
    expect(endpoint.httpUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(endpoint.version).toMatch(/^\d+\.\d+\.\d+/);
    expect(statSync(endpoint.socketPath).mode & 0o777).toBe(0o600);
    for (const file of ['scheduler.json', 'scheduler.log', 'store.db'])
      expect(statSync(join(cluster.home, file)).mode & 0o077).toBe(0);
    for (const line of cluster.log.trimEnd().split('\n')) {
      const { level, message } = JSON.parse(line) as Record<string, unknown>;
      expect([typeof level, typeof message]).toEqual(['string', 'string']);
    }
  });

  test('a second one on the same home is refused at once, and the first is not disturbed', async () => {
    const first = await cluster.start();
    await createJob('kept');
    const second = cluster.launch();
    expect(await exitCode(second)).toBe(1);
    expect(cluster.output).toBe(
      `Another scheduler is already running on ${cluster.home}: only one may use a directory at a time. ` +
        'Stop it, or use another directory.\n',
    );
    expect(cluster.endpoint).toEqual(first);
    expect(await jobNames()).toEqual(['kept']);
    process.kill(first.pid, 'SIGKILL');
  });

  test('after kill -9 the next one takes over, with everything that was acknowledged', async () => {
    for (const name of ['a', 'b', 'c']) {
      await cluster.start();
      await createJob(name);
      await cluster.killDaemon();
    }
    await cluster.start();
    expect(await jobNames()).toEqual(['a', 'b', 'c']);
  });

  test('ends in order when asked to, leaving no trace of itself but its store and log', async () => {
    const { pid } = await cluster.start();
    await createJob('kept');
    const reply = await cluster.http('POST', '/quitquitquit');
    expect(reply.body.toString()).toBe('Notifying quit listener.');
    await eventually('the daemon is gone', () => (cluster.processes().includes(pid) ? undefined : true));
    expect(existsSync(join(cluster.home, 'scheduler.json'))).toBe(false);
    expect(existsSync(join(cluster.home, 'scheduler.sock'))).toBe(false);
    await cluster.start();
    expect(await jobNames()).toEqual(['kept']);
  });

  test('a home with a very long path still gets a socket', async () => {
    const long = join(cluster.home, 'x'.repeat(120));
    mkdirSync(long);
    writeFileSync(join(long, 'cluster.json'), readFileSync(join(cluster.home, 'cluster.json')));
    const other = cluster.at(long);
    const endpoint = await other.start();
    expect(endpoint.socketPath.length).toBeLessThan(108);
    expect((await other.http('GET', '/health')).status).toBe(200);
    process.kill(endpoint.pid, 'SIGTERM');
    await eventually('the socket is gone', () => (existsSync(endpoint.socketPath) ? undefined : true));
  });
});

describe('a daemon that cannot start says why, in one line', () => {
  const refusal = async (): Promise<string> => {
    expect(await exitCode(cluster.launch())).toBe(1);
    expect(existsSync(join(cluster.home, 'scheduler.json'))).toBe(false);
    expect(cluster.output.trimEnd()).not.toContain('\n');
    return cluster.output.trimEnd();
  };
  const define = (text: string): void => {
    writeFileSync(join(cluster.home, 'cluster.json'), text);
  };
  const agent = {
    host: 'a',
    attributes: [],
    resources: { cpus: 1, ramMb: 1, diskMb: 1, gpus: 0, portRanges: [] },
  };
  const definition = { name: 'test', agents: [agent], httpPort: 0, options: [] as unknown[] };

  test('the port is taken', async () => {
    const holder = createServer();
    await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
    const { port } = holder.address() as AddressInfo;
    define(JSON.stringify({ ...definition, httpPort: port }));
    expect(await refusal()).toBe(
      `Cluster test cannot listen on port ${port} of 127.0.0.1: another program has it. Give the cluster another port, or 0 for any free one.`,
    );
    holder.close();
  });

  test('the definition is wrong', async () => {
    define(JSON.stringify({ ...definition, agents: [agent, agent] }));
    expect(await refusal()).toBe(`${join(cluster.home, 'cluster.json')}: two agents have the host name a`);
  });

  test('an option is misspelt', async () => {
    define(JSON.stringify({ ...definition, options: [['history_prune_treshold', '2days']] }));
    expect(await refusal()).toBe(
      "Cluster test: Unknown scheduler option 'history_prune_treshold'; did you mean 'history_prune_threshold'?",
    );
  });

  test('the store is damaged', async () => {
    await cluster.start();
    await createJob('kept');
    await cluster.killDaemon();
    writeFileSync(join(cluster.home, 'store.db'), 'this is no database'.repeat(500));
    writeFileSync(join(cluster.home, 'store.db-wal'), '');
    const child = cluster.launch();
    expect(await exitCode(child)).toBe(1);
    expect(cluster.output).toMatch(/^The store \S+store\.db is damaged: .* Backups are in /);
  });

  test('the home is not there', async () => {
    const missing = cluster.at(join(cluster.home, 'nowhere'));
    expect(await exitCode(missing.launch())).toBe(1);
    expect(missing.output).toMatch(/^--home must name the directory of a local cluster, and there is no /);
  });

  const asUser = process.getuid?.() === 0 ? test.skip : test;
  asUser('the home may not be written to', async () => {
    chmodSync(cluster.home, 0o500);
    expect(await refusal()).toContain('permission');
    chmodSync(cluster.home, 0o700);
  });
});

describe('a disk that is full', () => {
  test('ends the daemon with a plain sentence; what it had acknowledged is there for the next one', async () => {
    // A file may grow to 200 KB: for SQLite the disk is then full.
    await cluster.start('ulimit -f 200');
    const acknowledged: string[] = [];
    let ended = false;
    for (let i = 0; i < 500 && !ended; i++) {
      const task = { executorConfig: { name: 'AuroraExecutor', data: 'x'.repeat(10_000) } };
      const description = jobConfiguration(key(`job${i}`), { task });
      try {
        const { responseCode } = await cluster.call('createJob', { description });
        if (responseCode === 'OK') acknowledged.push(`job${i}`);
        else ended = true;
      } catch {
        ended = true;
      }
    }
    expect(ended).toBe(true);
    await eventually('the daemon is gone', () => (cluster.output.includes('stops') ? true : undefined));
    expect(cluster.output).toMatch(/^The store \S+store\.db cannot be used: writing to it failed: [^\n]+\n$/);
    expect(cluster.output).toContain('What was acknowledged is safe');
    await cluster.start();
    const names = new Set(await jobNames());
    expect(acknowledged.filter((name) => !names.has(name))).toEqual([]);
    expect(acknowledged.length).toBeGreaterThan(5);
  });
});

/** Jobs of so many bytes until one is not acknowledged; the names of those that were. */
async function createUntilRefused(bytes: number, most: number): Promise<string[]> {
  const acknowledged: string[] = [];
  const task = { executorConfig: { name: 'AuroraExecutor', data: 'x'.repeat(bytes) } };
  for (let i = 0; i < most; i++) {
    const name = `big${i}`;
    try {
      const response = await cluster.call('createJob', {
        description: jobConfiguration(key(name), { task }),
      });
      if (response.responseCode !== 'OK') return acknowledged;
    } catch {
      return acknowledged;
    }
    acknowledged.push(name);
  }
  return acknowledged;
}

const mayMount = (): boolean => {
  const probe = mkdtempSync(join(tmpdir(), 'aurora-mount-'));
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', probe]).status === 0;
  if (mounted) spawnSync('umount', [probe]);
  rmdirSync(probe);
  return mounted;
};

(mayMount() ? test : test.skip)(
  'on a disk of 8 MB the daemon ends when that is full, and its successor has everything once there is room',
  async () => {
    const small = join(cluster.home, 'small');
    mkdirSync(small);
    expect(spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', small]).status).toBe(0);
    const outer = cluster;
    try {
      cluster = outer.at(small);
      writeFileSync(join(small, 'cluster.json'), readFileSync(join(outer.home, 'cluster.json')));
      await cluster.start();
      const acknowledged = await createUntilRefused(100_000, 200);
      expect(acknowledged.length).toBeGreaterThan(10);
      expect(acknowledged.length).toBeLessThan(100);
      await eventually('the daemon has said why', () =>
        cluster.output.includes('the disk is full') ? true : undefined,
      );
      // A start on the full disk may work or say that it cannot; it never hangs, and never loses anything.
      const again = cluster.launch();
      await eventually('it is up or gone', () =>
        again.exitCode !== null || cluster.endpointOf(again.pid) ? true : undefined,
      );
      await cluster.killDaemon();
      expect(spawnSync('mount', ['-o', 'remount,size=64m', small]).status).toBe(0);
      await cluster.start();
      const names = new Set(await jobNames());
      expect(acknowledged.filter((name) => !names.has(name))).toEqual([]);
      await cluster.killDaemon();
    } finally {
      await cluster.killDaemon();
      cluster = outer;
      spawnSync('umount', ['-l', small]);
    }
  },
);

test('with 64 files to open, 200 connections at once cost some of them, but not the daemon nor what it acknowledged', async () => {
  const { pid, socketPath } = await cluster.start('ulimit -n 64');
  const connections = Array.from({ length: 200 }, () => connect(socketPath));
  try {
    await Promise.all(
      connections.map(
        (connection) =>
          new Promise<void>((resolve) => {
            connection.once('connect', resolve);
            connection.once('error', () => {
              resolve();
            });
          }),
      ),
    );
    const during = await createUntilRefused(10, 20);
    for (const connection of connections) connection.destroy();
    await eventually('calls are answered again', () =>
      createJob('afterwards').then(
        () => true,
        () => undefined,
      ),
    );
    const names = new Set(await jobNames());
    expect([...during, 'afterwards'].filter((name) => !names.has(name))).toEqual([]);
    expect(cluster.endpoint.pid).toBe(pid);
    expect(cluster.processes()).toContain(pid);
    expect(cluster.output).toBe('');
  } finally {
    for (const connection of connections) connection.destroy();
  }
});

describe('backups', () => {
  const backups = async (): Promise<readonly string[]> => {
    const { result } = await cluster.call('listBackups', {});
    return result && 'listBackupsResult' in result ? result.listBackupsResult.backups : [];
  };
  const message = async (
    call: Promise<{ details: readonly { readonly message?: string }[] }>,
  ): Promise<string | undefined> => (await call).details[0]?.message;

  test('one is made, staged, looked at, trimmed and committed, and the next daemon has it', async () => {
    await cluster.start();
    await createJob('early');
    await createJob('doomed');
    expect((await cluster.call('performBackup', {})).responseCode).toBe('OK');
    const [id] = await backups();
    expect(id).toMatch(/^scheduler-backup-\d{4}-\d\d-\d\d-\d\d-\d\d$/);
    await createJob('late');

    expect(await message(cluster.call('queryRecovery', { query: {} }))).toBe('No backup loaded.');
    expect(await message(cluster.call('stageRecovery', { backupId: '../store.db' }))).toBe(
      'Backup ../store.db does not exist.',
    );
    expect((await cluster.call('stageRecovery', { backupId: id ?? '' })).responseCode).toBe('OK');
    expect(await message(cluster.call('stageRecovery', { backupId: id ?? '' }))).toBe(
      'Another backup is already loaded.',
    );
    expect((await cluster.call('deleteRecoveryTasks', { query: { jobName: 'doomed' } })).responseCode).toBe(
      'OK',
    );
    const { result } = await cluster.call('queryRecovery', { query: {} });
    expect(result && 'queryRecoveryResult' in result ? result.queryRecoveryResult.tasks.length : 0).toBe(1);
    const { pid } = cluster.endpoint;
    expect((await cluster.call('commitRecovery', {})).responseCode).toBe('OK');
    await eventually('the daemon has ended', () => (cluster.processes().includes(pid) ? undefined : true));
    await cluster.start();
    expect(await jobNames()).toEqual(['early']);
  });

  test('a damaged one is refused, and the running state stays', async () => {
    await cluster.start();
    await createJob('kept');
    await cluster.call('performBackup', {});
    const [id = ''] = await backups();
    const path = join(cluster.home, 'backups', id);
    writeFileSync(path, readFileSync(path).subarray(0, -10));
    expect(await message(cluster.call('stageRecovery', { backupId: id }))).toBe(
      `Failed to decode backup ${id}: the file is cut off`,
    );
    expect(await jobNames()).toEqual(['kept']);
  });

  test('a snapshot can be asked for, and a restart reads it', async () => {
    await cluster.start();
    await createJob('kept');
    expect((await cluster.call('snapshot', {})).responseCode).toBe('OK');
    await createJob('later');
    await cluster.killDaemon();
    await cluster.start();
    expect(await jobNames()).toEqual(['kept', 'later']);
  });
});
