import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ProcessRun } from '../../src/model/cluster.js';
import { frameRecord, readStream } from '../../src/thermos/checkpoint-stream.js';
import { journalPath, runnerCheckpoint } from '../../src/thermos/paths.js';
import { AgentRig, oneProcess } from './rig/agent-rig.js';

interface Processes {
  readonly processes: readonly ProcessRun[];
}

describe('an agent that is followed by another over the same directory', () => {
  let rig: AgentRig;

  beforeEach(async () => {
    rig = new AgentRig();
    await rig.scheduler.start();
    await rig.start();
  });

  afterEach(async () => {
    await rig.dispose();
    expect(rig.pidsLeft()).toEqual([]);
  });

  const pidOf = async (taskId: string): Promise<number | undefined> => {
    const { processes } = await rig.scheduler.call<Processes>('GET', `/v1/tasks/${taskId}/processes`);
    return processes[0]?.state === 'RUNNING' ? processes[0].pid : undefined;
  };

  const restart = async (between: () => void | Promise<void> = () => undefined): Promise<void> => {
    const registrations = rig.scheduler.registrations.length;
    await rig.leave();
    await between();
    await rig.start();
    await rig.scheduler.untilRegistered(registrations + 1);
  };

  const started = async (taskId: string): Promise<number> => {
    await rig.scheduler.untilStatus(taskId, 'RUNNING');
    for (;;) {
      const pid = await pidOf(taskId);
      if (pid !== undefined) return pid;
    }
  };

  test('adopts what runs: same pids, no second update, still killed on demand', async () => {
    await rig.launch('a', oneProcess('sleep 1000'));
    await rig.launch('b', oneProcess('sleep 1001'));
    const pids = [await started('a'), await started('b')];
    const id = rig.scheduler.registrations[0]?.agentId;
    await restart();
    const registration = await rig.scheduler.untilRegistered(2);
    expect(registration.agentId).toBe(id);
    expect(registration.tasks.map((task) => [task.taskId, task.status])).toEqual([
      ['a', 'RUNNING'],
      ['b', 'RUNNING'],
    ]);
    expect([await pidOf('a'), await pidOf('b')]).toEqual(pids);
    await rig.kill('a');
    expect(await rig.scheduler.untilEnd('a')).toHaveLength(3);
    expect(rig.scheduler.statusesOf('b')).toHaveLength(2);
  });

  test('registers at once when a new scheduler asks for it', async () => {
    await rig.scheduler.untilRegistered(1);
    await rig.scheduler.call('POST', '/v1/register', {});
    await rig.scheduler.untilRegistered(2);
  });

  test('reports what ended while no agent was there', async () => {
    const go = join(rig.root, 'go');
    await rig.launch('t', oneProcess(`while [ ! -e ${go} ]; do sleep 0.02; done; echo end >> ${go}; exit 4`));
    await started('t');
    await restart(async () => {
      appendFileSync(go, '');
      while (readFileSync(go, 'utf8') === '') await new Promise((resolve) => setTimeout(resolve, 10));
    });
    expect((await rig.scheduler.untilEnd('t')).at(-1)).toBe('FAILED: Task failed.');
    const { processes } = await rig.scheduler.call<Processes>('GET', '/v1/tasks/t/processes');
    expect(processes).toMatchObject([{ name: 'p', run: 0, state: 'FAILED', returnCode: 4 }]);
  });

  test('goes on with a kill that had begun', async () => {
    await rig.launch('t', oneProcess(`trap '' TERM; while :; do sleep 0.05; done`));
    await started('t');
    await rig.kill('t');
    await restart();
    expect((await rig.scheduler.untilEnd('t')).at(-1)).toBe('KILLED: Instructed to kill task.');
  });

  test('an update that nobody acknowledged comes again, once', async () => {
    rig.scheduler.acknowledge = false;
    await rig.launch('t', oneProcess('true'));
    for (;;) {
      const file = join(rig.directory, 'updates.log');
      if (existsSync(file) && readFileSync(file, 'utf8').includes('FINISHED')) break;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    rig.scheduler.acknowledge = true;
    await restart();
    expect((await rig.scheduler.untilEnd('t')).map((status) => status.split(':')[0])).toEqual([
      'STARTING',
      'RUNNING',
      'FINISHED',
    ]);
  });

  test('a launch that was on disk and no further is carried out', async () => {
    await rig.leave();
    mkdirSync(join(rig.directory, 'tasks/t'), { recursive: true });
    writeFileSync(
      join(rig.directory, 'tasks/t/launch.json'),
      JSON.stringify(rig.assigned('t', oneProcess('true'))),
    );
    await rig.start();
    expect((await rig.scheduler.untilEnd('t')).at(-1)).toBe('FINISHED: Task finished.');
  });

  test('a launch file cut by a crash is reported, and disturbs nobody', async () => {
    await rig.launch('good', oneProcess('sleep 1000'));
    const pid = await started('good');
    mkdirSync(join(rig.directory, 'tasks/bad'), { recursive: true });
    writeFileSync(join(rig.directory, 'tasks/bad/launch.json'), '{"taskId": "ba');
    await restart();
    expect((await rig.scheduler.untilEnd('bad'))[0]).toMatch(
      /^LOST: Task cannot be taken over: launch.json is not JSON/,
    );
    expect(await pidOf('good')).toBe(pid);
  });

  test('after another boot the task is LOST, and nothing that now has its pids is touched', async () => {
    await rig.launch('t', oneProcess('sleep 1000'));
    await started('t');
    await restart(() => {
      appendFileSync(join(rig.directory, 'tasks/t/state.log'), '{"bootId":"an earlier one"}\n');
    });
    expect((await rig.scheduler.untilEnd('t')).at(-1)).toBe('LOST: The host was restarted.');
  });

  test('case 73: a coordinator killed with -9 takes its command along, and the next run follows', async () => {
    await rig.launch('t', oneProcess('echo $$ >> pids; exec sleep 1000'));
    const pid = await started('t');
    const pids = join(rig.directory, 'tasks/t/sandbox/pids');
    const untilLines = async (count: number): Promise<void> => {
      while (!existsSync(pids) || readFileSync(pids, 'utf8').split('\n').length <= count)
        await new Promise((resolve) => setTimeout(resolve, 10));
    };
    await untilLines(1);
    process.kill(coordinatorOf(pid), 'SIGKILL');
    await untilLines(2);
    expect(isAlive(pid)).toBe(false);
    const next = await started('t');
    expect(readFileSync(pids, 'utf8')).toBe(`${pid}\n${next}\n`);
    expect(rig.scheduler.statusesOf('t')).toHaveLength(2);
  });

  test('F10: a checkpoint that names a process of somebody else never leads to a signal', async () => {
    const foreign = spawn('sleep', ['1000'], { detached: true, stdio: 'ignore' });
    const foreignPid = foreign.pid ?? 0;
    try {
      await rig.launch('t', oneProcess('sleep 1000'));
      const pid = await started('t');
      await restart(() => {
        process.kill(coordinatorOf(pid), 'SIGKILL');
        process.kill(pid, 'SIGKILL');
        forgePids(join(rig.directory, 'tasks/t/checkpoints'), 't', foreignPid);
      });
      const next = await started('t');
      expect(next).not.toBe(foreignPid);
      const { processes } = await rig.scheduler.call<Processes>('GET', '/v1/tasks/t/processes');
      expect(processes).toMatchObject([{ state: 'RUNNING', run: 1 }]);
      await rig.kill('t');
      expect((await rig.scheduler.untilEnd('t')).at(-1)).toBe('KILLED: Instructed to kill task.');
      expect(foreign.exitCode ?? foreign.signalCode).toBeNull();
      expect(isAlive(foreignPid)).toBe(true);
    } finally {
      foreign.kill('SIGKILL');
    }
  });

  test('registers again when the scheduler has forgotten it', async () => {
    await rig.scheduler.untilRegistered();
    rig.scheduler.knowsAgent = false;
    expect((await rig.scheduler.untilRegistered(2)).host).toBe('h1');
  });

  test('registers again, with its updates, when the scheduler comes back', async () => {
    await rig.launch('t', oneProcess('sleep 0.2'));
    await rig.scheduler.untilStatus('t', 'RUNNING');
    rig.scheduler.stop();
    rmSync(rig.scheduler.socketPath, { force: true });
    for (;;) {
      if (readFileSync(join(rig.directory, 'updates.log'), 'utf8').includes('FINISHED')) break;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    await rig.scheduler.start();
    const registration = await rig.scheduler.untilRegistered(2);
    expect(registration.tasks).toEqual([{ taskId: 't', status: 'FINISHED', ports: [] }]);
    expect((await rig.scheduler.untilEnd('t')).at(-1)).toBe('FINISHED: Task finished.');
  });

  test('reconciliation repeats what is known, and LOST for what is not', async () => {
    await rig.launch('live', oneProcess('sleep 1000'));
    await rig.launch('over', oneProcess('true'));
    await rig.scheduler.untilStatus('live', 'RUNNING');
    await rig.scheduler.untilStatus('over', 'FINISHED');
    await rig.scheduler.call('POST', '/v1/reconcile', { taskIds: ['live', 'over', 'unknown', '../x'] });
    await rig.scheduler.untilStatus('../x', 'LOST');
    const repeated = rig.scheduler.updates.filter((update) => update.reason === 'REASON_RECONCILIATION');
    expect(repeated.map((update) => [update.taskId, update.status])).toEqual([
      ['live', 'RUNNING'],
      ['over', 'FINISHED'],
      ['unknown', 'LOST'],
      ['../x', 'LOST'],
    ]);
  });

  test('shutdown with tasks kills and reports them first', async () => {
    await rig.launch('t', oneProcess('sleep 1000'));
    await started('t');
    await rig.scheduler.call('POST', '/v1/shutdown', { killTasks: true });
    expect((await rig.scheduler.untilEnd('t')).at(-1)).toBe('KILLED: Told to shut down executor.');
    while ((rig.composed?.agent.updates.pending.length ?? 0) > 0)
      await new Promise((resolve) => setTimeout(resolve, 10));
  });
});

function coordinatorOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return Number(fields[1]);
}

function isAlive(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

/** Every pid that journal and checkpoint of a task know becomes this one. */
function forgePids(root: string, taskId: string, pid: number): void {
  const journal = journalPath(root, taskId);
  const forged = readFileSync(journal, 'utf8')
    .replace(/^c \d+/gm, `c ${pid}`)
    .replace(/^(s \S+) \d+ \d+/gm, `$1 ${pid} ${pid}`);
  writeFileSync(journal, forged);
  const checkpoint = runnerCheckpoint(root, taskId);
  const { records } = readStream(readFileSync(checkpoint));
  const frames = records.map((record) => {
    if (record.kind !== 'process') return frameRecord(record);
    const { status } = record;
    return frameRecord({
      ...record,
      status: {
        ...status,
        ...(status.pid !== undefined && { pid }),
        ...(status.coordinatorPid !== undefined && { coordinatorPid: pid }),
      },
    });
  });
  writeFileSync(checkpoint, Buffer.concat(frames));
}
