import { describe, expect, test } from '@jest/globals';
import { ClusterRig, jobOf, KEY, limit, resourcesOf, taskOf, value } from './cluster-rig.js';

/** Stats whose names begin so, in order of their names. */
function stats(rig: ClusterRig, prefix: string): Record<string, number> {
  return Object.fromEntries([...rig.scheduler.stats()].filter(([name]) => name.startsWith(prefix)));
}

describe('stats', () => {
  test('say what is consumed, in all and by role, and what is promised', () => {
    const rig = new ClusterRig({ asyncTaskStatUpdateIntervalMs: 60_000 });
    rig.register('h1');
    rig.register('d1', { attributes: [{ name: 'dedicated', values: ['www-data/db'] }] });
    const quota = { resources: [{ numCpus: 8 }, { ramMb: 800 }, { diskMb: 800 }] };
    rig.scheduler.setQuota('www-data', quota);
    rig.create(jobOf(taskOf({ resources: resourcesOf(1, 100, 10, 'http') }), 2));
    rig.create(jobOf(taskOf({ job: { ...KEY, name: 'prod' }, tier: 'preferred' })));
    const dedicated = value('dedicated', ['www-data/db']);
    rig.create(jobOf(taskOf({ job: { ...KEY, role: 'www-data', name: 'db' }, constraints: [dedicated] })));
    expect(stats(rig, 'resources_')).toMatchObject({
      resources_total_consumed_cpu_cores: 4,
      resources_total_consumed_ports_count: 2,
      resources_free_pool_consumed_ram_mb: 200,
      resources_quota_consumed_cpu_cores: 1,
      resources_dedicated_consumed_cpu_cores: 1,
      resources_allocated_quota_ram_mb: 800,
      'resources_per_role_total_consumed_www-data_cpu_cores': 4,
      'resources_per_role_free_pool_consumed_www-data_disk_mb': 20,
    });
    expect(stats(rig, 'quota_per_role_')).toMatchObject({ 'quota_per_role_www-data_cpu_cores': 8 });
    // Sums are kept for a minute.
    rig.scheduler.killTasks(KEY, undefined, undefined, 'kim');
    for (const task of rig.tasks()) rig.report(task, 'KILLED');
    expect(stats(rig, 'resources_total_consumed_cpu')).toEqual({ resources_total_consumed_cpu_cores: 4 });
    rig.live(60_000);
    expect(stats(rig, 'resources_total_consumed_cpu')).toEqual({ resources_total_consumed_cpu_cores: 2 });
  });

  test('count the slots that are left, by size and kind', () => {
    const rig = new ClusterRig({ asyncTaskStatUpdateIntervalMs: 0 });
    const big = { cpus: 9, ramMb: 20_000, diskMb: 100_000, gpus: 0, portRanges: [], revocableCpus: 2 };
    rig.register('h1', { resources: big });
    rig.register('d1', {
      resources: { ...big, revocableCpus: 0 },
      attributes: [{ name: 'dedicated', values: ['*/x'] }],
    });
    expect(stats(rig, 'empty_slots_')).toMatchObject({
      empty_slots_small: 9,
      empty_slots_medium: 2,
      empty_slots_large: 1,
      empty_slots_xlarge: 0,
      empty_slots_revocable_small: 2,
      empty_slots_dedicated_small: 9,
      empty_slots_dedicated_revocable_small: 0,
    });
  });

  test('add up the delays of groups, and count look-ups by index', () => {
    const rig = new ClusterRig();
    rig.create();
    rig.advance(10_000);
    const { scheduled_task_penalty_events: events = 0, scheduled_task_penalty_ms_total: total = 0 } = stats(
      rig,
      'scheduled_task_penalty_',
    );
    expect(events).toBeGreaterThan(2);
    expect(total).toBeGreaterThan(2000);
    const before = stats(rig, 'task_queries_');
    rig.scheduler.getTasks({ jobKeys: [KEY] });
    rig.scheduler.getTasks({ taskIds: ['x'] });
    rig.scheduler.getTasks({ slaveHosts: ['h1'] });
    rig.scheduler.getTasks({ role: 'www-data' });
    const after = stats(rig, 'task_queries_');
    expect(Object.entries(after).map(([name, count]) => count - (before[name] ?? 0))).toEqual([1, 1, 1, 1]);
  });
});

describe('views', () => {
  test('pending groups tell their tasks, their back-off and why they wait', () => {
    const rig = new ClusterRig();
    rig.register('h1');
    rig.create(jobOf(taskOf({ constraints: [limit('host', 1)] }), 3));
    rig.advance(500);
    const groups = rig.scheduler.pendingGroups();
    expect(groups).toMatchObject([{ job: KEY, reasons: ['Limit not satisfied: host'] }]);
    expect(groups[0]?.taskIds).toHaveLength(2);
    expect(groups[0]?.penaltyMs).toBeGreaterThanOrEqual(1000);
  });

  test('offers tell free amounts and the runs of free ports', () => {
    const rig = new ClusterRig();
    const portRanges = [
      [31000, 31004],
      [32000, 32000],
    ] as const;
    rig.register('h1', { resources: { cpus: 4, ramMb: 4096, diskMb: 8192, gpus: 0, portRanges } });
    rig.create(jobOf(taskOf({ resources: resourcesOf(1, 128, 128, 'http') }), 2));
    const [offer] = rig.scheduler.offers();
    expect(offer).toMatchObject({ host: 'h1', free: { cpuMilli: 2000, ports: 4 } });
    const used = new Set(rig.tasks().map((task) => task.assignedTask.assignedPorts.get('http') ?? 0));
    const free = offer?.portRanges.flatMap(([first, last]) =>
      Array.from({ length: last - first + 1 }, (_, i) => first + i),
    );
    const all = [31000, 31001, 31002, 31003, 31004, 32000];
    expect(free).toEqual(all.filter((port) => !used.has(port)));
    rig.scheduler.startMaintenance(['h1']);
    expect(rig.scheduler.offers()).toHaveLength(1);
    rig.scheduler.drainHosts(['h1']);
    expect(rig.scheduler.offers()).toEqual([]);
  });
});
