import { describe, expect, test } from '@jest/globals';
import { ClusterRig, jobOf, KEY, resourcesOf, taskOf, USER, value } from './cluster-rig.js';

const MINUTE = 60_000;
const QUOTA = { resources: resourcesOf(100, 100_000, 100_000) };

describe('preemption', () => {
  const low = { ...KEY, name: 'low' };
  const high = { ...KEY, name: 'high' };

  function fullRig(lowTask = {}, highTask = {}): ClusterRig {
    const rig = new ClusterRig();
    rig.register('h1');
    rig.scheduler.setQuota(KEY.role, QUOTA);
    rig.create(jobOf(taskOf({ job: low, resources: resourcesOf(2, 128, 128), ...lowTask }), 2));
    rig.runAll(low);
    rig.create(
      jobOf(taskOf({ job: high, resources: resourcesOf(3, 128, 128), tier: 'preferred', ...highTask })),
    );
    rig.takeCommands();
    return rig;
  }

  test('makes room for a production task, by killing as few as needed, and keeps the room for it', () => {
    const rig = fullRig();
    expect(rig.scheduler.explain(high)[0]).toMatchObject({
      status: 'PENDING',
      reason: 'Insufficient: CPU',
      agents: [{ host: 'h1', vetoes: ['Insufficient: CPU'] }],
      preemption: { host: 'h1', victims: [expect.any(String), expect.any(String)] },
    });
    rig.live(3 * MINUTE - 1000);
    expect(rig.statuses(low)).toEqual(['RUNNING', 'RUNNING']);
    rig.live(2 * MINUTE);
    expect(rig.statuses(low)).toEqual(['PREEMPTING', 'PREEMPTING']);
    expect(rig.tasks(low)[0]?.taskEvents.at(-1)?.message).toBe(
      `Preempting in favor of ${rig.tasks(high)[0]?.assignedTask.taskId ?? ''}`,
    );
    for (const task of rig.tasks(low)) rig.report(task, 'KILLED');
    rig.advance(10);
    expect(rig.statuses(high)).toEqual(['ASSIGNED']);
    expect(rig.active(low).map(({ status }) => status)).toEqual(['PENDING', 'PENDING']);
  });

  test.each([
    ['an equal priority', { tier: 'preferred' }, {}],
    ['a higher priority', { tier: 'preferred', priority: 9 }, { priority: 1 }],
    [
      'another role of the same standing',
      { tier: 'preferred', job: { ...low, role: 'ads' } },
      { priority: 9 },
    ],
    ['production, for a task that is not', { tier: 'preferred' }, { tier: 'preemptible', priority: 9 }],
  ])('never a victim of %s', (_name, lowTask, highTask) => {
    const rig = new ClusterRig();
    rig.register('h1');
    for (const role of [KEY.role, 'ads']) rig.scheduler.setQuota(role, QUOTA);
    const task = taskOf({ job: low, resources: resourcesOf(2, 128, 128), ...lowTask });
    rig.create(jobOf(task, 2));
    rig.runAll(task.job);
    rig.create(
      jobOf(taskOf({ job: high, resources: resourcesOf(3, 128, 128), tier: 'preferred', ...highTask })),
    );
    rig.live(10 * MINUTE);
    expect(rig.statuses(task.job)).toEqual(['RUNNING', 'RUNNING']);
    expect(rig.statuses(high)).toEqual(['PENDING']);
  });

  test('a lower priority of the same role is a victim', () => {
    const rig = fullRig({ tier: 'preferred', priority: 1 }, { priority: 2 });
    rig.live(5 * MINUTE);
    expect(rig.statuses(low)).toContain('PREEMPTING');
  });
});

describe('quota', () => {
  test('is charged for production on shared hosts only, and said in words', () => {
    const rig = new ClusterRig();
    const production = { ...taskOf({ tier: 'preferred' }) };
    expect(rig.scheduler.createJob(jobOf(production, 2), USER)).toEqual({
      code: 'INVALID_REQUEST',
      messages: [
        'Insufficient resource quota: CPU quota exceeded by 2.00 core(s); RAM quota exceeded by 256.00 MB; disk quota exceeded by 256.00 MB',
      ],
    });
    expect(rig.scheduler.setQuota(KEY.role, { resources: resourcesOf(2, 256, 256) }).code).toBe('OK');
    rig.create(jobOf(production, 2));
    rig.create(jobOf(taskOf({ job: { ...KEY, name: 'free' } }), 3));
    rig.create(
      jobOf(
        taskOf({
          job: { ...KEY, name: 'own' },
          tier: 'preferred',
          constraints: [value('dedicated', ['www-data/x'])],
        }),
        4,
      ),
    );
    expect(rig.scheduler.addInstances({ jobKey: KEY, instanceId: 0 }, 1, USER).messages[0]).toMatch(
      /CPU quota exceeded by 1.00 core/,
    );
    expect(rig.scheduler.setQuota(KEY.role, { resources: resourcesOf(1, 256, 256) }).messages[0]).toMatch(
      /is less then current prod reservation/,
    );
    expect(rig.scheduler.setQuota(KEY.role, { resources: resourcesOf(-1, 256, 256) }).messages[0]).toMatch(
      /Negative values in/,
    );
    expect(rig.scheduler.setQuota(KEY.role, { resources: [{ numCpus: 1 }] }).messages).toEqual([
      'Quota resources must be exactly: [CPUS, RAM_MB, DISK_MB]',
    ]);
    const quota = rig.scheduler.getQuota(KEY.role);
    expect(
      [quota.prodSharedConsumption, quota.nonProdSharedConsumption, quota.prodDedicatedConsumption].map(
        (bucket) => bucket?.resources[0],
      ),
    ).toEqual([{ numCpus: 2 }, { numCpus: 3 }, { numCpus: 4 }]);
  });
});

describe('maintenance', () => {
  test('a drained host loses its tasks to others, and takes none until it is given back', () => {
    const rig = new ClusterRig();
    rig.register('h1');
    rig.create(jobOf(taskOf(), 2));
    rig.runAll();
    rig.register('h2');
    expect(rig.scheduler.startMaintenance(['h1', 'nowhere'])).toEqual([{ host: 'h1', mode: 'SCHEDULED' }]);
    expect(rig.scheduler.drainHosts(['h1'])).toEqual([{ host: 'h1', mode: 'DRAINING' }]);
    expect(rig.statuses()).toEqual(['DRAINING', 'DRAINING']);
    expect(rig.tasks()[0]?.taskEvents.at(-1)?.message).toBe('Draining machine for maintenance.');
    for (const task of rig.tasks()) rig.report(task, 'KILLED');
    rig.advance(10);
    expect(rig.active().map((task) => task.assignedTask.slaveHost)).toEqual(['h2', 'h2']);
    expect(rig.scheduler.maintenanceStatus(['h1'])).toEqual([{ host: 'h1', mode: 'DRAINED' }]);
    rig.restart();
    rig.register('h1');
    rig.create(jobOf(taskOf({ job: { ...KEY, name: 'more' }, constraints: [value('host', ['h1'])] })));
    expect(rig.scheduler.getPendingReason({ jobName: 'more' }).value?.[0]?.reason).toBe(
      'Host drained for maintenance',
    );
    rig.scheduler.endMaintenance(['h1']);
    rig.advance(10);
    expect(rig.statuses({ ...KEY, name: 'more' })).toEqual(['ASSIGNED']);
  });

  test('hosts about to be maintained are the last choice', () => {
    const rig = new ClusterRig();
    for (const host of ['h1', 'h2', 'h3']) rig.register(host);
    rig.scheduler.startMaintenance(['h1', 'h3']);
    rig.create(jobOf(taskOf(), 4));
    expect(rig.active().map((task) => task.assignedTask.slaveHost)).toEqual(['h2', 'h2', 'h2', 'h2']);
  });

  test('a drain by SLA spares the tasks that the job cannot do without, until its time is up', () => {
    const rig = new ClusterRig({ maxTasksPerJob: 100 });
    rig.scheduler.setQuota(KEY.role, QUOTA);
    for (let i = 0; i < 6; i++) rig.register(`h${i}`);
    const slaPolicy = { countSlaPolicy: { count: 19, durationSecs: 60 } };
    rig.create(jobOf(taskOf({ tier: 'preferred', slaPolicy, resources: resourcesOf(0.9, 10, 10) }), 20));
    rig.runAll();
    const host = rig.tasks()[0]?.assignedTask.slaveHost ?? '';
    const onHost = (status: string): number =>
      rig.tasks().filter((task) => task.assignedTask.slaveHost === host && task.status === status).length;
    const there = onHost('RUNNING');
    rig.scheduler.slaDrainHosts([host], slaPolicy, 600);
    rig.live(MINUTE);
    expect([onHost('DRAINING'), onHost('RUNNING')]).toEqual([0, there]);
    rig.live(2 * MINUTE);
    // All twenty have run for more than a minute: one may go.
    expect([onHost('DRAINING'), onHost('RUNNING')]).toEqual([1, there - 1]);
    rig.live(10 * MINUTE);
    expect(onHost('RUNNING')).toBe(0);
  });
});

describe('the order of hosts', () => {
  test.each([
    ['CPU', 'small'],
    ['MEMORY', 'slim'],
    ['BEST_FIT', 'busy'],
  ] as const)('%s puts the tightest first', (order, expected) => {
    const rig = new ClusterRig({ offerOrder: [order] });
    const shape = { diskMb: 10_000, gpus: 0, portRanges: [] };
    rig.register('big', { resources: { ...shape, cpus: 16, ramMb: 16_384 } });
    rig.register('small', { resources: { ...shape, cpus: 2, ramMb: 16_384 } });
    rig.register('slim', { resources: { ...shape, cpus: 8, ramMb: 2048 } });
    rig.register('busy', { resources: { ...shape, cpus: 16, ramMb: 16_384 } });
    rig.create(
      jobOf(
        taskOf({
          job: { ...KEY, name: 'filler' },
          resources: resourcesOf(12, 12_000, 7000),
          constraints: [value('host', ['busy'])],
        }),
      ),
    );
    rig.create();
    expect(rig.active()[0]?.assignedTask.slaveHost).toBe(expected);
  });

  test('at random, every host gets its share', () => {
    const rig = new ClusterRig();
    for (let i = 0; i < 10; i++) rig.register(`h${i}`);
    rig.create(jobOf(taskOf({ resources: resourcesOf(0.1, 10, 10) }), 200));
    const counts = new Map<string, number>();
    for (const { assignedTask } of rig.active())
      counts.set(assignedTask.slaveHost ?? '', (counts.get(assignedTask.slaveHost ?? '') ?? 0) + 1);
    expect(counts.size).toBe(10);
    expect(Math.max(...counts.values())).toBeLessThan(60);
  });

  test('groups that wait are tried by priority when there is room', () => {
    const rig = new ClusterRig({ enablePreemptor: false });
    const names = ['p1', 'p9', 'p5'];
    for (const name of names)
      rig.create(
        jobOf(
          taskOf({ job: { ...KEY, name }, priority: Number(name[1]), resources: resourcesOf(4, 10, 10) }),
        ),
      );
    rig.register('h1');
    rig.advance(5);
    expect(names.map((name) => rig.statuses({ ...KEY, name })[0])).toEqual([
      'PENDING',
      'ASSIGNED',
      'PENDING',
    ]);
  });
});
