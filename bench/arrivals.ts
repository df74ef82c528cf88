import { readFileSync } from 'node:fs';
import { FakeClock } from '../src/base/clock.js';
import { seededRandom } from '../src/base/random.js';
import type { ScheduleStatus } from '../src/model/scheduled-task.js';
import { draw, drawMb } from '../src/scheduler/simulation/distributions.js';
import { parseScenario } from '../src/scheduler/simulation/parse-scenario.js';
import type { JobSpec } from '../src/scheduler/simulation/scenario.js';
import { BenchCluster, cpuSeconds, resourcesOf } from './cluster.js';
import type { Row } from './row.js';

export const name = 'arrivals';

const AGENTS = 12_500;
const STANDING = 150_000;
const WARM_UP_JOBS = 300;
const JOBS_A_SPEED = 3000;
/** Jobs a second in the published traces' cell, about. */
const REAL_RATE = 0.75;
/** A task reports STARTING and RUNNING within a second of its launch, and is killed within so many seconds. */
const START_MS = 1000;
const LIFE_MS = 10_000;

/**
 * Google-trace-like arrivals on 12,500 agents that hold 150,000 tasks: jobs arrive at the trace's rate and at 300
 * times it. Their tasks report, are killed and end, each in a message of its own, and all that work is done by the
 * same scheduler in order of arrival. The delay of a job is from its arrival until the launches of all its tasks are
 * ordered: its wait for a busy scheduler and the time to place it. Times are the smaller of wall and CPU time: on a
 * busy machine the one counts other processes, and the other counts the garbage collector's helper threads.
 */
export async function run(): Promise<Row[]> {
  const parsed = parseScenario(readFileSync('configs/scenarios/google-trace-like.yaml', 'utf8'));
  const shape = parsed.ok ? parsed.value.scenario.jobs?.[1] : undefined;
  if (!shape) throw new Error('the scenario has no stream of jobs');
  const cluster = new BenchCluster();
  cluster.addHosts(AGENTS, { cpus: 32, ramMb: 131_072, diskMb: 1_000_000, perRack: 40 });
  for (let job = 0; job < 150; job++)
    cluster.create(STANDING / 150, { resources: resourcesOf(1, 1024, 256) });
  cluster.takeCommands();
  new Arrivals(cluster, shape, 100 * REAL_RATE).run(WARM_UP_JOBS);
  const rows: Row[] = [];
  for (const speed of [1, 300]) {
    const arrivals = new Arrivals(cluster, shape, speed * REAL_RATE);
    arrivals.run(JOBS_A_SPEED);
    const at = `${speed} times the real rate`;
    const peer = { peer: 'Firmament, published', peerValue: 1000, target: 10 };
    const { jobDelays, taskDelays } = arrivals;
    rows.push(
      { metric: `a job's placement, ${at}, p50`, value: percentile(jobDelays, 0.5), unit: 'ms' },
      { metric: `a job's placement, ${at}, p99`, value: percentile(jobDelays, 0.99), unit: 'ms', ...peer },
      {
        metric: `a task's placement, ${at}, p99`,
        value: percentile(taskDelays, 0.99),
        unit: 'ms',
        note: `until the last of its job is placed; ${taskDelays.length} tasks, the scheduler busy ${(100 * arrivals.busyShare).toFixed(1)} % of the time`,
      },
    );
  }
  return rows;
}

/** One stream of jobs: a single server that takes its work in order of arrival, on a clock of its own. */
class Arrivals {
  readonly jobDelays: number[] = [];
  readonly taskDelays: number[] = [];
  readonly #world = new FakeClock();
  readonly #random = seededRandom(3);
  #freeMs = 0;
  #busyMs = 0;

  constructor(
    private readonly cluster: BenchCluster,
    private readonly shape: JobSpec,
    private readonly jobsASecond: number,
  ) {}

  get busyShare(): number {
    return this.#busyMs / this.#world.monotonicMs();
  }

  run(jobs: number): void {
    let arrivesMs = 0;
    for (let job = 0; job < jobs; job++) {
      arrivesMs += (-1000 / this.jobsASecond) * Math.log(1 - this.#random.next());
      this.#world.after(arrivesMs, () => {
        this.#arrive();
      });
    }
    this.#world.advance(arrivesMs + START_MS + LIFE_MS);
  }

  #arrive(): void {
    const { shape } = this;
    const random = this.#random;
    const instances = Math.max(1, Math.round(draw(shape.instances ?? 1, random)));
    const cpus = Math.max(0.001, Math.round(draw(shape.cpus, random) * 1000) / 1000);
    const resources = resourcesOf(cpus, drawMb(shape.ram, random), 64);
    let job = '';
    const delayMs = this.#serve(() => {
      job = this.cluster.create(instances, { resources, isService: false });
    });
    this.jobDelays.push(delayMs);
    for (let task = 0; task < instances; task++) this.taskDelays.push(delayMs);
    for (const command of this.cluster.takeCommands()) {
      if (command.kind !== 'launch') continue;
      const { agentId, task } = command;
      const startMs = random.next() * START_MS;
      this.#world.after(startMs / 2, () => {
        this.#report(agentId, task.taskId, 'STARTING');
      });
      this.#world.after(startMs, () => {
        this.#report(agentId, task.taskId, 'RUNNING');
      });
    }
    this.#world.after(START_MS + (random.next() * LIFE_MS) / 2, () => {
      this.#end(job);
    });
  }

  #end(job: string): void {
    this.#serve(() => {
      this.cluster.kill(job);
    });
    for (const command of this.cluster.takeCommands()) {
      if (command.kind !== 'kill') continue;
      const { agentId, taskId } = command;
      this.#world.after(1 + (this.#random.next() * LIFE_MS) / 2, () => {
        this.#report(agentId, taskId, 'KILLED');
      });
    }
  }

  #report(agentId: string, taskId: string, status: ScheduleStatus): void {
    this.#serve(() => {
      this.cluster.scheduler.statusUpdates({
        agentId,
        updates: [{ uuid: taskId, taskId, status, timestampMs: 0 }],
      });
      this.cluster.commit();
    });
  }

  /** Milliseconds from now until the work is done, behind all that came before. */
  #serve(work: () => void): number {
    const start = performance.now();
    const cpuMs = cpuSeconds(work) * 1000;
    const neededMs = Math.min(cpuMs, performance.now() - start);
    const nowMs = this.#world.monotonicMs();
    this.#freeMs = Math.max(this.#freeMs, nowMs) + neededMs;
    this.#busyMs += neededMs;
    return this.#freeMs - nowMs;
  }
}

function percentile(values: number[], share: number): number {
  values.sort((a, b) => a - b);
  return values[Math.floor(share * values.length)] ?? 0;
}
