import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { diskFileSystem } from '../../src/base/file-system.js';
import { readCheckpoint } from '../../src/thermos/checkpoint-file.js';
import { frameRecord } from '../../src/thermos/checkpoint-stream.js';
import { systemProcessTable } from '../../src/thermos/process-table.js';
import { replay, type RunnerState } from '../../src/thermos/runner-state.js';
import { buildThermos, type BuiltThermos } from '../rig/built-thermos.js';
import { CommandRig } from '../rig/command-rig.js';

let built: BuiltThermos;
let rig: CommandRig;
beforeAll(async () => {
  built = await buildThermos();
}, 60_000);
afterAll(() => {
  built.dispose();
});
beforeEach(() => {
  rig = new CommandRig(built.program);
});
afterEach(() => {
  rig.dispose();
});

const P = (name: string, cmdline: string, more: object = {}): object => ({ name, cmdline, ...more });
const checkpoint = (taskId: string): string => join(rig.root, 'checkpoints', taskId, 'runner');
const stateOf = (taskId: string): RunnerState => replay(readCheckpoint(diskFileSystem, checkpoint(taskId)));
const stagesOf = (taskId: string): string =>
  stateOf(taskId)
    .statuses.map((status) => status.state)
    .join(' ');

/** As soon as the command of a process runs. */
async function running(taskId: string, name: string): Promise<void> {
  const isRunning = (): boolean =>
    existsSync(checkpoint(taskId)) && stateOf(taskId).processes.get(name)?.at(-1)?.state === 'RUNNING';
  while (!isRunning()) await new Promise((done) => setTimeout(done, 20));
}

/** Thermos' behaviours that are its command's, by their numbers. */
describe('command, kill and recovery', () => {
  test('31: ports, task id and user are filled in', () => {
    const cmdline = 'echo {{thermos.ports[http]}} {{thermos.task_id}} {{thermos.user}}';
    const said = rig.runTask('pt', [P('a', cmdline)], '-P', 'http:31234');
    const user = stateOf('pt').header?.user ?? '';
    expect(said.status).toBe(0);
    expect(readFileSync(join(rig.sandboxOf('pt'), '.logs/a/0/stdout'), 'utf8')).toBe(`31234 pt ${user}\n`);
    const task = readFileSync(join(rig.root, 'tasks/finished/pt'), 'utf8');
    expect(task).toContain(`echo 31234 pt ${user}`);
  });

  test('42: kill ends runner and processes at once, without SIGTERM', async () => {
    const runner = rig.startTask('s', [P('s', 'trap "echo told" TERM; sleep 100; echo done')]);
    const ended = once(runner, 'exit');
    await running('s', 's');
    const shell = stateOf('s').processes.get('s')?.[0]?.pid ?? 0;
    expect(rig.thermos('kill', `--root=${rig.root}`, 's')).toMatchObject({
      status: 0,
      stdout: 'Killing s...done.\n',
    });
    expect(await ended).toEqual([null, 'SIGKILL']);
    expect(stagesOf('s')).toBe('ACTIVE ACTIVE KILLED');
    expect(stateOf('s').processes.get('s')?.[0]).toMatchObject({ state: 'KILLED', returnCode: -9 });
    expect(systemProcessTable.environmentValue(shell, 'HOME')).not.toBe(rig.sandboxOf('s'));
    expect(readdirSync(join(rig.root, 'tasks/finished'))).toEqual(['s']);
  });

  test('51: a second runner is refused, the first goes on', async () => {
    const runner = rig.startTask('one', [P('p', 'until [ -e go ]; do sleep 0.05; done')]);
    const ended = once(runner, 'exit');
    await running('one', 'p');
    const processes = [P('p', 'until [ -e go ]; do sleep 0.05; done')];
    const second = rig.runTask('one', processes);
    expect(second.status).toBe(1);
    expect(second.stderr).toContain(`Unable to open checkpoint ${checkpoint('one')}`);
    expect(
      rig.thermos(
        'runner',
        `--thermos_json=${join(rig.directory, 'one.json')}`,
        `--checkpoint_root=${rig.root}`,
        `--sandbox=${rig.sandboxOf('one')}`,
        '--task_id=one',
      ).status,
    ).toBe(103);
    writeFileSync(join(rig.sandboxOf('one'), 'go'), '');
    expect(await ended).toEqual([0, null]);
    expect(stagesOf('one')).toBe('ACTIVE CLEANING FINALIZING SUCCESS');
  });

  const asRoot = process.getuid?.() === 0 ? test : test.skip;
  asRoot(
    '54: a command that cannot be started at all is a failed run, not one that is lost again and again',
    () => {
      rig.runTask('c', [P('p', 'true')], '--enable_chroot');
      expect(stateOf('c').processes.get('p')).toMatchObject([{ state: 'FAILED', returnCode: 127 }]);
      expect(stagesOf('c')).toBe('ACTIVE CLEANING FINALIZING FAILED');
    },
  );

  test('a runner that was killed between its last record and the end is followed by one that finishes', () => {
    rig.runTask('e', [P('p', 'true')]);
    const path = checkpoint('e');
    mkdirSync(join(rig.root, 'tasks/active'), { recursive: true });
    renameSync(join(rig.root, 'tasks/finished/e'), join(rig.root, 'tasks/active/e'));
    const bytes = readFileSync(path);
    expect(rig.runTask('e', [P('p', 'true')]).status).toBe(0);
    expect(readdirSync(join(rig.root, 'tasks/active'))).toEqual([]);
    expect(readdirSync(join(rig.root, 'tasks/finished'))).toEqual(['e']);
    expect(readdirSync(join(rig.root, 'checkpoints/e')).sort()).toEqual(['coordinator.p', 'runner']);
    expect(readFileSync(path).equals(bytes)).toBe(true);
  });

  test('56: kill of a task whose runner and processes are long gone', () => {
    mkdirSync(join(rig.root, 'tasks/active'), { recursive: true });
    mkdirSync(join(rig.root, 'checkpoints/sleep60-lost'), { recursive: true });
    writeFileSync(
      join(rig.root, 'tasks/active/sleep60-lost'),
      JSON.stringify({ processes: [P('sleep', 'sleep 60')] }),
    );
    const status = { process: 'sleep' };
    const records = [
      { kind: 'task', status: { state: 'ACTIVE', timestampMs: 1, runnerPid: 4_100_001, runnerUid: 0 } },
      {
        kind: 'header',
        header: {
          taskId: 'sleep60-lost',
          launchTimeMs: 1,
          sandbox: rig.sandboxOf('x'),
          hostname: 'h',
          user: 'root',
          ports: new Map<string, number>(),
        },
      },
      { kind: 'process', status: { ...status, seq: 0, state: 'WAITING' } },
      {
        kind: 'process',
        status: { ...status, seq: 1, state: 'FORKED', coordinatorPid: 4_100_002, forkTime: 1 },
      },
      { kind: 'process', status: { ...status, seq: 2, state: 'RUNNING', pid: 4_100_003, startTime: 1 } },
    ] as const;
    writeFileSync(checkpoint('sleep60-lost'), Buffer.concat(records.map(frameRecord)));
    expect(rig.thermos('kill', `--root=${rig.root}`, 'sleep60-lost').stdout).toBe(
      'Killing sleep60-lost...done.\n',
    );
    expect(stagesOf('sleep60-lost')).toBe('ACTIVE ACTIVE KILLED');
    expect(stateOf('sleep60-lost').processes.get('sleep')).toMatchObject([{ seq: 3, state: 'LOST' }]);
    expect(existsSync(join(rig.root, 'tasks/finished/sleep60-lost'))).toBe(true);
  });
});

describe('validation and the command', () => {
  test('59: a process name that is none', () => {
    const said = rig.runTask('n', [P('.a', 'true')]);
    expect(said.status).toBe(1);
    expect(said.stderr).toContain('Invalid task: Task has invalid process: Invalid process name: .a');
  });

  test('61: a port that is not bound', () => {
    const processes = [P('p', 'echo {{thermos.ports[http]}}')];
    const said = rig.runTask('u', processes);
    expect(said.status).toBe(2);
    expect(said.stdout + said.stderr).toContain('ERROR!  Unbound ports: http');
    expect(runner('u').status).toBe(101);
  });

  test('62: no command, an unknown command', () => {
    const list = 'Must supply one of the following commands: ';
    for (const words of [[], ['foo']]) {
      const said = rig.thermos(...words);
      expect(said.status).toBe(1);
      expect(said.stderr).toContain(list);
    }
  });

  test('63: help', () => {
    const statuses = [['help', 'run'], ['help', 'foo'], ['help'], ['run', '--help']].map(
      (words) => rig.thermos(...words).status,
    );
    expect(statuses).toEqual([0, 0, 1, 1]);
    expect(rig.thermos('help', 'foo').stderr).toContain('unknown command: foo');
  });

  test('64: status of a failed task', () => {
    rig.runTask('t2', [P('f', 'exit 3')]);
    const said = rig.thermos('status', `--root=${rig.root}`, '--verbosity=1');
    const user = (stateOf('t2').header?.user ?? '').padStart(8);
    expect(said.status).toBe(0);
    expect(said.stdout).toMatch(
      new RegExp(
        `^Finished tasks:\\n(?:  .*\\n)*  t2 {19}\\[owner: ${user}\\]  state:   FAILED start: +\\w{3} \\w{3} [\\d :]+\\n`,
        'm',
      ),
    );
  });

  test('65: status of nothing', () => {
    expect(rig.thermos('status', `--root=${join(rig.directory, 'none')}`, 'no-such-task')).toMatchObject({
      status: 1,
      stdout: 'No tasks found.\n',
    });
  });

  test('67: simplerun', () => {
    const said = rig.thermos('simplerun', `--root=${rig.root}`, '--', 'echo', 'a  b', '$HOME', '|', 'cat');
    expect(said.status).toBe(0);
    expect(said.stdout.split('\n')[0]).toBe("Running command: 'echo a  b $HOME | cat'");
    const [taskId = ''] = readdirSync(join(rig.root, 'tasks/finished'));
    expect(taskId).toMatch(/^simple-/);
    const { sandbox = '' } = stateOf(taskId).header ?? {};
    expect(readFileSync(join(sandbox, '.logs/simple/0/stdout'), 'utf8')).toBe(`a b ${sandbox}\n`);
  });

  test('68: a user that does not exist', () => {
    writeFileSync(join(rig.directory, 'v.json'), JSON.stringify({ name: 'v', processes: [P('p', 'true')] }));
    expect(runner('v', '--setuid=nosuch')).toMatchObject({
      status: 104,
      stderr: expect.stringContaining('Unknown user: nosuch') as unknown,
    });
  });

  function runner(taskId: string, ...more: string[]): ReturnType<CommandRig['thermos']> {
    return rig.thermos(
      'runner',
      `--thermos_json=${join(rig.directory, `${taskId}.json`)}`,
      `--checkpoint_root=${rig.root}`,
      `--sandbox=${rig.sandboxOf(taskId)}`,
      `--task_id=${taskId}`,
      ...more,
    );
  }
});
