import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { buildThermos, type BuiltThermos } from '../rig/built-thermos.js';
import { CommandRig, type Said } from '../rig/command-rig.js';

let built: BuiltThermos;
let rig: CommandRig;
let directory: string;
let root: string;
beforeAll(async () => {
  built = await buildThermos();
}, 60_000);
afterAll(() => {
  built.dispose();
});
beforeEach(() => {
  rig = new CommandRig(built.program);
  ({ directory, root } = rig);
});
afterEach(() => {
  rig.dispose();
});

const thermos = (...words: string[]): Said => rig.thermos(...words);
const runTask = (taskId: string, processes: unknown[], ...more: string[]): Said =>
  rig.runTask(taskId, processes, ...more);

/** What the recorded runs do not cover, and what is ours. */
describe('the thermos command', () => {
  test('--exit-status tells how the task ended; without it 0 as ever', () => {
    const failing = [{ name: 'f', cmdline: 'exit 4' }];
    expect(runTask('a', failing).status).toBe(0);
    expect(runTask('b', failing, '--exit-status').status).toBe(1);
    expect(runTask('c', [{ name: 't', cmdline: 'true' }], '--exit-status').status).toBe(0);
  });

  test('66: tail', () => {
    const twice = { cmdline: 'echo out; echo err >&2; exit 1', max_failures: 2, min_duration: 0 };
    runTask('t2', [
      { name: 'f', ...twice },
      { name: 'ok', cmdline: 'seq 30' },
    ]);
    const tail = (...words: string[]): Said => thermos('tail', `--root=${root}`, ...words);
    expect(tail('t2')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('ERROR: More than one process matches query.') as unknown,
    });
    const log = join(directory, 'sandbox-t2/.logs/f/1/stdout');
    expect(tail('t2', 'f')).toMatchObject({ status: 0, stdout: `Tail of terminal log ${log}\nout\n` });
    expect(tail('--stderr', 't2', 'f').stdout).toMatch(/\nerr\n$/);
    expect(tail('t2', 'ok').stdout.trim().split('\n').slice(1)).toEqual(
      Array.from({ length: 10 }, (_, index) => String(index + 21)),
    );
    expect(tail('nope')).toMatchObject({ status: 1, stdout: 'ERROR: Could not find task.\n' });
    expect(tail('t2', 'zz').stderr).toContain('ERROR: No processes found.');
    expect(tail().stderr).toContain('thermos: error: Expected a task to tail, got nothing!');
  });

  test('66: tail of a running process ends with it', async () => {
    const cmdline = 'for i in 1 2 3 4 5 6; do echo $i; sleep 0.3; done';
    const runner = rig.startTask('live', [{ name: 'p', cmdline }]);
    const sandbox = rig.sandboxOf('live');
    try {
      while (!existsSync(join(sandbox, '.logs/p/0/stdout'))) await new Promise(setImmediate);
      const said = thermos('tail', `--root=${root}`, 'live', 'p');
      expect(said.status).toBe(0);
      expect(said.stdout).toMatch(/^Tail of active log /);
      expect(said.stdout).toMatch(/1\n2\n3\n4\n5\n6\n$/);
    } finally {
      runner.kill('SIGKILL');
    }
  });

  test('gc removes what it is told to, oldest first', () => {
    for (const id of ['one', 'two', 'three']) runTask(id, [{ name: 'p', cmdline: 'echo x' }]);
    const gc = (...words: string[]): Said => thermos('gc', `--root=${root}`, ...words);
    expect(gc('--max_tasks=1').stderr).toContain('Say what to remove');
    expect(gc('--max_tasks=1', '--delete-metadata', '--dryrun').stdout).toBe('one\ntwo\n');
    expect(gc('--max_tasks=1', '--delete-metadata').stderr).toContain('--force');
    expect(readdirSync(join(root, 'checkpoints'))).toHaveLength(3);
    const all = gc('--max_tasks=1', '--delete-metadata', '--delete-data', '--force');
    expect(all.stdout).toContain('Removed 2 tasks.');
    expect(readdirSync(join(root, 'checkpoints'))).toEqual(['three']);
    expect(existsSync(join(directory, 'sandbox-one'))).toBe(false);
    expect(existsSync(join(directory, 'sandbox-three'))).toBe(true);
    expect(gc('--max_age=soon', '--delete-logs').stderr).toContain("'soon' is no amount");
  });

  test('a mistyped command, option or port is told in plain words', () => {
    expect(thermos('staus').stderr).toContain('Did you mean status?');
    expect(thermos('status', '--verbositi=1').stderr).toContain('did you mean --verbosity?');
    expect(thermos('run', '--json', join(directory, 'none.json')).stderr).toContain('No tasks specified!');
    expect(runTask('x', [{ name: 'p', cmdline: 'true' }], '-P', 'http:99999').stderr).toContain(
      'Port does not appear to be an integer: 99999',
    );
  });
});
