import { describe, expect, test } from '@jest/globals';
import { ClusterRig, jobOf, KEY, registration, taskOf, USER } from './cluster-rig.js';

const MINUTE = 60_000;

function running(options = {}, task = taskOf(), count = 1): ClusterRig {
  const rig = new ClusterRig(options);
  rig.register('h1');
  rig.create(jobOf(task, count));
  rig.runAll();
  rig.takeCommands();
  return rig;
}

function messages(rig: ClusterRig, index: number): Array<string | undefined> {
  return rig.tasks()[index]?.taskEvents.map(({ message }) => message) ?? [];
}

describe('flapping', () => {
  test('the first quick death costs nothing, the next ones wait longer and longer', () => {
    const rig = running();
    rig.report(rig.active()[0], 'FAILED');
    rig.advance(5);
    rig.runAll();
    rig.report(rig.active()[0], 'FAILED');
    expect(rig.active()[0]?.status).toBe('THROTTLED');
    const announced = Number(
      /penalized for (\d+) ms for flapping/.exec(rig.active()[0]?.taskEvents[0]?.message ?? '')?.[1],
    );
    expect(announced).toBeGreaterThanOrEqual(30_000);
    expect(announced).toBeLessThanOrEqual(60_000);
    rig.live(announced - 1);
    expect(rig.active()[0]?.status).toBe('THROTTLED');
    rig.live(5);
    expect(rig.active()[0]?.status).toBe('ASSIGNED');
    const delays: number[] = [];
    for (let round = 0; round < 10; round++) {
      rig.runAll();
      rig.report(rig.active()[0], 'FAILED');
      delays.push(Number(/(\d+) ms/.exec(rig.active()[0]?.taskEvents[0]?.message ?? '')?.[1]));
      rig.live(5 * MINUTE + 5);
    }
    expect(delays.at(-1)).toBe(5 * MINUTE);
  });

  test('the wait goes on after a restart of the scheduler', () => {
    const rig = running();
    for (let i = 0; i < 2; i++) {
      rig.report(rig.active()[0], 'FAILED');
      rig.advance(5);
      rig.runAll();
    }
    rig.advance(20_000);
    rig.restart();
    rig.register('h1');
    rig.live(41_000);
    expect(rig.active()[0]?.status).toBe('ASSIGNED');
  });

  test('a long life and a restart on request are not flapping', () => {
    const rig = running();
    for (let i = 0; i < 3; i++) {
      rig.live(6 * MINUTE);
      rig.report(rig.active()[0], 'FAILED');
      rig.advance(5);
      rig.runAll();
      rig.scheduler.restartShards(KEY, [0], USER);
      rig.report(rig.active()[0], 'KILLED');
      rig.advance(5);
      expect(rig.active()[0]?.status).toBe('ASSIGNED');
      rig.runAll();
    }
  });
});

describe('time-outs', () => {
  test('a launch that nobody confirms is given up and placed anew', () => {
    const rig = new ClusterRig();
    rig.register('h1');
    rig.create();
    rig.takeCommands();
    rig.live(5 * MINUTE + 10);
    expect(rig.statuses()).toEqual(['LOST', 'ASSIGNED']);
    expect(messages(rig, 0).at(-1)).toBe('Task timed out');
    expect(rig.takeCommands().map(({ kind }) => kind)).toEqual(expect.arrayContaining(['kill', 'launch']));
    expect(rig.scheduler.stats().get('timed_out_tasks')).toBe(1);
  });

  test('a kill is repeated until the task is gone', () => {
    const rig = running();
    rig.scheduler.killTasks(KEY, undefined, undefined, USER);
    expect(rig.takeCommands()).toHaveLength(1);
    rig.live(31_000);
    const again = rig.takeCommands().filter(({ kind }) => kind === 'kill');
    expect(again).toHaveLength(1);
    rig.report(rig.tasks()[0], 'KILLED');
    rig.live(10 * MINUTE);
    expect(rig.takeCommands().filter(({ kind }) => kind === 'kill')).toEqual([]);
    expect(rig.scheduler.stats().get('task_kill_retries')).toBe(1);
  });

  test('a launch that the shell could not deliver is placed anew at once', () => {
    const rig = new ClusterRig();
    rig.register('h1');
    rig.create();
    rig.scheduler.launchFailed(rig.tasks()[0]?.assignedTask.taskId ?? '', 'connection refused');
    rig.advance(5);
    expect(rig.statuses()).toEqual(['LOST', 'ASSIGNED']);
    expect(messages(rig, 0).at(-1)).toBe('Failed to launch task: connection refused');
  });
});

describe('an agent that is lost', () => {
  test('its tasks follow their partition policy', () => {
    const rig = new ClusterRig();
    rig.register('h1');
    const stay = { ...KEY, name: 'stay' };
    const wait = { ...KEY, name: 'wait' };
    rig.create();
    rig.create(jobOf(taskOf({ job: stay, partitionPolicy: { reschedule: false } })));
    rig.create(jobOf(taskOf({ job: wait, partitionPolicy: { reschedule: true, delaySecs: 600 } })));
    for (const key of [KEY, stay, wait]) rig.runAll(key);
    rig.advance(76_000);
    expect(rig.statuses()).toEqual(['LOST', 'PENDING']);
    expect(messages(rig, 0).slice(-2)).toEqual(['Agent h1 is unreachable', 'Task partitioned for too long.']);
    expect(rig.statuses(stay)).toEqual(['PARTITIONED']);
    rig.restart();
    rig.advance(MINUTE);
    expect(rig.statuses(wait)).toEqual(['PARTITIONED']);
    rig.advance(10 * MINUTE);
    expect(rig.statuses(wait)).toEqual(['LOST', 'PENDING']);
    const tasks = [...rig.tasks(stay), ...rig.tasks(wait)].slice(0, 2).map((task) => ({
      taskId: task.assignedTask.taskId,
      status: 'RUNNING' as const,
      ports: [],
    }));
    rig.takeCommands();
    rig.register('h1', { tasks });
    expect(rig.statuses(stay)).toEqual(['RUNNING']);
    expect(rig.tasks(stay)[0]?.timesPartitioned).toBe(1);
    // The one that was replaced must die.
    expect(rig.takeCommands().filter(({ kind }) => kind === 'kill')).toEqual([
      { kind: 'kill', agentId: 'agent-h1', taskId: tasks[1]?.taskId },
    ]);
  });

  test('without partition awareness its tasks are lost', () => {
    const rig = running({ partitionAware: false });
    rig.scheduler.agentLost('agent-h1');
    expect(rig.statuses()).toEqual(['LOST', 'PENDING']);
  });

  test('one that comes back with an empty disk has lost its tasks', () => {
    const rig = running();
    rig.register('h1', { agentId: 'another' });
    rig.advance(5);
    expect(rig.statuses()).toEqual(['LOST', 'ASSIGNED']);
    expect(rig.active()[0]?.assignedTask.slaveId).toBe('another');
  });

  test('tasks that it does not name are asked for, tasks that nobody knows are killed', () => {
    const rig = running();
    rig.register('h1', { tasks: [{ taskId: 'stranger', status: 'RUNNING', ports: [] }] });
    expect(rig.takeCommands()).toEqual([
      { kind: 'kill', agentId: 'agent-h1', taskId: 'stranger' },
      { kind: 'reconcile', agentId: 'agent-h1', taskIds: [rig.tasks()[0]?.assignedTask.taskId] },
    ]);
    const taskId = rig.tasks()[0]?.assignedTask.taskId ?? '';
    rig.heartbeat('agent-h1', [taskId, 'ghost']);
    expect(rig.takeCommands()).toEqual([{ kind: 'kill', agentId: 'agent-h1', taskId: 'ghost' }]);
    // A beat without a task that it has reported alive: it is asked, once a minute.
    rig.heartbeat('agent-h1', []);
    rig.heartbeat('agent-h1', []);
    expect(rig.takeCommands()).toEqual([{ kind: 'reconcile', agentId: 'agent-h1', taskIds: [taskId] }]);
    rig.live(60_000);
    rig.takeCommands();
    rig.heartbeat('agent-h1', []);
    expect(rig.takeCommands()).toHaveLength(1);
  });

  test('a scheduler whose store was lost adopts what the agents run', () => {
    const before = running({}, taskOf(), 2);
    const details = new Map(before.tasks().map(({ assignedTask }) => [assignedTask.taskId, assignedTask]));
    const tasks = [...details.keys()].map((taskId) => ({ taskId, status: 'RUNNING' as const, ports: [] }));
    const rig = new ClusterRig();
    rig.scheduler.agentRegistered(registration('h1', { tasks }), details);
    expect(rig.statuses()).toEqual(['RUNNING', 'RUNNING']);
    expect(rig.takeCommands()).toEqual([]);
    expect(rig.scheduler.agentStates()[0]?.tasks).toBe(2);
    expect(rig.scheduler.createJob(jobOf(taskOf()), USER).messages).toEqual([
      'Job www-data/prod/hello already exists',
    ]);
  });
});

describe('history', () => {
  test('ended tasks go after two days, and beyond a hundred of a job after an hour', () => {
    const rig = new ClusterRig({ flappingTaskThresholdMs: 0, historyMaxPerJobThreshold: 3 });
    rig.register('h1');
    rig.create();
    for (let i = 0; i < 6; i++) {
      rig.runAll();
      rig.report(rig.active()[0], 'FAILED');
      rig.advance(5);
    }
    rig.runAll();
    expect(rig.statuses()).toHaveLength(7);
    rig.live(61 * MINUTE);
    expect(rig.statuses().filter((status) => status === 'FAILED')).toHaveLength(3);
    rig.restart();
    rig.register('h1', {
      tasks: rig
        .active()
        .map((task) => ({ taskId: task.assignedTask.taskId, status: 'RUNNING' as const, ports: [] })),
    });
    rig.clock.jumpWall(2 * 24 * 60 * MINUTE);
    rig.restart();
    rig.advance(1000);
    expect(rig.statuses()).toEqual(['RUNNING']);
  });
});

describe('reconciliation', () => {
  test('asks for each task an hour, in batches, and for everything', () => {
    const rig = running({ reconciliationExplicitBatchSize: 2 }, taskOf(), 3);
    rig.live(MINUTE);
    expect(rig.takeCommands().filter(({ kind }) => kind === 'reconcile')).toHaveLength(1);
    rig.live(10_000);
    expect(rig.takeCommands().filter(({ kind }) => kind === 'reconcile')).toHaveLength(1);
    rig.live(31 * MINUTE);
    expect(rig.takeCommands()).toEqual([{ kind: 'reconcile', agentId: 'agent-h1' }]);
    expect(rig.scheduler.triggerExplicitReconciliation(0).messages).toEqual([
      'Batch size must be greater than zero.',
    ]);
  });
});

describe('status updates', () => {
  test('are acknowledged whatever came of them, and change the state once', () => {
    const rig = running();
    const { taskId } = rig.tasks()[0]?.assignedTask ?? { taskId: '' };
    const update = { uuid: 'u', taskId, status: 'FINISHED' as const, timestampMs: 0 };
    for (let i = 0; i < 3; i++)
      expect(rig.scheduler.statusUpdates({ agentId: 'agent-h1', updates: [update] })).toEqual({
        acknowledged: ['u'],
      });
    expect(rig.statuses().filter((status) => status === 'FINISHED')).toHaveLength(1);
    expect(rig.scheduler.statusUpdates({ agentId: 'nobody', updates: [{ ...update, taskId: 'x' }] })).toEqual(
      { acknowledged: ['u'] },
    );
  });

  test('memory and disk limits have their words when the agent has none', () => {
    const rig = running({}, taskOf({ isService: false }), 2);
    const [a, b] = rig.tasks().map((task) => task.assignedTask.taskId);
    rig.scheduler.statusUpdates({
      agentId: 'agent-h1',
      updates: [
        {
          uuid: '1',
          taskId: a ?? '',
          status: 'FAILED',
          reason: 'REASON_CONTAINER_LIMITATION_MEMORY',
          timestampMs: 0,
        },
        {
          uuid: '2',
          taskId: b ?? '',
          status: 'FAILED',
          reason: 'REASON_CONTAINER_LIMITATION_DISK',
          timestampMs: 0,
        },
      ],
    });
    expect([messages(rig, 0).at(-1), messages(rig, 1).at(-1)]).toEqual([
      'Task used more memory than requested.',
      'Task used more disk than requested.',
    ]);
  });

  test('time in events never goes back', () => {
    const rig = running();
    rig.clock.jumpWall(-3_600_000);
    rig.report(rig.tasks()[0], 'FINISHED');
    const times = rig.tasks()[0]?.taskEvents.map(({ timestamp }) => timestamp) ?? [];
    expect(times).toEqual([...times].sort((x, y) => x - y));
  });
});
