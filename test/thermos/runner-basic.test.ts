import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { order, P, task, withRig } from '../rig/thermos-rig.js';

const quick = { min_duration: 0 };

/** The first group of Thermos' behaviours, by their numbers, with real processes and shorter sleeps. */
describe('runner, basic', () => {
  test.concurrent('1-3: one process', () =>
    withRig(async (rig) => {
      rig.start(task([P('hello', 'echo hello')]));
      expect(await rig.end()).toBe('SUCCESS');
      expect(rig.history('hello')).toBe('WAITING FORKED RUNNING SUCCESS');
      expect(rig.statuses('hello').map((status) => status.seq)).toEqual([0, 1, 2, 3]);
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
    }),
  );

  test.concurrent('4: two failed runs, a finalizing process, the pause between runs', () =>
    withRig(async (rig) => {
      const f = P('f', 'echo out; echo err >&2; exit 3', { max_failures: 2, min_duration: 1 });
      rig.start(task([f, P('ok', 'true'), P('fin', 'echo fin', { final: true })]));
      expect(await rig.end()).toBe('FAILED');
      expect(rig.history('f')).toBe('WAITING FORKED RUNNING FAILED | WAITING FORKED RUNNING FAILED');
      const f1 = rig.statuses('f');
      expect(f1.map((status) => status.returnCode)).toEqual([
        undefined,
        undefined,
        undefined,
        3,
        undefined,
        undefined,
        undefined,
        3,
      ]);
      expect((f1[5]?.forkTime ?? 0) - (f1[3]?.stopTime ?? 0)).toBeGreaterThanOrEqual(1);
      expect(rig.history('fin')).toBe('WAITING FORKED RUNNING SUCCESS');
      expect(rig.taskStates()).toBe('ACTIVE CLEANING FINALIZING FAILED');
      expect(rig.log('f', 1)).toBe('out\n');
      expect(rig.log('f', 1, 'stderr')).toBe('err\n');
    }),
  );

  test.concurrent('6: one failure fails the task', () =>
    withRig(async (rig) => {
      rig.start(task([P('p', 'exit 1')]));
      expect(await rig.end()).toBe('FAILED');
      expect(rig.history('p')).toBe('WAITING FORKED RUNNING FAILED');
    }),
  );

  test.concurrent('7: a hundred runs and no more', () =>
    withRig(async (rig) => {
      rig.start(task([P('a', 'exit 1', { ...quick, max_failures: 0 })]), { runLimit: 100 });
      expect(await rig.end()).toBe('FAILED');
      const statuses = rig.statuses('a');
      expect(statuses.filter((status) => status.state === 'FAILED')).toHaveLength(100);
      expect(statuses.filter((status) => status.state === 'WAITING').at(-1)?.seq).toBe(396);
    }),
  );

  test.concurrent('8: the task bears one failed process of two', () =>
    withRig(async (rig) => {
      rig.start(task([P('a', 'exit 1'), P('b', 'true')], { max_failures: 2 }));
      expect(await rig.end()).toBe('SUCCESS');
      expect(rig.history('a')).toContain('FAILED');
      expect(rig.history('b')).toContain('SUCCESS');
    }),
  );

  test.concurrent('9: max_failures 0 bears any number of failed processes', () =>
    withRig(async (rig) => {
      const failing = ['f1', 'f2', 'f3'].map((name) => P(name, 'exit 1', { ...quick, max_failures: 2 }));
      rig.start(task([...failing, P('s1', 'true'), P('s2', 'true')], { max_failures: 0 }));
      expect(await rig.end()).toBe('SUCCESS');
      expect(rig.history('f3')).toBe('WAITING FORKED RUNNING FAILED | WAITING FORKED RUNNING FAILED');
    }),
  );

  test.concurrent('10: what depends on a failed process never starts, and the task fails', () =>
    withRig(async (rig) => {
      rig.start(
        task([P('a', 'exit 1'), P('b', 'true')], { max_failures: 2, constraints: [order('a', 'b')] }),
      );
      expect(await rig.end()).toBe('FAILED');
      expect(rig.history('b')).toBe('');
    }),
  );

  test.concurrent('11: a running ephemeral process delays the deadlock', () =>
    withRig(async (rig) => {
      const processes = [P('a', 'exit 1'), P('b', 'true'), P('e', 'sleep 0.5', { ephemeral: true })];
      rig.start(task(processes, { max_failures: 2, constraints: [order('a', 'b')] }));
      expect(await rig.end()).toBe('FAILED');
      expect(rig.history('e')).toBe('WAITING FORKED RUNNING SUCCESS');
    }),
  );

  test.concurrent('12: runs until it succeeds', () =>
    withRig(async (rig) => {
      const processes = [1, 2, 3].map((k) =>
        P(`p${k}`, `echo x >> n${k}; [ $(wc -l < n${k}) -ge ${k} ]`, { ...quick, max_failures: 5 }),
      );
      rig.start(task(processes));
      expect(await rig.end()).toBe('SUCCESS');
      const once = 'WAITING FORKED RUNNING';
      expect(rig.history('p3')).toBe(`${once} FAILED | ${once} FAILED | ${once} SUCCESS`);
    }),
  );

  test.concurrent('13: max_concurrency 1', () =>
    withRig(async (rig) => {
      const processes = ['a', 'b', 'c'].map((name) => P(name, 'sleep 0.2'));
      rig.start(task(processes, { max_concurrency: 1 }));
      expect(await rig.end()).toBe('SUCCESS');
      let running = 0;
      for (const record of rig.records()) {
        if (record.kind !== 'process') continue;
        if (record.status.state === 'FORKED') running += 1;
        if (record.status.state === 'SUCCESS') running -= 1;
        expect(running).toBeLessThanOrEqual(1);
      }
    }),
  );

  test.concurrent('15: death by a signal is no failure', () =>
    withRig(async (rig) => {
      const cmdline = 'if [ -f x ]; then exit 0; fi; touch x; kill -9 $$';
      rig.start(task([P('a', cmdline, quick)]));
      expect(await rig.end()).toBe('SUCCESS');
      expect(rig.history('a')).toBe('WAITING FORKED RUNNING KILLED | WAITING FORKED RUNNING SUCCESS');
      expect(rig.statuses('a')[3]?.returnCode).toBe(-9);
    }),
  );

  test.concurrent('16: an exit code of 137 is one', () =>
    withRig(async (rig) => {
      rig.start(task([P('a', 'sh -c "kill -9 \\$\\$"; exit $?')]));
      expect(await rig.end()).toBe('FAILED');
      expect(rig.statuses('a').at(-1)?.returnCode).toBe(137);
    }),
  );

  test.concurrent('17: ephemeral processes are ended when the rest is done', () =>
    withRig(async (rig) => {
      rig.start(task([P('main', 'sleep 0.3'), P('e', 'sleep 100', { ephemeral: true })]));
      expect(await rig.end()).toBe('SUCCESS');
      expect(rig.statuses('e').at(-1)).toMatchObject({ state: 'KILLED', returnCode: -15 });
    }),
  );

  test.concurrent('18: an ephemeral process may fail', () =>
    withRig(async (rig) => {
      rig.start(task([P('m', 'sleep 0.3'), P('e', 'exit 1', { ephemeral: true })]));
      expect(await rig.end()).toBe('SUCCESS');
      expect(rig.history('e')).toBe('WAITING FORKED RUNNING FAILED');
    }),
  );

  test.concurrent('19-20: a daemon runs again and again; only an ephemeral one lets the task end', () =>
    withRig(async (rig) => {
      const d = P('d', 'echo >> rounds', { daemon: true, ephemeral: true, min_duration: 1 });
      // However slow the machine is: it waits for what it is about.
      const m = P('m', 'until [ "$(wc -l < rounds)" -ge 2 ]; do sleep 0.05; done 2> /dev/null');
      rig.start(task([m, d]));
      expect(await rig.end()).toBe('SUCCESS');
      expect(rig.taskStates()).toBe('ACTIVE CLEANING FINALIZING SUCCESS');
      const forks = rig.statuses('d').filter((status) => status.state === 'FORKED');
      expect(forks.length).toBeGreaterThanOrEqual(2);
      expect((forks[1]?.forkTime ?? 0) - (forks[0]?.forkTime ?? 0)).toBeGreaterThanOrEqual(1);
    }),
  );

  test.concurrent('21: only a final process', () =>
    withRig(async (rig) => {
      rig.start(task([P('fin', 'echo fin', { final: true })]));
      expect(await rig.end()).toBe('SUCCESS');
      expect(rig.taskStates()).toBe('ACTIVE CLEANING FINALIZING SUCCESS');
      expect(rig.history('fin')).toBe('WAITING FORKED RUNNING SUCCESS');
    }),
  );

  test.concurrent('22: failing finalizers do not fail the task', () =>
    withRig(async (rig) => {
      const final = { final: true };
      const processes = [P('m', 'true'), P('f1', 'exit 1', final), P('f2', 'true', final)];
      rig.start(task(processes, { constraints: [order('f1', 'f2')] }));
      expect(await rig.end()).toBe('SUCCESS');
      expect(rig.history('f1')).toContain('FAILED');
      expect(rig.history('f2')).toBe('');
    }),
  );

  test.concurrent('23: finalizers run after a failure', () =>
    withRig(async (rig) => {
      rig.start(task([P('m', 'exit 1'), P('fin', 'date', { final: true })]));
      expect(await rig.end()).toBe('FAILED');
      expect(rig.history('fin')).toContain('SUCCESS');
    }),
  );

  test.concurrent('24: no time for finalizing, no finalizing', () =>
    withRig(async (rig) => {
      rig.start(task([P('a', 'true'), P('fin', 'echo', { final: true })], { finalization_wait: 0 }));
      expect(await rig.end()).toBe('SUCCESS');
      expect(rig.taskStates()).toBe('ACTIVE CLEANING SUCCESS');
      expect(rig.history('fin')).toBe('');
    }),
  );

  test.concurrent('25: a finalizer that takes too long is killed after the last task record', () =>
    withRig(async (rig) => {
      const processes = [P('a', 'true'), P('fin', 'sleep 100', { final: true })];
      rig.start(task(processes, { finalization_wait: 1 }));
      expect(await rig.end()).toBe('SUCCESS');
      expect(rig.records().at(-1)).toMatchObject({
        kind: 'process',
        status: { process: 'fin', state: 'KILLED', returnCode: -1 },
      });
      expect(rig.leftovers()).toEqual([]);
    }),
  );

  test.concurrent('26: who ignores SIGTERM uses up the time of the finalizers', () =>
    withRig(async (rig) => {
      const processes = [
        P('a', 'trap "" TERM; while true; do sleep 0.1; done'),
        P('b', 'sleep 0.3; exit 7'),
        P('fin', 'true', { final: true }),
      ];
      rig.start(task(processes, { finalization_wait: 1 }));
      expect(await rig.end()).toBe('FAILED');
      expect(rig.taskStates()).toBe('ACTIVE CLEANING FAILED');
      expect(rig.statuses('b').at(-1)?.returnCode).toBe(7);
      expect(rig.history('fin')).toBe('');
      expect(rig.records().at(-1)).toMatchObject({
        status: { process: 'a', state: 'KILLED', returnCode: -1 },
      });
      expect(rig.leftovers()).toEqual([]);
    }),
  );

  test.concurrent('no process at all', () =>
    withRig(async (rig) => {
      rig.start(task([], { name: 'nothing' }));
      expect(await rig.end()).toBe('SUCCESS');
      expect(rig.taskStates()).toBe('ACTIVE CLEANING FINALIZING SUCCESS');
    }),
  );

  test.concurrent('ephemeral processes only: they are known to run before they are ended', () =>
    withRig(async (rig) => {
      rig.start(task([P('e', 'sleep 100', { ephemeral: true })]));
      expect(await rig.end()).toBe('SUCCESS');
      expect(rig.statuses('e').at(-1)).toMatchObject({ state: 'KILLED', returnCode: -15 });
      expect(rig.leftovers()).toEqual([]);
    }),
  );
});
