import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { order, P, RunnerRig, task } from '../rig/thermos-rig.js';

/** The first group of Thermos' behaviours, by their numbers, with real processes. */
describe('runner, basic', () => {
  let rig: RunnerRig;
  beforeEach(() => {
    rig = new RunnerRig();
  });
  afterEach(() => {
    rig.remove();
  });

  test('1-3: one process', async () => {
    rig.start(task([P('hello', 'echo hello')]), { ports: new Map() });
    expect(await rig.end()).toBe('SUCCESS');
    expect(rig.history('hello')).toBe('WAITING FORKED RUNNING SUCCESS');
    expect(rig.taskStates()).toBe('ACTIVE CLEANING FINALIZING SUCCESS');
    expect(rig.log('hello')).toBe('hello\n');
    expect(rig.log('hello', 0, 'stderr')).toBe('');
    expect(existsSync(join(rig.root, 'tasks/finished/task'))).toBe(true);
    expect(existsSync(join(rig.root, 'tasks/active/task'))).toBe(false);

    const [first, second] = rig.records();
    expect(first).toMatchObject({ kind: 'task', status: { state: 'ACTIVE', runnerPid: process.pid } });
    expect(second).toMatchObject({
      kind: 'header',
      header: {
        taskId: 'task',
        logDir: join(rig.sandbox, '.logs'),
        uid: process.getuid?.(),
        ports: new Map(),
      },
    });
    const checkpoints = join(rig.root, 'checkpoints/task');
    expect(readdirSync(checkpoints).sort()).toEqual(['coordinator.hello', 'runner']);
    const own = readFileSync(join(checkpoints, 'coordinator.hello'));
    expect(readFileSync(join(checkpoints, 'runner')).includes(own)).toBe(true);
    expect(rig.leftovers()).toEqual([]);
  });

  test('a sequence with a failing end', async () => {
    rig.start(
      task([P('a', 'true'), P('b', 'exit 3'), P('c', 'true')], { constraints: [order('a', 'b', 'c')] }),
    );
    expect(await rig.end()).toBe('FAILED');
    expect(rig.history('a')).toBe('WAITING FORKED RUNNING SUCCESS');
    expect(rig.statuses('b').at(-1)).toMatchObject({ state: 'FAILED', returnCode: 3 });
    expect(rig.history('c')).toBe('');
  });
});
