import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { CheckpointError } from '../../src/thermos/checkpoint-file.js';
import type { CheckpointRecord } from '../../src/thermos/checkpoint-record.js';
import { frameRecord } from '../../src/thermos/checkpoint-stream.js';
import { systemProcessTable } from '../../src/thermos/process-table.js';
import { InvalidTask } from '../../src/thermos/task-files.js';
import { appears, order, P, task, withRig, type RunnerRig } from '../rig/thermos-rig.js';

const quick = { min_duration: 0 };

/** Lets go of everything as a runner does that is killed: its coordinators live on. */
function abandon(rig: RunnerRig): void {
  rig.closeAll();
  rig.events.length = 0;
}

/** Behaviours 49 to 56: another runner takes over. */
describe('recovery', () => {
  test.concurrent('49: what ended while nobody watched is known, with its time, and is not run again', () =>
    withRig(async (rig) => {
      const given = task([P('s', 'touch began; read x < go; echo s >> said'), P('w', 'echo w >> said')], {
        constraints: [order('s', 'w')],
      });
      await rig.fifo('go');
      rig.start(given);
      await appears(rig, 'began');
      await rig.reaches('s', 'RUNNING');
      const coordinatorPid = rig.statuses('s')[1]?.coordinatorPid ?? 0;
      abandon(rig);
      writeFileSync(join(rig.sandbox, 'go'), 'x\n');
      while ((systemProcessTable.lookUp(coordinatorPid)?.state ?? 'Z') !== 'Z')
        await new Promise(setImmediate);
      await new Promise((done) => setTimeout(done, 100));
      const restarted = Date.now() / 1000;
      rig.start(given);
      expect(await rig.end()).toBe('SUCCESS');
      expect(rig.history('s')).toBe('WAITING FORKED RUNNING SUCCESS');
      expect(rig.statuses('s').at(-1)?.stopTime).toBeLessThan(restarted - 0.05);
      expect(rig.taskStates()).toBe('ACTIVE ACTIVE CLEANING FINALIZING SUCCESS');
      expect(readFileSync(join(rig.sandbox, 'said'), 'utf8')).toBe('s\nw\n');
    }),
  );

  test.concurrent('49: what still runs is adopted: same pid, same run, its end is an event', () =>
    withRig(async (rig) => {
      await rig.fifo('go');
      const given = task([P('s', 'touch began; read x < go; exit 7')]);
      rig.start(given);
      await appears(rig, 'began');
      await rig.reaches('s', 'RUNNING');
      const pid = rig.statuses('s').at(-1)?.pid ?? 0;
      for (let lives = 0; lives < 3; lives++) {
        abandon(rig);
        const runner = rig.start(given);
        expect(runner.processes()).toMatchObject([{ name: 's', run: 0, state: 'RUNNING', pid }]);
        expect(systemProcessTable.lookUp(pid)).toBeDefined();
      }
      writeFileSync(join(rig.sandbox, 'go'), 'x\n');
      expect(await rig.end()).toBe('FAILED');
      expect(rig.history('s')).toBe('WAITING FORKED RUNNING FAILED');
      expect(rig.statuses('s').at(-1)).toMatchObject({ state: 'FAILED', returnCode: 7 });
      expect(rig.leftovers()).toEqual([]);
    }),
  );

  test.concurrent('a kill whose runner died before the end is not forgotten', () =>
    withRig(async (rig) => {
      const given = task([P('s', 'trap "" TERM; touch began; sleep 1011; sleep 1011'), P('w', 'true')], {
        constraints: [order('s', 'w')],
        finalization_wait: 0,
      });
      const runner = rig.start(given);
      await appears(rig, 'began');
      await rig.reaches('s', 'RUNNING');
      runner.kill({ forced: 'KILLED', deadlineMs: 60_000 });
      abandon(rig);
      rig.start(given);
      expect(await rig.end()).toBe('KILLED');
      expect(rig.history('w')).toBe('');
    }),
  );

  test.concurrent('an adopted process can be killed', () =>
    withRig(async (rig) => {
      const given = task([P('s', 'trap "" TERM; touch began; sleep 1000')]);
      rig.start(given);
      await appears(rig, 'began');
      await rig.reaches('s', 'RUNNING');
      abandon(rig);
      rig.start(given).kill({ forced: 'KILLED', deadlineMs: 200 });
      expect(await rig.end()).toBe('KILLED');
      expect(rig.leftovers()).toEqual([]);
    }),
  );

  test.concurrent('50: process and coordinator both dead: LOST, then run again', () =>
    withRig(async (rig) => {
      const given = task([P('s', '[ -f began ] && exit 0; touch began; sleep 1000; echo', quick)]);
      rig.start(given);
      await appears(rig, 'began');
      await rig.reaches('s', 'RUNNING');
      abandon(rig);
      process.kill(-(rig.statuses('s')[1]?.coordinatorPid ?? 0), 'SIGKILL');
      rig.start(given);
      expect(await rig.end()).toBe('SUCCESS');
      expect(rig.history('s')).toBe('WAITING FORKED RUNNING LOST | WAITING FORKED RUNNING SUCCESS');
    }),
  );

  test.concurrent('only the coordinator dead: its command is ended before the next run starts', () =>
    withRig(async (rig) => {
      const cmdline =
        'if [ -f began ]; then pgrep -fx "sleep 1099" > seen; exit 0; fi; touch began; sleep 1099; echo';
      const given = task([P('s', cmdline, quick)]);
      rig.start(given);
      await appears(rig, 'began');
      await rig.reaches('s', 'RUNNING');
      abandon(rig);
      const [, forked, running] = rig.statuses('s');
      process.kill(forked?.coordinatorPid ?? 0, 'SIGKILL');
      rig.start(given);
      expect(await rig.end()).toBe('SUCCESS');
      expect(systemProcessTable.lookUp(running?.pid ?? 0)?.state ?? 'Z').toBe('Z');
      expect(readFileSync(join(rig.sandbox, 'seen'), 'utf8')).toBe('');
    }),
  );

  test.concurrent('52: another task under the same id', () =>
    withRig(async (rig) => {
      rig.start(task([P('s', 'sleep 1000')]));
      await rig.reaches('s', 'RUNNING');
      abandon(rig);
      expect(() => rig.start(task([P('s', 'sleep 1001')]))).toThrow(InvalidTask);
      expect(() => rig.start(task([P('s', 'sleep 1001')]))).toThrow(
        /^Task differs from on disk copy: .* vs /,
      );
    }),
  );

  test.concurrent('53: a finished task is left alone', () =>
    withRig(async (rig) => {
      const given = task([P('p', 'true')]);
      rig.start(given);
      await rig.end();
      const file = join(rig.root, 'checkpoints/task/runner');
      const before = readFileSync(file);
      expect(rig.start(given).state).toBe('SUCCESS');
      expect(readFileSync(file).equals(before)).toBe(true);
    }),
  );

  test.concurrent('a runner killed between its last record and the end only has to finish', () =>
    withRig(async (rig) => {
      const given = task([P('p', 'true')]);
      rig.start(given);
      await rig.end();
      mkdirSync(join(rig.root, 'tasks/active'), { recursive: true });
      renameSync(join(rig.root, 'tasks/finished/task'), join(rig.root, 'tasks/active/task'));
      rig.events.length = 0;
      rig.start(given);
      expect(await rig.end()).toBe('SUCCESS');
      expect(rig.taskStates()).toBe('ACTIVE CLEANING FINALIZING SUCCESS');
      expect(existsSync(join(rig.root, 'tasks/finished/task'))).toBe(true);
    }),
  );

  test.concurrent('55: a pid that another process has by now is never signalled', () =>
    withRig(async (rig) => {
      const foreign = spawn('sleep', ['1000'], { detached: true, stdio: 'ignore' });
      try {
        const pid = foreign.pid ?? 0;
        const given = task([P('s', 'true', quick)]);
        const longAgo = Date.now() / 1000 - 3600;
        rig.forge(given, [
          { kind: 'process', status: { seq: 0, process: 's', state: 'WAITING' } },
          {
            kind: 'process',
            status: { seq: 1, process: 's', state: 'FORKED', coordinatorPid: pid, forkTime: longAgo },
          },
          { kind: 'process', status: { seq: 2, process: 's', state: 'RUNNING', pid, startTime: longAgo } },
        ]);
        writeFileSync(join(rig.root, 'checkpoints/task/journal'), `c ${pid} 1\ns 0.0 ${pid} ${pid} 1.00\n`);
        rig.start(given);
        expect(await rig.end()).toBe('SUCCESS');
        expect(rig.history('s')).toBe('WAITING FORKED RUNNING LOST | WAITING FORKED RUNNING SUCCESS');
        expect(systemProcessTable.lookUp(pid)?.state).toBe('S');
      } finally {
        foreign.kill('SIGKILL');
        await once(foreign, 'exit');
      }
    }),
  );

  test.concurrent('a torn last record is cut off, and the run it spoke of is taken up from the journal', () =>
    withRig(async (rig) => {
      await rig.fifo('go');
      const given = task([P('s', 'touch began; read x < go')]);
      rig.start(given);
      await appears(rig, 'began');
      await rig.reaches('s', 'RUNNING');
      abandon(rig);
      const file = join(rig.root, 'checkpoints/task/runner');
      truncateSync(file, statSync(file).size - 7);
      const runner = rig.start(given);
      expect(runner.processes()).toMatchObject([{ name: 's', run: 0, state: 'RUNNING' }]);
      writeFileSync(join(rig.sandbox, 'go'), 'x\n');
      expect(await rig.end()).toBe('SUCCESS');
      expect(rig.history('s')).toBe('WAITING FORKED RUNNING SUCCESS');
    }),
  );

  test.concurrent('a damaged middle is refused, and nothing is changed', () =>
    withRig(async (rig) => {
      const given = task([P('s', 'true')]);
      rig.forge(given, []);
      const file = join(rig.root, 'checkpoints/task/runner');
      const bytes = readFileSync(file);
      bytes[4] = 0x0f;
      writeFileSync(file, bytes);
      expect(() => rig.start(given)).toThrow(CheckpointError);
      expect(readFileSync(file).equals(bytes)).toBe(true);
    }),
  );

  test.concurrent('a task that was CLEANING goes on cleaning, within the time that is left', () =>
    withRig(async (rig) => {
      const given = task([P('s', 'trap "" TERM; touch began; sleep 1000'), P('f', 'true', { final: true })], {
        finalization_wait: 1,
      });
      rig.start(given);
      await appears(rig, 'began');
      await rig.reaches('s', 'RUNNING');
      abandon(rig);
      const cleaning: CheckpointRecord = {
        kind: 'task',
        status: { state: 'CLEANING', timestampMs: Date.now(), runnerPid: 1, runnerUid: 0 },
      };
      writeFileSync(join(rig.root, 'checkpoints/task/runner'), frameRecord(cleaning), { flag: 'a' });
      rig.start(given);
      expect(await rig.end()).toBe('KILLED');
      expect(rig.taskStates()).toBe('ACTIVE CLEANING CLEANING KILLED');
      expect(rig.statuses('s').at(-1)).toMatchObject({ state: 'KILLED', returnCode: -1 });
      expect(rig.leftovers()).toEqual([]);
    }),
  );

  test.concurrent('a coordinator of the original is followed through its own stream', () =>
    withRig(async (rig) => {
      // Stands in for the original's coordinator: a session leader whose fork time is on record.
      const child = spawn('sleep', ['1000'], { detached: true, stdio: 'ignore' });
      try {
        const pid = child.pid ?? 0;
        const given = task([P('s', 'exit 1'), P('w', 'true')], { constraints: [order('s', 'w')] });
        const now = Date.now() / 1000;
        const forked: CheckpointRecord = {
          kind: 'process',
          status: { seq: 1, process: 's', state: 'FORKED', coordinatorPid: pid, forkTime: now },
        };
        const running: CheckpointRecord = {
          kind: 'process',
          status: { seq: 2, process: 's', state: 'RUNNING', pid, startTime: now },
        };
        rig.forge(given, [{ kind: 'process', status: { seq: 0, process: 's', state: 'WAITING' } }, forked]);
        const stream = join(rig.root, 'checkpoints/task/coordinator.s');
        writeFileSync(stream, Buffer.concat([forked, running].map(frameRecord)));
        rig.start(given);
        await rig.reaches('s', 'RUNNING');
        const ended: CheckpointRecord = {
          kind: 'process',
          status: { seq: 3, process: 's', state: 'SUCCESS', stopTime: now + 1, returnCode: 0 },
        };
        writeFileSync(stream, frameRecord(ended), { flag: 'a' });
        expect(await rig.end()).toBe('SUCCESS');
        expect(rig.history('s')).toBe('WAITING FORKED RUNNING SUCCESS');
        expect(rig.history('w')).toContain('SUCCESS');
      } finally {
        child.kill('SIGKILL');
        await once(child, 'exit');
      }
    }),
  );

  const ran = (firstSeq: number): CheckpointRecord[] =>
    [
      { seq: firstSeq, state: 'FORKED', coordinatorPid: 4_100_000, forkTime: 1 } as const,
      { seq: firstSeq + 1, state: 'RUNNING', pid: 4_100_001, startTime: 2 } as const,
      { seq: firstSeq + 2, state: 'SUCCESS', stopTime: 3, returnCode: 0 } as const,
    ].map((status) => ({ kind: 'process', status: { process: 's', ...status } }));

  test.concurrent('what a cut checkpoint has lost is still in the streams of the coordinators', () =>
    withRig(async (rig) => {
      const given = task([P('s', 'echo again > ran')]);
      rig.forge(given, []);
      writeFileSync(join(rig.root, 'checkpoints/task/coordinator.s'), Buffer.concat(ran(1).map(frameRecord)));
      rig.start(given);
      expect(await rig.end()).toBe('SUCCESS');
      expect(rig.history('s')).toBe('WAITING FORKED RUNNING SUCCESS');
      expect(existsSync(join(rig.sandbox, 'ran'))).toBe(false);
    }),
  );

  test.concurrent('records that contradict each other are damage, told in plain words', () =>
    withRig((rig) => {
      const given = task([P('s', 'true')]);
      rig.forge(given, [{ kind: 'process', status: { seq: 0, process: 's', state: 'RUNNING' } }]);
      expect(() => {
        rig.start(given);
      }).toThrow(/^Checkpoint .*runner contradicts itself: .*nothing => RUNNING of s$/);
      return Promise.resolve();
    }),
  );
});
