import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

const repository = join(import.meta.dirname, '..', '..');
const KEY = 'cluster1/www-data/devel/hello_world';
const LONGEST_MS = 120_000;

interface Ended {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The README's commands through the real program, with real processes, in a private home. */
describe('the program', () => {
  let home: string;

  beforeAll(() => {
    home = mkdtempSync(join(tmpdir(), 'aurora-e2e-'));
    mkdirSync(join(home, 'tmp'));
  });

  afterAll(async () => {
    await aurora('cluster', 'stop');
    rmSync(home, { recursive: true, force: true });
  }, LONGEST_MS);

  function aurora(...argv: string[]): Promise<Ended> {
    return run(argv).ended;
  }

  function run(argv: readonly string[]) {
    const child = spawn(process.execPath, [join(repository, 'bin', 'aurora.js'), ...argv], {
      cwd: repository,
      env: {
        ...process.env,
        AURORA_HOME: home,
        HOME: home,
        AURORA_CONFIG_ROOT: home,
        TMPDIR: join(home, 'tmp'),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    const ended = new Promise<Ended>((resolve) => {
      child.on('close', (exitCode) => {
        resolve({ exitCode, stdout, stderr });
      });
    });
    const printed = (wanted: string): Promise<void> =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (stdout.includes(wanted)) resolve();
        };
        child.stdout.on('data', look);
        child.on('close', () => {
          reject(new Error(`ended without printing ${wanted}: ${stdout}${stderr}`));
        });
        look();
      });
    return { child, ended, printed };
  }

  test(
    'create, status, logs, kill, stop',
    async () => {
      const created = await aurora('job', 'create', KEY, '--wait-until', 'RUNNING');
      expect(created).toMatchObject({ exitCode: 0 });
      expect(created.stdout).toMatch(
        /^Job create succeeded: job url=http:\/\/127\.0\.0\.1:\d+\/scheduler\/www-data/,
      );
      expect(created.stdout).toContain(`aurora job status ${KEY}`);

      const again = await aurora('job', 'create', KEY);
      expect(again.exitCode).toBe(4);
      expect(again.stderr).toContain('already exists');

      const status = await aurora('job', 'status', KEY);
      expect(status.stdout).toMatch(
        /Task role: www-data, env: devel, name: hello_world, instance: 0, status: RUNNING on agent\d/,
      );
      const all = await aurora('job', 'status');
      expect(all.stdout).toContain(`${KEY}\n  role www-data · environment devel · name hello_world`);
      expect((await aurora('job', 'list', 'cluster1')).stdout).toBe(`${KEY}\n`);

      const follower = run(['job', 'logs', `${KEY}/0`, '--process', 'serve', '--follow']);
      await follower.printed('hello world, round 1');
      follower.child.kill('SIGINT');
      expect(await follower.ended).toMatchObject({ exitCode: 130 });

      const cluster = await aurora('cluster', 'status', 'cluster1');
      expect(cluster.stdout.match(/REGISTERED/g)).toHaveLength(3);
      expect((await aurora('cluster', 'doctor', 'cluster1')).stdout).toContain('invariants hold');

      expect(await aurora('job', 'kill', `${KEY}/0`)).toMatchObject({
        exitCode: 0,
        stdout: 'Successfully killed instances [0]\nJob kill succeeded\n',
      });
      expect((await aurora('job', 'status', KEY)).stdout).toContain('status: KILLED on agent');

      const pids = processesUnder(home);
      expect(pids.length).toBeGreaterThan(0);
      expect(await aurora('cluster', 'stop', 'cluster1')).toMatchObject({ exitCode: 0 });
      expect(processesUnder(home)).toEqual([]);
      expect((await aurora('job', 'status', KEY)).exitCode).toBe(7);
    },
    LONGEST_MS,
  );

  test(
    'Ctrl-C ends what `job run --local` has started, though only the command itself hears it',
    async () => {
      const folder = join(home, 'tmp');
      const local = run(['job', 'run', KEY, '--local', 'configs/examples/hello_world.aurora']);
      const logs = (): string[] =>
        readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
          /serve\/0\/stdout$/.test(name),
        );
      while (logs().length === 0 && local.child.exitCode === null)
        await new Promise((resolve) => setTimeout(resolve, 20));
      expect(processesUnder(folder)).not.toEqual([]);
      local.child.kill('SIGINT');
      const { exitCode, stderr } = await local.ended;
      expect([exitCode, stderr]).toEqual([130, expect.stringContaining('Command interrupted by user')]);
      expect(processesUnder(folder)).toEqual([]);
      expect(readdirSync(folder)).toEqual([]);
    },
    LONGEST_MS,
  );

  test(
    'a task that fits nowhere waits, and says why',
    async () => {
      const key = 'devcluster/www-data/devel/huge';
      const file = join(home, 'huge.aurora');
      const { writeFileSync } = await import('node:fs');
      writeFileSync(
        file,
        "jobs = [Job(cluster='devcluster', role='www-data', environment='devel', name='huge', task=Task(name='huge'," +
          "processes=[Process(name='p', cmdline='true')], resources=Resources(cpu=1, ram=64*GB, disk=1*MB)))]\n",
      );
      expect((await aurora('job', 'create', key, file)).exitCode).toBe(0);
      // The agents of a cluster that has just started may not have registered yet.
      let status = '';
      while (!status.includes('Insufficient: RAM')) status = (await aurora('job', 'status', key)).stdout;
      expect((await aurora('job', 'explain', key)).stdout).toContain('fits on none of 3 agents');
      expect((await aurora('job', 'killall', key)).exitCode).toBe(0);
      await aurora('cluster', 'stop', 'devcluster');
    },
    LONGEST_MS,
  );

  test(
    'a pipe that closes early is no error',
    async () => {
      const { child, ended } = run(['--help']);
      child.stdout.destroy();
      expect(await ended).toMatchObject({ exitCode: 0, stderr: '' });
    },
    LONGEST_MS,
  );
});

/** Pids whose command line names the folder: daemon and agents. */
function processesUnder(folder: string): string[] {
  if (!existsSync('/proc')) return [];
  return readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(folder);
    } catch {
      return false;
    }
  });
}
