import { recoverStore } from '../src/storage/recover.js';
import { BenchCluster, cpuSeconds, resourcesOf } from './cluster.js';
import { withStore } from './durable.js';
import { collectGarbage } from './garbage.js';
import type { Row } from './row.js';

export const name = 'million';

const JOBS = 1000;
const INSTANCES = 1000;
const AGENTS = 5000;

/** 1,000 jobs of 1,000 tasks on 5,000 agents, all to RUNNING, every step durable. */
export async function run(jobs = JOBS): Promise<Row[]> {
  return withStore((open) => {
    const persistence = open();
    const cluster = new BenchCluster({}, recoverStore(persistence), persistence);
    cluster.addHosts(AGENTS, { cpus: 64, ramMb: 524_288, diskMb: 4_000_000 });
    collectGarbage();
    const before = process.memoryUsage();
    const tasks = jobs * INSTANCES;
    const seconds = cpuSeconds(() => {
      for (let job = 0; job < jobs; job++) {
        cluster.submit(`job${job}`, INSTANCES, { resources: resourcesOf(0.2, 512, 128) });
        cluster.settle(5);
        cluster.report('STARTING', 'RUNNING');
      }
    });
    const running = cluster.store.entriesInStatus('RUNNING').size;
    if (running !== tasks) throw new Error(`${running} of ${tasks} tasks run`);
    collectGarbage();
    const after = process.memoryUsage();
    const bytes = after.heapUsed + after.external - before.heapUsed - before.external;
    persistence.close();
    return [
      {
        metric: `tasks to RUNNING a CPU second (${tasks} tasks)`,
        value: tasks / seconds,
        unit: 'tasks/s',
        peer: 'Nomad C1M, published (with network)',
        peerValue: 3750,
        target: 20_000,
        note: 'created, placed, STARTING, RUNNING: four durable changes a task',
      },
      { metric: 'memory a task', value: bytes / tasks, unit: 'bytes', target: 1024 },
    ];
  });
}
