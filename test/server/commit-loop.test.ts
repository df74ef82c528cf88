import { describe, expect, test } from '@jest/globals';
import type { SchedulerOutput } from '../../src/scheduler/output.js';
import { CommitLoop, StoppedError } from '../../src/server/commit-loop.js';
import type { Op } from '../../src/storage/op.js';

/** A loop whose turns the test takes, over a scheduler that outputs what it is given and a disk that records. */
function newRig() {
  const turns: Array<() => void> = [];
  const log: string[] = [];
  let output: SchedulerOutput = { ops: [], commands: [] };
  let broken = false;
  const failures: unknown[] = [];
  const loop = new CommitLoop({
    scheduler: {
      takeOutput: () => {
        const taken = output;
        output = { ops: [], commands: [] };
        return taken;
      },
    },
    persistence: {
      persist: (ops) => {
        if (broken) throw new Error('disk full');
        log.push(`persist ${ops.length}`);
      },
    },
    dispatch: (commands) => log.push(`dispatch ${commands.length}`),
    committed: () => log.push('committed'),
    fail: (error) => failures.push(error),
    soon: (callback) => turns.push(callback),
  });
  return {
    loop,
    log,
    failures,
    breakDisk: () => {
      broken = true;
    },
    /** What a call of the scheduler does: ops, and commands for after them. */
    change: (roles: readonly string[], commands = 0) => {
      const ops = roles.map((role): Op => ({ op: 'removeQuota', role }));
      output = {
        ops: [...output.ops, ...ops],
        commands: [
          ...output.commands,
          ...Array.from({ length: commands }, () => ({ kind: 'kill', agentId: 'a', taskId: 't' }) as const),
        ],
      };
    },
    turn: () => turns.shift()?.(),
    turnsLeft: () => turns.length,
  };
}

/** Lets promises that are settled run their continuations. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('CommitLoop', () => {
  test('runs calls at once and answers all of them after one commit, then gives orders', async () => {
    const rig = newRig();
    const answers: string[] = [];
    const first = rig.loop.run(() => {
      rig.change(['a'], 1);
      return 'one';
    });
    const second = rig.loop.run(() => {
      rig.change(['b', 'c'], 2);
      return 'two';
    });
    void first.then((answer) => answers.push(answer));
    void second.then((answer) => answers.push(answer));
    await settled();
    expect(answers).toEqual([]);
    expect(rig.turnsLeft()).toBe(1);
    rig.turn();
    await settled();
    expect(answers).toEqual(['one', 'two']);
    expect(rig.log).toEqual(['persist 3', 'dispatch 3', 'committed']);
    expect([rig.loop.commits, rig.loop.opsWritten]).toEqual([1, 3]);
  });

  test('answers a read without touching the disk, but not before what preceded it is safe', async () => {
    const rig = newRig();
    const order: string[] = [];
    void rig.loop
      .run(() => {
        rig.change(['a']);
      })
      .then(() => order.push('write'));
    void rig.loop.run(() => 'seen').then(() => order.push('read'));
    rig.turn();
    await settled();
    expect(order).toEqual(['write', 'read']);
    const read = rig.loop.run(() => 7);
    rig.turn();
    expect(await read).toBe(7);
    expect(rig.log).toEqual(['persist 1', 'committed']);
  });

  test('gives the exception of a call to its caller and still commits the others', async () => {
    const rig = newRig();
    const bad = rig.loop.run(() => {
      throw new Error('mistake');
    });
    const good = rig.loop.run(() => {
      rig.change(['a']);
      return 'good';
    });
    rig.turn();
    await expect(bad).rejects.toThrow('mistake');
    expect(await good).toBe('good');
  });

  test('answers a call that commits what is there by itself, as a snapshot does', async () => {
    const rig = newRig();
    const before = rig.loop.run(() => {
      rig.change(['a']);
      return 'before';
    });
    const snapshot = rig.loop.run(() => {
      rig.loop.flush();
      rig.log.push('snapshot');
      return 'taken';
    });
    while (rig.turnsLeft() > 0) rig.turn();
    expect(await Promise.all([before, snapshot])).toEqual(['before', 'taken']);
    expect(rig.log).toEqual(['persist 1', 'committed', 'snapshot']);
  });

  test('a failed commit answers nobody with success, gives no orders, and ends the process', async () => {
    const rig = newRig();
    const call = rig.loop.run(() => {
      rig.change(['a'], 1);
    });
    rig.breakDisk();
    rig.turn();
    await expect(call).rejects.toBeInstanceOf(StoppedError);
    expect(rig.failures).toEqual([new Error('disk full')]);
    expect(rig.log).toEqual([]);
    await expect(rig.loop.run(() => 1)).rejects.toBeInstanceOf(StoppedError);
    rig.loop.wake();
    expect(rig.turnsLeft()).toBe(0);
  });

  test('close commits what is there and refuses what comes later', async () => {
    const rig = newRig();
    const call = rig.loop.run(() => {
      rig.change(['a']);
      return 'kept';
    });
    rig.loop.close();
    expect(await call).toBe('kept');
    expect(rig.log).toEqual(['persist 1', 'committed']);
    await expect(rig.loop.run(() => 1)).rejects.toThrow('the scheduler is stopping');
  });
});
