import { recoverStore } from '../src/storage/recover.js';
import type { TaskConfig } from '../src/model/task-config.js';
import { BenchCluster, cpuSeconds, limit, resourcesOf } from './cluster.js';
import { withStore } from './durable.js';
import { median, type Row } from './row.js';

export const name = 'k8s-basic';

interface Case {
  readonly title: string;
  readonly tasks: number;
  readonly jobs: number;
  readonly published?: number;
  readonly task: Partial<TaskConfig>;
}

const NODES = 5000;
const CASES: readonly Case[] = [
  { title: 'basic', tasks: 10_000, jobs: 10, published: 680, task: {} },
  { title: 'basic', tasks: 50_000, jobs: 50, published: 680, task: {} },
  {
    title: 'topology spreading (rack limit)',
    tasks: 5000,
    jobs: 5,
    published: 460,
    task: { constraints: [limit('rack', 2)] },
  },
  {
    title: 'anti-affinity (host limit 1)',
    tasks: 5000,
    jobs: 1,
    published: 60,
    task: { constraints: [limit('host', 1)] },
  },
];

const ROUNDS = 5;

/** Kubernetes' scheduling benchmarks on 5,000 nodes, every placement durable; the first round only warms up. */
export async function run(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const kind of CASES) {
    const { title, tasks, published } = kind;
    const rates: number[] = [];
    for (let round = 0; round <= ROUNDS; round++) rates.push(await oneRound(kind));
    const rate = median(rates.slice(1));
    rows.push({
      metric: `${title}: ${tasks} tasks, ${NODES} nodes`,
      value: rate,
      unit: 'tasks/s',
      ...(published !== undefined && {
        peer: "Kubernetes' published threshold (with network and etcd)",
        peerValue: published,
      }),
      target: 20_000,
    });
  }
  return rows;
}

function oneRound({ tasks, jobs, task }: Case): Promise<number> {
  return withStore((open) => {
    const persistence = open();
    const cluster = new BenchCluster({}, recoverStore(persistence), persistence);
    cluster.addHosts(NODES, { cpus: 32, ramMb: 262_144, diskMb: 1_000_000, perRack: 5 });
    const seconds = cpuSeconds(() => {
      for (let job = 0; job < jobs; job++) {
        cluster.submit(`pods${job}`, tasks / jobs, { resources: resourcesOf(0.1, 500, 100), ...task });
        cluster.commit();
      }
      while (cluster.launched < tasks) {
        const before = cluster.launched;
        cluster.settle(5);
        if (cluster.launched === before) throw new Error(`stuck at ${before} of ${tasks}`);
        cluster.takeCommands();
      }
    });
    persistence.close();
    return tasks / seconds;
  });
}
