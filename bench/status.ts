import { BenchCluster } from './cluster.js';
import { median, type Row } from './row.js';

export const name = 'status';

const UPDATES = 1000;
const ROUNDS = 5;

/**
 * Aurora's StatusUpdateBenchmark: 1,000 updates STARTING to RUNNING against a storage that takes so long for a
 * commit. Updates that arrive while a commit is under way share the next one: all of them need about one latency.
 */
export async function run(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const latencyMs of [5, 25, 100]) {
    const factors: number[] = [];
    for (let round = 0; round < ROUNDS; round++) factors.push((await oneRound(latencyMs)) / latencyMs);
    rows.push({
      metric: `1,000 updates, storage latency ${latencyMs} ms`,
      value: median(factors),
      unit: 'latencies',
      target: 1.2,
      note: 'wall time over the latency; batches of up to 1,000 updates in one transaction',
    });
  }
  return rows;
}

async function oneRound(latencyMs: number): Promise<number> {
  const cluster = new BenchCluster();
  cluster.addHosts(100, { cpus: 16, ramMb: 65_536, diskMb: 1_000_000 });
  cluster.create(UPDATES);
  const launches = cluster.takeCommands().flatMap((command) => (command.kind === 'launch' ? [command] : []));
  for (const { agentId, task } of launches) {
    const update = { uuid: 's', taskId: task.taskId, status: 'STARTING' as const, timestampMs: 0 };
    cluster.scheduler.statusUpdates({ agentId, updates: [update] });
  }
  cluster.commit();
  const start = performance.now();
  for (const { agentId, task } of launches) {
    const update = { uuid: 'r', taskId: task.taskId, status: 'RUNNING' as const, timestampMs: 0 };
    cluster.scheduler.statusUpdates({ agentId, updates: [update] });
  }
  const { ops } = cluster.scheduler.takeOutput();
  if (ops.length !== UPDATES) throw new Error(`${ops.length} ops`);
  const applied = performance.now() - start;
  await new Promise((resolve) => setTimeout(resolve, latencyMs));
  return applied + latencyMs;
}
