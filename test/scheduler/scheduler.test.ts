import { describe, expect, test } from '@jest/globals';
import {
  ClusterRig,
  jobOf,
  KEY,
  limit,
  registration,
  resourcesOf,
  taskOf,
  USER,
  value,
} from './cluster-rig.js';

describe('the main path', () => {
  test('a job is placed, runs, is killed, and can be made again', () => {
    const rig = new ClusterRig();
    rig.register('h1');
    rig.register('h2');
    rig.create(jobOf(taskOf({ resources: resourcesOf(1, 128, 128, 'http') }), 3));
    expect(rig.statuses()).toEqual(['ASSIGNED', 'ASSIGNED', 'ASSIGNED']);
    const launches = rig.takeCommands();
    expect(launches.map((command) => command.kind)).toEqual(['launch', 'launch', 'launch']);
    const ports = rig
      .tasks()
      .map((task) => `${task.assignedTask.slaveHost}:${task.assignedTask.assignedPorts.get('http')}`);
    expect(new Set(ports).size).toBe(3);
    for (const task of rig.tasks()) {
      rig.report(task, 'STARTING');
      rig.report(task, 'RUNNING', 'Task is healthy.');
    }
    expect(rig.scheduler.createJob(jobOf(taskOf()), USER)).toEqual({
      code: 'INVALID_REQUEST',
      messages: ['Job www-data/prod/hello already exists'],
    });
    rig.scheduler.killTasks(KEY, undefined, 'enough', USER);
    expect(rig.takeCommands().map((command) => command.kind)).toEqual(['kill', 'kill', 'kill']);
    for (const task of rig.tasks()) rig.report(task, 'KILLED', 'Instructed to kill task.');
    expect(rig.statuses()).toEqual(['KILLED', 'KILLED', 'KILLED']);
    expect(rig.tasks()[0]?.taskEvents.map(({ status, message }) => [status, message])).toEqual([
      ['PENDING', undefined],
      ['ASSIGNED', undefined],
      ['STARTING', undefined],
      ['RUNNING', 'Task is healthy.'],
      ['KILLING', 'Killed by kim.\nenough'],
      ['KILLED', 'Instructed to kill task.'],
    ]);
    expect(rig.scheduler.killTasks(KEY, undefined, undefined, USER).messages).toEqual(['No tasks to kill.']);
    rig.create();
    expect(rig.active()).toHaveLength(1);
  });

  test('what was committed is there after a restart, and placement goes on', () => {
    const rig = new ClusterRig();
    rig.create(jobOf(taskOf(), 2));
    expect(rig.statuses()).toEqual(['PENDING', 'PENDING']);
    rig.restart();
    rig.register('h1');
    rig.advance(1000);
    expect(rig.statuses()).toEqual(['ASSIGNED', 'ASSIGNED']);
    rig.runAll();
    rig.restart();
    expect(
      rig.scheduler.agentHeartbeat({
        agentId: 'agent-h1',
        usage: { cpus: 0, ramBytes: 0, diskBytes: 0, processes: 0, threads: 0 },
        tasks: [],
      }),
    ).toEqual({ known: false });
    rig.register('h1', {
      tasks: rig
        .tasks()
        .map((task) => ({ taskId: task.assignedTask.taskId, status: 'RUNNING' as const, ports: [] })),
    });
    expect(rig.takeCommands().filter((command) => command.kind !== 'launch')).toEqual([]);
    rig.live(600_000);
    expect(rig.statuses()).toEqual(['RUNNING', 'RUNNING']);
    expect(rig.scheduler.agentStates()[0]?.allocated.cpus).toBe(2);
  });

  test('a service comes back, a batch job does not', () => {
    const rig = new ClusterRig();
    rig.register('h1');
    rig.create();
    rig.runAll();
    rig.report(rig.active()[0], 'FAILED', 'Task failed.');
    rig.advance(5);
    expect(rig.statuses()).toEqual(['FAILED', 'ASSIGNED']);
    const [dead, next] = rig.tasks();
    expect(next?.ancestorId).toBe(dead?.assignedTask.taskId);
    expect([dead?.failureCount, next?.failureCount]).toEqual([1, 1]);
    const batch = { ...KEY, name: 'batch' };
    rig.create(jobOf(taskOf({ job: batch, isService: false })));
    rig.runAll(batch);
    rig.report(rig.active(batch)[0], 'FINISHED');
    rig.advance(5);
    expect(rig.statuses(batch)).toEqual(['FINISHED']);
  });

  test('a task that fits nowhere says what is missing, and goes as soon as there is room', () => {
    const rig = new ClusterRig();
    rig.register('h1');
    rig.create(jobOf(taskOf({ resources: resourcesOf(5, 5000, 128) })));
    expect(rig.scheduler.getPendingReason({ jobKeys: [KEY] }).value?.map(({ reason }) => reason)).toEqual([
      'Insufficient: CPU,Insufficient: RAM',
    ]);
    rig.live(50_000);
    rig.register('big', { resources: { cpus: 8, ramMb: 8000, diskMb: 1000, gpus: 0, portRanges: [] } });
    rig.advance(3);
    expect(rig.tasks()[0]?.assignedTask.slaveHost).toBe('big');
  });

  test('a pending task always says why: no agent, or not tried yet', () => {
    const rig = new ClusterRig();
    rig.scheduler.createJob(jobOf(taskOf()), USER);
    const said = (): readonly (string | undefined)[] => [
      rig.scheduler.getPendingReason({}).value?.[0]?.reason,
      rig.scheduler.explain(KEY)[0]?.reason,
      rig.scheduler.plan(jobOf(taskOf(), 2)).value?.placements[0]?.reasons.join(),
    ];
    expect(said()).toEqual(Array(3).fill('No agent is registered'));
    rig.scheduler.agentRegistered(registration('h1'));
    expect(said().slice(0, 2)).toEqual(Array(2).fill('Fits now, and is placed at its next attempt'));
    rig.live(60_000);
    expect(rig.statuses()).toEqual(['ASSIGNED']);
  });

  test('constraints choose and spread', () => {
    const rig = new ClusterRig();
    for (const host of ['h1', 'h2', 'h3']) rig.register(host);
    rig.create(jobOf(taskOf({ constraints: [limit('host', 1), value('rack', ['rack-h2'], true)] }), 3));
    expect(
      rig
        .active()
        .map((task) => task.assignedTask.slaveHost ?? '-')
        .sort(),
    ).toEqual(['-', 'h1', 'h3']);
    expect(rig.scheduler.getPendingReason({}).value?.[0]?.reason).toMatch(
      /Constraint not satisfied: rack|Limit not satisfied: host/,
    );
    const only = { ...KEY, name: 'only' };
    rig.create(jobOf(taskOf({ job: only, constraints: [value('rack', ['rack-h2'])] }), 2));
    expect(rig.active(only).map((task) => task.assignedTask.slaveHost)).toEqual(['h2', 'h2']);
  });

  test('a plan says where instances would go, and changes nothing', () => {
    const rig = new ClusterRig();
    rig.register('h1');
    rig.register('h2');
    const job = jobOf(taskOf({ constraints: [limit('host', 1)], tier: 'preferred' }), 3);
    const plan = rig.scheduler.plan(job).value;
    expect(plan?.placements.map(({ host, reasons }) => host ?? reasons)).toEqual([
      'h1',
      'h2',
      ['Limit not satisfied: host'],
    ]);
    expect(plan?.quota).toMatch(/^Insufficient resource quota: CPU/);
    expect(rig.scheduler.hasOutput()).toBe(false);
    expect(rig.tasks()).toEqual([]);
    expect(rig.scheduler.plan(jobOf(taskOf(), 0)).code).toBe('INVALID_REQUEST');
  });
});
