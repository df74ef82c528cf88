import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { order, P, task, withRig } from '../rig/thermos-rig.js';

/** Behaviours 27 to 41: environment, shell, logs. */
describe('environment and shell', () => {
  test.concurrent('27: exactly HOME, USER, LOGNAME and PATH', () =>
    withRig(async (rig) => {
      process.env['THERMOS_TEST_LEAK'] = 'leaked';
      rig.start(task([P('p', 'env | sort')]), { path: '/usr/local/bin:/usr/bin:/bin' });
      await rig.end();
      const names = rig
        .log('p')
        .trim()
        .split('\n')
        .map((line) => line.split('=')[0]);
      expect(names).toEqual(['HOME', 'LOGNAME', 'PATH', 'PWD', 'SHLVL', 'USER', '_']);
      expect(rig.log('p')).toContain(`HOME=${rig.sandbox}\n`);
      expect(rig.log('p')).toContain(`SHLVL=1\n`);
    }),
  );

  test.concurrent('a command finds bash as if it alone had been started', () =>
    withRig(async (rig) => {
      const cmdline =
        'echo "$_|$?|$-|$0|$#|$LINENO|${#BASH_SOURCE[@]}|$SHELL|$OLDPWD|$BASH_ENV|${!thermos_*}"; trap; env | sort; ls /proc/$$/fd; kill -l 1; jobs; hash';
      const path = '/usr/local/bin:/usr/bin:/bin';
      rig.start(task([P('p', cmdline)]), { path });
      await rig.end();
      const user = rig.log('p').match(/^USER=(.*)$/m)?.[1] ?? '';
      const bare = spawnSync('/bin/bash', ['-c', cmdline], {
        cwd: rig.sandbox,
        env: { HOME: rig.sandbox, LOGNAME: user, PATH: path, USER: user, PWD: rig.sandbox },
        stdio: ['ignore', 'pipe', 'pipe'],
        encoding: 'utf8',
      });
      // What the coordinator ignores, as the original did.
      const ignored = /^trap -- '' SIG(INT|PIPE|XFSZ)\n/gm;
      expect(rig.log('p').replace(ignored, '')).toBe(bare.stdout.replace(ignored, ''));
      expect(rig.log('p', 0, 'stderr')).toBe(bare.stderr);
    }),
  );

  test.concurrent('27: a preserved environment comes under those four', () =>
    withRig(async (rig) => {
      const environment = new Map([
        ['HOME', '/elsewhere'],
        ['COLOUR', 'it\'s "red" $HOME'],
      ]);
      rig.start(task([P('p', 'echo "$HOME|$COLOUR"')]), { environment });
      await rig.end();
      expect(rig.log('p')).toBe(`${rig.sandbox}|it's "red" $HOME\n`);
    }),
  );

  test.concurrent('28: a session of its own, led by the coordinator', () =>
    withRig(async (rig) => {
      rig.start(task([P('p', 'echo $(ps -o pid=,ppid=,pgid=,sid=,tty= -p $$)')]));
      await rig.end();
      const [pid, parent, group, session, terminal] = rig.log('p').trim().split(/\s+/);
      const statuses = rig.statuses('p');
      expect(Number(pid)).toBe(statuses[2]?.pid);
      expect([parent, group, session].map(Number)).toEqual(Array(3).fill(statuses[1]?.coordinatorPid));
      expect(terminal).toBe('?');
    }),
  );

  test.concurrent('29: .thermos_profile is read by every process that starts after it exists', () =>
    withRig(async (rig) => {
      const processes = [
        P('p1', 'echo "export FOO=bar" > .thermos_profile; echo 1=$FOO'),
        P('p2', 'echo 2=$FOO BE=$BASH_ENV'),
      ];
      rig.start(task(processes, { constraints: [order('p1', 'p2')] }));
      await rig.end();
      expect(rig.log('p1')).toBe('1=\n');
      expect(rig.log('p2')).toBe(`2=bar BE=${rig.sandbox}/.thermos_profile\n`);
    }),
  );

  test.concurrent('a profile that exits is the process; one with a syntax error is only noise', () =>
    withRig(async (rig) => {
      writeFileSync(join(rig.sandbox, '.thermos_profile'), 'exit 3\n');
      rig.start(task([P('p', 'echo never')]));
      await rig.end();
      expect(rig.statuses('p').at(-1)).toMatchObject({ state: 'FAILED', returnCode: 3 });
      expect(rig.log('p')).toBe('');
    }),
  );

  test.concurrent('30: ignored signals, open files, arguments', () =>
    withRig(async (rig) => {
      // No pipe: its ends would be open in the shell for a moment.
      const cmdline =
        'grep -E "Sig(Ign|Blk)" /proc/self/status; ls /proc/$$/fd > fds; tr "\\n" " " < fds; echo; tr "\\0" "|" < /proc/$$/cmdline';
      rig.start(task([P('p', cmdline)]));
      await rig.end();
      const [blocked, ignored, files, line] = rig.log('p').split('\n');
      expect(blocked).toBe('SigBlk:\t0000000000000000');
      expect(ignored).toBe('SigIgn:\t0000000001001002');
      // Whatever has two digits and more was handed to this test by its own parent.
      expect(files?.trim()).toMatch(/^0 1 2( \d{2,})*$/);
      expect(line).toMatch(/^\/bin\/bash\|-c\|grep/);
    }),
  );

  test.concurrent('odd names and command lines reach the shell as they are', () =>
    withRig(async (rig) => {
      const cmdline = `echo 'single' "double" \\$x \`echo tick\` $(echo sub) ü '
newline'; # comment`;
      const names = ['a b', '-x', "it's", 'ünï', '$(touch x)', ';ls', 'a"b'];
      rig.start(task(names.map((name) => P(name, cmdline))));
      expect(await rig.end()).toBe('SUCCESS');
      for (const name of names) expect(rig.log(name)).toBe('single double $x tick sub ü \nnewline\n');
      expect(readdirSync(rig.sandbox)).toEqual(['.logs']);
    }),
  );

  test.concurrent('a command line beyond what the system takes is a failed run that says so', () =>
    withRig(async (rig) => {
      rig.start(
        task([P('p', `: ${'x'.repeat(140_000)}`), P('q', `: ${'x'.repeat(20_000)}`)], { max_failures: 2 }),
      );
      expect(await rig.end()).toBe('SUCCESS');
      expect(rig.statuses('p').at(-1)).toMatchObject({ state: 'FAILED', returnCode: 126 });
      const event = rig.events.find((one) => one.kind === 'process' && one.state === 'FAILED');
      expect(event).toMatchObject({ reason: expect.stringMatching(/Argument list too long/) as unknown });
      expect(rig.history('q')).toContain('SUCCESS');
    }),
  );

  test.concurrent('a sandbox that is gone: a failed run with the reason', () =>
    withRig(async (rig) => {
      const logDir = join(rig.directory, 'logs');
      rig.start(task([P('p', 'true')]), { sandbox: join(rig.directory, 'nowhere'), logDir });
      expect(await rig.end()).toBe('FAILED');
      const event = rig.events.find((one) => one.kind === 'process' && one.state === 'FAILED');
      expect(event).toMatchObject({ reason: expect.stringMatching(/cd: can't cd to .*nowhere/) as unknown });
    }),
  );

  test.concurrent('a log directory that cannot be made: a failed run without a start, with the reason', () =>
    withRig(async (rig) => {
      writeFileSync(join(rig.directory, 'file'), '');
      rig.start(task([P('p', 'true')]), { logDir: join(rig.directory, 'file') });
      expect(await rig.end()).toBe('FAILED');
      expect(rig.history('p')).toBe('WAITING FAILED');
      const event = rig.events.find((one) => one.kind === 'process' && one.state === 'FAILED');
      expect(event).toMatchObject({ reason: expect.stringContaining('ENOTDIR') as unknown });
    }),
  );
});

const isRoot = process.getuid?.() === 0;
const asRoot = isRoot ? test.concurrent : test.skip;

describe('another user', () => {
  asRoot('32: the processes run as him, and own the folder of their logs', () =>
    withRig(async (rig) => {
      const { chmodSync } = await import('node:fs');
      chmodSync(rig.directory, 0o755);
      chmodSync(rig.sandbox, 0o777);
      rig.start(task([P('a', 'id -un; echo $HOME $USER $LOGNAME; touch mine')]), {
        user: { name: 'nobody', uid: 65534, gid: 65534 },
      });
      expect(await rig.end()).toBe('SUCCESS');
      expect(rig.log('a')).toBe(`nobody\n${rig.sandbox} nobody nobody\n`);
      expect(statSync(join(rig.sandbox, 'mine')).uid).toBe(65534);
      expect(statSync(join(rig.sandbox, '.logs/a/0')).uid).toBe(65534);
      expect(statSync(join(rig.sandbox, '.logs/a/0/stdout')).uid).toBe(65534);
      expect(statSync(join(rig.sandbox, '.logs/a')).uid).toBe(0);
      expect(rig.records()[1]).toMatchObject({ header: { user: 'nobody', uid: 65534 } });
      expect(statSync(join(rig.root, 'checkpoints/task/runner')).uid).toBe(0);
    }),
  );
});

describe('logs', () => {
  const rotate = (log_size: number, backups: number): Record<string, unknown> => ({
    logger: { destination: 'file', mode: 'rotate', rotate: { log_size, backups } },
  });

  test.concurrent('33: rotation at the limit', () =>
    withRig(async (rig) => {
      rig.start(task([P('rot', 'for i in $(seq 10 49); do printf "%0999d\\n" $i; done', rotate(5000, 2))]));
      expect(await rig.end()).toBe('SUCCESS');
      const folder = join(rig.sandbox, '.logs/rot/0');
      expect(readdirSync(folder).sort()).toEqual(['stderr', 'stdout', 'stdout.1', 'stdout.2']);
      const sizes = ['stdout', 'stdout.1', 'stdout.2'].map((name) => statSync(join(folder, name)).size);
      expect(sizes).toEqual([0, 5000, 5000]);
      expect(readFileSync(join(folder, 'stdout.1'), 'utf8')).toMatch(/^0+45\n0+46\n0+47\n0+48\n0+49\n$/);
    }),
  );

  test.concurrent('34: a burst without a newline stays within the limits', () =>
    withRig(async (rig) => {
      rig.start(task([P('burst', 'head -c 300000 /dev/zero', rotate(50_000, 3))]));
      expect(await rig.end()).toBe('SUCCESS');
      const folder = join(rig.sandbox, '.logs/burst/0');
      const files = readdirSync(folder).filter((name) => name.startsWith('stdout'));
      expect(files.sort()).toEqual(['stdout', 'stdout.1', 'stdout.2', 'stdout.3']);
      for (const name of files) expect(statSync(join(folder, name)).size).toBeLessThanOrEqual(50_000);
    }),
  );

  test.concurrent('35: none', () =>
    withRig(async (rig) => {
      rig.start(task([P('p', 'echo x; echo y >&2', { logger: { destination: 'none' } })]));
      expect(await rig.end()).toBe('SUCCESS');
      expect(readdirSync(join(rig.sandbox, '.logs/p/0'))).toEqual([]);
    }),
  );

  test.concurrent('36: console', () =>
    withRig(async (rig) => {
      const { openSync, closeSync } = await import('node:fs');
      const names = ['out', 'err'].map((name) => join(rig.directory, name));
      const [stdout, stderr] = names.map((name) => openSync(name, 'a')) as [number, number];
      rig.start(task([P('p', 'echo consout; echo conserr >&2', { logger: { destination: 'console' } })]), {
        console: { stdout, stderr },
      });
      await rig.end();
      closeSync(stdout);
      closeSync(stderr);
      expect(names.map((name) => readFileSync(name, 'utf8'))).toEqual(['consout\n', 'conserr\n']);
      expect(existsSync(join(rig.sandbox, '.logs/p/0/stdout'))).toBe(false);
    }),
  );

  test.concurrent('37: both, with the exit status of the command', () =>
    withRig(async (rig) => {
      const { openSync, closeSync } = await import('node:fs');
      const names = ['out', 'err'].map((name) => join(rig.directory, name));
      const [stdout, stderr] = names.map((name) => openSync(name, 'a')) as [number, number];
      rig.start(
        task([
          P('p', 'echo out; echo err >&2; exit 5', { logger: { destination: 'both' } }),
          P('k', 'kill -9 $$', { logger: { destination: 'both' }, min_duration: 100 }),
        ]),
        { console: { stdout, stderr } },
      );
      expect(await rig.end()).toBe('FAILED');
      closeSync(stdout);
      closeSync(stderr);
      expect(names.map((name) => readFileSync(name, 'utf8'))).toEqual(['out\n', 'err\n']);
      expect([rig.log('p'), rig.log('p', 0, 'stderr')]).toEqual(['out\n', 'err\n']);
      expect(rig.statuses('p').at(-1)).toMatchObject({ state: 'FAILED', returnCode: 5 });
    }),
  );

  test.concurrent('38: a background process delays the end only when it holds a pipe', () =>
    withRig(async (rig) => {
      rig.start(
        task([
          P('bgfile', 'sleep 1 & echo hi'),
          P('bgpipe', 'sleep 1 & echo hi', { logger: { destination: 'both' } }),
        ]),
      );
      expect(await rig.end()).toBe('SUCCESS');
      const took = (name: string): number => {
        const statuses = rig.statuses(name);
        return (statuses[3]?.stopTime ?? 0) - (statuses[2]?.startTime ?? 0);
      };
      expect(took('bgfile')).toBeLessThan(took('bgpipe'));
      expect(took('bgpipe')).toBeGreaterThanOrEqual(0.9);
    }),
  );

  test.concurrent('39: what a process leaves in the background is gone when it has ended', () =>
    withRig(async (rig) => {
      rig.start(task([P('m', 'sleep 77 & echo ok'), P('n', 'sleep 0.5')]));
      await rig.reaches('m', 'SUCCESS');
      await rig.end();
      expect(rig.leftovers()).toEqual([]);
    }),
  );

  test.concurrent('40: what escapes its session gets SIGTERM, then SIGKILL', () =>
    withRig(async (rig) => {
      const polite = `setsid bash -c 'trap "echo bye > said; exit" TERM; while :; do sleep 0.1; done' & sleep 0.2`;
      rig.start(task([P('m', polite), P('n', `setsid bash -c 'trap "" TERM; sleep 78' & sleep 0.1`)]));
      expect(await rig.end()).toBe('SUCCESS');
      expect(readFileSync(join(rig.sandbox, 'said'), 'utf8')).toBe('bye\n');
      expect(rig.leftovers()).toEqual([]);
    }),
  );

  test.concurrent('41: a logger of its own wins over the default', () =>
    withRig(async (rig) => {
      rig.start(
        task([P('own', 'head -c 300 /dev/zero', { logger: {} }), P('other', 'head -c 300 /dev/zero')]),
        {
          defaultLogger: { destination: 'file', mode: 'rotate', rotate: { logSizeBytes: 100, backups: 1 } },
        },
      );
      await rig.end();
      expect(readdirSync(join(rig.sandbox, '.logs/own/0')).sort()).toEqual(['stderr', 'stdout']);
      expect(readdirSync(join(rig.sandbox, '.logs/other/0')).sort()).toEqual([
        'stderr',
        'stdout',
        'stdout.1',
      ]);
    }),
  );
});
