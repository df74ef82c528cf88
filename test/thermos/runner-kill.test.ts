import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { systemProcessTable } from '../../src/thermos/process-table.js';
import { appears, P, task, withRig, type RunnerRig } from '../rig/thermos-rig.js';

const kill = { forced: 'KILLED', deadlineMs: 60_000 } as const;

async function pidOf(rig: RunnerRig, name: string, run = 0): Promise<number> {
  await rig.reaches(name, 'RUNNING', run);
  return rig.statuses(name).findLast((status) => status.state === 'RUNNING')?.pid ?? 0;
}

/** Behaviours 43 to 48: killing, and losing what supervises a process. */
describe('kill', () => {
  test.concurrent('43: SIGTERM, and the task ends KILLED', () =>
    withRig(async (rig) => {
      const runner = rig.start(
        task([P('s', 'sleep 100; echo'), P('w', 'true')], { constraints: [{ order: ['s', 'w'] }] }),
      );
      await rig.reaches('s', 'RUNNING');
      runner.kill(kill);
      expect(await rig.end()).toBe('KILLED');
      expect(rig.taskStates()).toBe('ACTIVE ACTIVE CLEANING FINALIZING KILLED');
      expect(rig.statuses('s').at(-1)).toMatchObject({ state: 'KILLED', returnCode: -15 });
      expect(rig.history('w')).toBe('');
      expect(rig.leftovers()).toEqual([]);
    }),
  );

  test.concurrent('44: a process may end in peace, and finalizers run', () =>
    withRig(async (rig) => {
      const runner = rig.start(
        task([
          P('s', `trap 'sleep 0.2; exit 0' TERM; touch ready; sleep 100 & wait`),
          P('fin', 'sleep 0.1', { final: true }),
        ]),
      );
      await appears(rig, 'ready');
      runner.kill(kill);
      expect(await rig.end()).toBe('KILLED');
      expect(rig.history('s')).toBe('WAITING FORKED RUNNING SUCCESS');
      expect(rig.history('fin')).toBe('WAITING FORKED RUNNING SUCCESS');
    }),
  );

  test.concurrent('45: lose: no time for anything', () =>
    withRig(async (rig) => {
      const runner = rig.start(
        task([P('s', 'trap "" TERM; touch ready; sleep 100'), P('fin', 'true', { final: true })]),
      );
      await appears(rig, 'ready');
      runner.kill({ forced: 'LOST', deadlineMs: 0 });
      expect(await rig.end()).toBe('LOST');
      expect(rig.taskStates()).toBe('ACTIVE ACTIVE CLEANING LOST');
      expect(rig.records().at(-1)).toMatchObject({
        status: { process: 's', state: 'KILLED', returnCode: -1 },
      });
      expect(rig.history('fin')).toBe('');
      expect(rig.leftovers()).toEqual([]);
    }),
  );

  test.concurrent('46: the deadline of the killer counts, not finalization_wait', () =>
    withRig(async (rig) => {
      const runner = rig.start(
        task([P('s', 'trap "" TERM; touch ready; sleep 100')], { finalization_wait: 100 }),
      );
      await appears(rig, 'ready');
      runner.kill({ forced: 'KILLED', deadlineMs: 500 });
      expect(await rig.end()).toBe('KILLED');
      expect(rig.taskStates()).toBe('ACTIVE ACTIVE CLEANING KILLED');
      expect(rig.leftovers()).toEqual([]);
    }),
  );

  test.concurrent('47: a kill during FINALIZING lets the running finalizer finish', () =>
    withRig(async (rig) => {
      const runner = rig.start(task([P('fin', 'sleep 0.5', { final: true })]));
      await rig.reaches('fin', 'RUNNING');
      runner.kill(kill);
      expect(await rig.end()).toBe('KILLED');
      expect(rig.taskStates()).toBe('ACTIVE CLEANING FINALIZING FINALIZING KILLED');
      expect(rig.history('fin')).toBe('WAITING FORKED RUNNING SUCCESS');
    }),
  );

  test.concurrent('a second kill sends SIGTERM again and sets a new deadline', () =>
    withRig(async (rig) => {
      const runner = rig.start(
        task([P('s', `trap 'echo t >> terms' TERM; touch ready; while :; do sleep 0.05; done`)]),
      );
      await appears(rig, 'ready');
      runner.kill(kill);
      await appears(rig, 'terms');
      runner.kill({ forced: 'KILLED', deadlineMs: 300 });
      expect(await rig.end()).toBe('KILLED');
      expect(readFileSync(join(rig.sandbox, 'terms'), 'utf8')).toBe('t\nt\n');
    }),
  );

  test.concurrent('a process that is only being started when the kill comes is ended all the same', () =>
    withRig(async (rig) => {
      const runner = rig.start(task([P('s', 'sleep 100; echo')]));
      runner.kill(kill);
      expect(await rig.end()).toBe('KILLED');
      expect(rig.leftovers()).toEqual([]);
    }),
  );

  test.concurrent('a stopped process gets its SIGTERM, too', () =>
    withRig(async (rig) => {
      const runner = rig.start(task([P('s', 'touch ready; kill -STOP $$; sleep 100')]));
      await appears(rig, 'ready');
      const pid = await pidOf(rig, 's');
      while (systemProcessTable.lookUp(pid)?.state !== 'T') await new Promise(setImmediate);
      runner.kill(kill);
      expect(await rig.end()).toBe('KILLED');
      expect(rig.statuses('s').at(-1)).toMatchObject({ state: 'KILLED', returnCode: -15 });
    }),
  );

  test.concurrent(
    'nothing outlives the deadline: ignored signals, double forks, setsid, stopped, forking',
    () =>
      withRig(async (rig) => {
        const runner = rig.start(
          task(
            [
              P('ignores', 'trap "" TERM; sleep 1000 & sleep 1001 & wait'),
              P('double', '(trap "" TERM; (sleep 1002 &) ); sleep 1003'),
              P('session', 'setsid bash -c "trap \\"\\" TERM; sleep 1004; sleep 1005" & sleep 1006'),
              P('stopped', 'sleep 1007 & kill -STOP $!; setsid sleep 1008 & kill -STOP $!; sleep 1009'),
              P(
                'bomb',
                'trap "" TERM; f() { sleep 0.02 & f2 & f2 & wait; }; f2() { trap "" TERM; while :; do sleep 0.01; done; }; touch ready; f',
              ),
            ],
            { finalization_wait: 1 },
          ),
        );
        await appears(rig, 'ready');
        runner.kill({ forced: 'KILLED', deadlineMs: 500 });
        expect(await rig.end()).toBe('KILLED');
        expect(rig.leftovers()).toEqual([]);
      }),
  );

  test.concurrent('48: a killed coordinator: LOST, its command is ended, and a new run follows', () =>
    withRig(async (rig) => {
      rig.start(task([P('s', '[ -f x ] && exit 0; touch x; sleep 100; echo', { min_duration: 0 })]));
      await appears(rig, 'x');
      const pid = await pidOf(rig, 's');
      process.kill(rig.statuses('s')[1]?.coordinatorPid ?? 0, 'SIGKILL');
      expect(await rig.end()).toBe('SUCCESS');
      expect(rig.history('s')).toBe('WAITING FORKED RUNNING LOST | WAITING FORKED RUNNING SUCCESS');
      // Where nobody reaps orphans it stays a zombie.
      expect(systemProcessTable.lookUp(pid)?.state ?? 'Z').toBe('Z');
    }),
  );
});
