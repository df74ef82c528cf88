import { BenchCluster, cpuSeconds, resourcesOf } from './cluster.js';
import { median, type Row } from './row.js';

export const name = 'preempt';

const HOSTS = 10_000;
const PUBLISHED = new Map([
  [1, 42],
  [10, 46],
  [100, 44],
  [1000, 39],
]);
const ROUNDS = 5;
const SEARCHES = 20;

/** Aurora's PreemptorSlotSearchBenchmark: a search over a full cluster of 10,000 hosts for so many pending tasks. */
export async function run(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const [pending, peerValue] of PUBLISHED) {
    const cluster = new BenchCluster({
      preemptionDelayMs: 0,
      // Slots are found anew by each search, and nothing else happens meanwhile.
      preemptionSlotHoldTimeMs: 0,
      preemptionSlotSearchInitialDelayMs: 1000,
      preemptionSlotSearchIntervalMs: 1000,
      initialSchedulePenaltyMs: 1e9,
      maxSchedulePenaltyMs: 1e9,
      allowGpuResource: true,
    });
    cluster.addHosts(HOSTS, { cpus: 8, ramMb: 16_384, diskMb: 262_144 });
    cluster.scheduler.setQuota('role', { resources: [{ numCpus: 1e6 }, { ramMb: 1e9 }, { diskMb: 1e9 }] });
    cluster.create(HOSTS * 0.9, { resources: resourcesOf(8, 1024, 1024), tier: 'preemptible' });
    cluster.create(HOSTS * 0.1, { resources: resourcesOf(8, 1024, 1024), tier: 'preferred' });
    cluster.report('STARTING', 'RUNNING');
    cluster.submit('pending', pending, { resources: resourcesOf(6, 1024, 1024), tier: 'preferred' });
    cluster.settle();
    const rates = Array.from({ length: ROUNDS }, () => {
      const before = searches(cluster);
      const seconds = cpuSeconds(() => {
        cluster.settle(SEARCHES * 1000);
      });
      return (searches(cluster) - before) / seconds;
    });
    rows.push({
      metric: `searches for slots, ${pending} pending tasks`,
      value: median(rates),
      unit: 'ops/s',
      peer: 'Aurora, published',
      peerValue,
      target: 1000,
      note: 'a search finds up to five slots for a group',
    });
  }
  return rows;
}

function searches(cluster: BenchCluster): number {
  return cluster.scheduler.stats().get('preemptor_task_processor_runs') ?? 0;
}
