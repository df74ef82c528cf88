import { describe, expect, test } from '@jest/globals';
import { below, seededRandom } from '../../src/base/random.js';
import { noAmounts, type Amounts } from '../../src/scheduler/amounts.js';
import { Host, hostAttributes } from '../../src/scheduler/host.js';
import { HostIndex } from '../../src/scheduler/host-index.js';
import { DEFAULT_OPTIONS } from '../../src/scheduler/options.js';
import { findVetoes, type Place } from '../../src/scheduler/scheduling-filter.js';
import { toTaskRequest } from '../../src/scheduler/task-request.js';
import { DEFAULT_TIERS } from '../../src/scheduler/tiers.js';
import { totalScore, vetoGroup } from '../../src/scheduler/veto.js';
import type { TaskConfig } from '../../src/model/task-config.js';
import { AGENT_RESOURCES, limit, registration, resourcesOf, taskOf, value } from './cluster-rig.js';

const FREE: Amounts = { ...noAmounts(), cpuMilli: 300, ramMb: 1024, diskMb: 1024, ports: 2 };

function vetoes(
  task: Partial<TaskConfig>,
  place: Partial<Place> = {},
  counts: Readonly<Record<string, number>> = {},
) {
  return findVetoes(
    toTaskRequest(taskOf({ resources: resourcesOf(0.3, 16, 16), ...task }), DEFAULT_OPTIONS, DEFAULT_TIERS),
    { attributes: hostAttributes('h', [{ name: 'rack', values: ['a', 'b'] }]), mode: 'NONE', ...place },
    FREE,
    (attribute, text) => counts[`${attribute}=${text}`] ?? 0,
  );
}

function reasons(...of: Parameters<typeof vetoes>): string[] {
  return vetoes(...of).map(({ reason }) => reason);
}

describe('vetoes', () => {
  test('a third of a core fits three times into one, to the last thousandth', () => {
    expect(reasons({})).toEqual([]);
    expect(reasons({ resources: resourcesOf(0.1 + 0.2, 16, 16) })).toEqual([]);
    expect(reasons({ resources: resourcesOf(0.301, 16, 16) })).toEqual(['Insufficient: CPU']);
  });

  test('all missing resources are named, with the distance', () => {
    const all = vetoes({
      resources: [...resourcesOf(16.3, 1024 + 24_576, 1024 + 46_080, 'a', 'b', 'c'), { numGpus: 1 }],
    });
    expect(all.map(({ reason, score }) => [reason, score])).toEqual([
      ['Insufficient: CPU', 1000],
      ['Insufficient: RAM', 1000],
      ['Insufficient: disk', 100],
      ['Insufficient: ports', 1],
      ['Insufficient: GPU', 250],
    ]);
    expect([vetoGroup(all), totalScore(all)]).toEqual(['STATIC', 2351]);
  });

  test('value constraints: any value of the host may match, a missing attribute matches nothing', () => {
    expect(reasons({ constraints: [value('rack', ['b', 'x'])] })).toEqual([]);
    expect(reasons({ constraints: [value('rack', ['x'])] })).toEqual(['Constraint not satisfied: rack']);
    expect(reasons({ constraints: [value('rack', ['x'], true)] })).toEqual([]);
    expect(reasons({ constraints: [value('rack', ['a'], true)] })).toEqual([
      'Constraint not satisfied: rack',
    ]);
    expect(reasons({ constraints: [value('zone', ['a'])] })).toEqual(['Constraint not satisfied: zone']);
    expect(reasons({ constraints: [value('zone', ['a'], true)] })).toEqual([]);
    expect(reasons({ constraints: [value('host', ['h'])] })).toEqual([]);
  });

  test('limits count every value of the host', () => {
    const task = { constraints: [limit('rack', 2)] };
    expect(reasons(task, {}, { 'rack=a': 1, 'rack=b': 1 })).toEqual([]);
    expect(reasons(task, {}, { 'rack=b': 2 })).toEqual(['Limit not satisfied: rack']);
    expect(vetoGroup(vetoes(task, {}, { 'rack=b': 2 }))).toBe('DYNAMIC');
    expect(reasons({ constraints: [limit('zone', 1)] })).toEqual(['Constraint not satisfied: zone']);
  });

  test('the first stage that fails answers alone: dedicated, maintenance, values, limits, resources', () => {
    const dedicated = { attributes: hostAttributes('h', [{ name: 'dedicated', values: ['www-data/db'] }]) };
    const greedy = { resources: resourcesOf(99, 16, 16) };
    expect(reasons(greedy, { ...dedicated, mode: 'DRAINED' })).toEqual(['Host is dedicated']);
    expect(reasons({ ...greedy, constraints: [value('dedicated', ['www-data/other'])] }, dedicated)).toEqual([
      'Constraint not satisfied: dedicated',
    ]);
    expect(reasons({ constraints: [value('dedicated', ['www-data/db'])] }, dedicated)).toEqual([]);
    expect(reasons(greedy, { mode: 'DRAINING' })).toEqual(['Host draining for maintenance']);
    expect(reasons(greedy, { mode: 'DRAINED' })).toEqual(['Host drained for maintenance']);
    expect(reasons({ ...greedy, constraints: [limit('rack', 0), value('rack', ['x'])] })).toEqual([
      'Constraint not satisfied: rack',
    ]);
    expect(reasons({ ...greedy, constraints: [limit('rack', 0)] })).toEqual(['Limit not satisfied: rack']);
  });

  test("an executor's share is part of what is asked for", () => {
    const options = { ...DEFAULT_OPTIONS, thermosExecutorCpu: 0.25, thermosExecutorRamMb: 128 };
    const { amounts } = toTaskRequest(taskOf(), options, DEFAULT_TIERS);
    expect([amounts.cpuMilli, amounts.ramMb]).toEqual([1250, 256]);
  });
});

describe('the index of hosts', () => {
  test('finds what a look at every host finds, through any history of changes', () => {
    const random = seededRandom(11);
    const index = new HostIndex(1, (host, keys) => {
      keys[0] = host.free.cpuMilli;
    });
    const hosts: Host[] = [];
    const all = (): Host[] => hosts.filter((host) => host.slot >= 0);
    for (let step = 0; step < 600; step++) {
      const dice = below(random, 10);
      const some = hosts[below(random, hosts.length || 1)];
      if (dice < 2 || !some) {
        const host = new Host(
          registration(`h${step}`, {
            resources: {
              ...AGENT_RESOURCES,
              cpus: 1 + below(random, 8),
              ramMb: 512 * (1 + below(random, 8)),
            },
          }),
          'NONE',
        );
        hosts.push(host);
        index.add(host);
      } else if (dice < 3) {
        index.remove(some);
        if (random.next() < 0.5) index.add(some);
      } else if (dice < 7) {
        some.free.cpuMilli = Math.max(0, some.free.cpuMilli + 500 * (below(random, 5) - 2));
        some.free.ramMb = Math.max(0, some.free.ramMb + 256 * (below(random, 5) - 2));
        index.update(some);
      }
      const wanted = { ...noAmounts(), cpuMilli: 500 * below(random, 14), ramMb: 256 * below(random, 14) };
      const odd = (host: Host): boolean => host.name.length % 2 === step % 2;
      const expected = all()
        .filter(
          (host) => host.free.cpuMilli >= wanted.cpuMilli && host.free.ramMb >= wanted.ramMb && odd(host),
        )
        .sort((a, b) => a.free.cpuMilli - b.free.cpuMilli || a.slot - b.slot)[0];
      expect(index.find(wanted, odd)).toBe(expected);
      if (expected) expect(index.mayFit(wanted)).toBe(true);
      expect(index.size).toBe(all().length);
    }
  });
});

describe('ports', () => {
  test('are chosen within the ranges, each once, to the last', () => {
    const random = seededRandom(3);
    const ranges = [
      [31000, 31002],
      [31002, 31003],
      [5, 1],
      [65_535, 70_000],
    ] as const;
    const host = new Host(
      registration('h', { resources: { ...AGENT_RESOURCES, portRanges: ranges } }),
      'NONE',
    );
    expect(host.total.ports).toBe(4);
    const request = toTaskRequest(
      taskOf({ resources: resourcesOf(1, 1, 1, 'a', 'b') }),
      DEFAULT_OPTIONS,
      DEFAULT_TIERS,
    );
    const seen: number[] = [];
    for (const task of ['t1', 't2']) {
      const ports = host.choosePorts(request.portNames, random)?.map(([, port]) => port) ?? [];
      host.allocate(task, request, ports);
      seen.push(...ports);
    }
    expect(seen.sort()).toEqual([31000, 31001, 31002, 31003]);
    expect(host.choosePorts(['x'], random)).toBeUndefined();
    host.release('t1');
    expect(host.free.ports).toBe(2);
    expect(host.choosePorts(['x', 'y'], random)).toHaveLength(2);
  });
});
