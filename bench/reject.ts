import type { TaskConfig } from '../src/model/task-config.js';
import { BenchCluster, cpuSeconds, limit, resourcesOf, values } from './cluster.js';
import { median, type Row } from './row.js';

export const name = 'reject';

interface Case {
  readonly title: string;
  readonly hosts: number;
  readonly published: number;
  readonly full?: boolean;
  readonly task: Partial<TaskConfig>;
}

const SMALL = resourcesOf(0.1, 16, 16);

const CASES: readonly Case[] = [
  {
    title: 'insufficient resources',
    hosts: 1000,
    published: 3448,
    task: { resources: resourcesOf(64, 1024, 1024) },
  },
  {
    title: 'value constraint mismatch',
    hosts: 1000,
    published: 23_000,
    task: { resources: SMALL, constraints: [values('rack', 'nowhere')] },
  },
  {
    title: 'limit constraint mismatch',
    hosts: 1000,
    published: 432,
    task: { resources: SMALL, constraints: [limit('host', 0)] },
  },
  {
    title: 'cluster full',
    hosts: 10_000,
    published: 65_000,
    full: true,
    task: { resources: resourcesOf(8, 1024, 1024) },
  },
];

/** A back-off's end is a minute of the fake clock: what else happens in such a minute is not measured here. */
const WITHOUT_OTHER_TIMERS = {
  enablePreemptor: false,
  reconciliationExplicitIntervalMs: 1e12,
  reconciliationImplicitIntervalMs: 1e12,
};

const OPS_A_ROUND = 4000;
const ROUNDS = 5;

/** Aurora's benchmarks of tasks that fit nowhere: a fresh group an operation, and the same group again and again. */
export async function run(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const { title, hosts, published, full, task } of CASES) {
    const cluster = new BenchCluster(WITHOUT_OTHER_TIMERS);
    cluster.addHosts(hosts, { cpus: 8, ramMb: 16_384, diskMb: 262_144 });
    if (full === true) cluster.create(hosts, { resources: resourcesOf(8, 1024, 1024) });
    cluster.report('STARTING', 'RUNNING');
    const peer = { peer: 'Aurora, published', peerValue: published, target: 20_000 };
    rows.push({
      metric: `${title}, ${hosts} hosts, fresh group`,
      value: median(Array.from({ length: ROUNDS }, () => freshGroups(cluster, task))),
      unit: 'ops/s',
      ...peer,
      note: 'an operation: create a job of one task, evaluate it, kill it',
    });
    const same = cluster.create(1, task);
    rows.push({
      metric: `${title}, ${hosts} hosts, same group`,
      value: median(Array.from({ length: ROUNDS }, () => sameGroup(cluster))),
      unit: 'ops/s',
      ...peer,
    });
    cluster.kill(same);
  }
  return rows;
}

function freshGroups(cluster: BenchCluster, task: Partial<TaskConfig>): number {
  const before = attempts(cluster);
  const seconds = cpuSeconds(() => {
    for (let op = 0; op < OPS_A_ROUND; op++) cluster.kill(cluster.create(1, task));
  });
  const evaluated = attempts(cluster) - before;
  if (evaluated < OPS_A_ROUND) throw new Error(`${evaluated} evaluations`);
  return OPS_A_ROUND / seconds;
}

/** The back-off's end, again and again. */
function sameGroup(cluster: BenchCluster): number {
  const before = attempts(cluster);
  const seconds = cpuSeconds(() => {
    for (let op = 0; op < OPS_A_ROUND; op++) cluster.settle(60_000);
  });
  return (attempts(cluster) - before) / seconds;
}

function attempts(cluster: BenchCluster): number {
  return cluster.scheduler.stats().get('schedule_attempts_fired') ?? 0;
}
