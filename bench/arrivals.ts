import { readFileSync } from 'node:fs';
import { parseScenario } from '../src/scheduler/simulation/parse-scenario.js';
import { BenchCluster, resourcesOf } from './cluster.js';
import type { Row } from './row.js';
import { seededRandom } from '../src/base/random.js';
import { draw, drawMb } from '../src/scheduler/simulation/distributions.js';

export const name = 'arrivals';

const AGENTS = 12_500;
const STANDING = 150_000;
const JOBS_A_SPEED = 3000;
/** Jobs a second in the published traces' cell, about. */
const REAL_RATE = 0.75;

/**
 * Google-trace-like arrivals on 12,500 agents that hold 150,000 tasks: jobs arrive at the trace's rate and at 300
 * times it; the delay of a job is the time it waits for the scheduler plus the time to place all its tasks, measured
 * in CPU time of this process, for one scheduler that does nothing else.
 */
export async function run(): Promise<Row[]> {
  const parsed = parseScenario(readFileSync('configs/scenarios/google-trace-like.yaml', 'utf8'));
  const shape = parsed.ok ? parsed.value.scenario.jobs?.[1] : undefined;
  if (!shape) throw new Error('the scenario has no stream of jobs');
  const random = seededRandom(3);
  const cluster = new BenchCluster();
  cluster.addHosts(AGENTS, { cpus: 32, ramMb: 131_072, diskMb: 1_000_000, perRack: 40 });
  for (let job = 0; job < 150; job++)
    cluster.create(STANDING / 150, { resources: resourcesOf(1, 1024, 256) });
  cluster.takeCommands();
  const rows: Row[] = [];
  for (const speed of [1, 300]) {
    const delays: number[] = [];
    let arrivesMs = 0;
    let freeMs = 0;
    for (let job = 0; job < JOBS_A_SPEED; job++) {
      arrivesMs += (-1000 / (REAL_RATE * speed)) * Math.log(1 - random.next());
      const instances = Math.max(1, Math.round(draw(shape.instances ?? 1, random)));
      const resources = resourcesOf(
        Math.max(0.001, Math.round(draw(shape.cpus, random) * 1000) / 1000),
        drawMb(shape.ram, random),
        64,
      );
      const before = process.cpuUsage();
      const created = cluster.create(instances, { resources, isService: false });
      cluster.report('STARTING', 'RUNNING');
      const { user, system } = process.cpuUsage(before);
      freeMs = Math.max(freeMs, arrivesMs) + (user + system) / 1000;
      delays.push(freeMs - arrivesMs);
      const key = { role: 'role', environment: 'prod', name: created };
      cluster.scheduler.killTasks(key, undefined, undefined, 'bench');
      for (const command of cluster.takeCommands())
        if (command.kind === 'kill') throw new Error('not yet committed');
      finish(cluster);
    }
    delays.sort((a, b) => a - b);
    const at = (share: number): number => delays[Math.floor(share * delays.length)] ?? 0;
    rows.push({ metric: `placement delay, ${speed} times the real rate, p50`, value: at(0.5), unit: 'ms' });
    rows.push({
      metric: `placement delay, ${speed} times the real rate, p99`,
      value: at(0.99),
      unit: 'ms',
      peer: 'Firmament, published',
      peerValue: 1000,
      target: 10,
    });
  }
  return rows;
}

/** The agents report the killed tasks dead. */
function finish(cluster: BenchCluster): void {
  cluster.commit();
  for (const command of cluster.takeCommands()) {
    if (command.kind !== 'kill') continue;
    const update = { uuid: 'k', taskId: command.taskId, status: 'KILLED' as const, timestampMs: 0 };
    cluster.scheduler.statusUpdates({ agentId: command.agentId, updates: [update] });
  }
  cluster.commit();
}
