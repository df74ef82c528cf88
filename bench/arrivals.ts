import { readFileSync } from 'node:fs';
import { FakeClock, type Clock, type Timer } from '../src/base/clock.js';
import { seededRandom } from '../src/base/random.js';
import type { ScheduleStatus } from '../src/model/scheduled-task.js';
import { draw, drawMb } from '../src/scheduler/simulation/distributions.js';
import { parseScenario } from '../src/scheduler/simulation/parse-scenario.js';
import type { JobSpec } from '../src/scheduler/simulation/scenario.js';
import { Store } from '../src/storage/store.js';
import { BenchCluster, cpuSeconds, resourcesOf } from './cluster.js';
import type { Row } from './row.js';

export const name = 'arrivals';

const AGENTS = 12_500;
const STANDING = 150_000;
const SETTLED_MS = 1000;
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
 * same scheduler in the order in which the daemon would: messages as they arrive, and between them the scheduler's own
 * timers when they are due. The delay of a job is from its arrival until the launches of all its tasks are ordered: its
 * wait for a busy scheduler, the time to place it, and what the scheduler waits on purpose.
 */
export async function run(): Promise<Row[]> {
  const parsed = parseScenario(readFileSync('configs/scenarios/google-trace-like.yaml', 'utf8'));
  const shape = parsed.ok ? parsed.value.scenario.jobs?.[1] : undefined;
  if (!shape) throw new Error('the scenario has no stream of jobs');
  const server = new Server();
  const cluster = new BenchCluster({}, new Store(), undefined, server.world, server);
  cluster.addHosts(AGENTS, { cpus: 32, ramMb: 131_072, diskMb: 1_000_000, perRack: 40 });
  server.world.advance(SETTLED_MS);
  for (let job = 0; job < 150; job++) {
    cluster.submit(`standing${job}`, STANDING / 150, { resources: resourcesOf(1, 1024, 256) });
    server.world.advance(SETTLED_MS);
    cluster.report('STARTING', 'RUNNING');
  }
  if (cluster.launched < STANDING) throw new Error(`${cluster.launched} tasks stand`);
  new Arrivals(cluster, server, shape, 100 * REAL_RATE).run(WARM_UP_JOBS);
  const rows: Row[] = [];
  for (const speed of [1, 300]) {
    const arrivals = new Arrivals(cluster, server, shape, speed * REAL_RATE);
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

/**
 * The daemon's one thread on a clock of its own: what it does takes the time that it takes here, and meanwhile all else
 * waits for its turn, in order of arrival. Times are the smaller of wall and CPU time: on a busy machine the one counts
 * other processes, and the other counts the garbage collector's helper threads.
 */
class Server implements Clock {
  readonly world = new FakeClock();
  busyMs = 0;
  /** When it is done with all that it has begun. */
  #freeMs = 0;
  #startedMs: number | undefined;

  nowMs(): number {
    return Math.floor(this.world.nowMs() - this.world.monotonicMs() + this.monotonicMs());
  }

  /** The time at this point of the work. */
  monotonicMs(): number {
    return Math.max(this.#freeMs, this.world.monotonicMs()) + this.#elapsedMs();
  }

  after(delayMs: number, callback: () => void): Timer {
    return this.world.after(this.monotonicMs() - this.world.monotonicMs() + delayMs, () => {
      this.serve(callback);
    });
  }

  serve(work: () => void): void {
    const arrivedMs = Math.max(this.#freeMs, this.world.monotonicMs());
    const start = performance.now();
    this.#startedMs = start;
    const cpuMs = cpuSeconds(work) * 1000;
    const neededMs = Math.min(cpuMs, performance.now() - start);
    this.#startedMs = undefined;
    this.#freeMs = arrivedMs + neededMs;
    this.busyMs += neededMs;
  }

  #elapsedMs(): number {
    return this.#startedMs === undefined ? 0 : performance.now() - this.#startedMs;
  }
}

interface Waiting {
  readonly arrivedMs: number;
  readonly instances: number;
  left: number;
}

/** One stream of jobs, their tasks' reports and their ends. */
class Arrivals {
  readonly jobDelays: number[] = [];
  readonly taskDelays: number[] = [];
  busyShare = 0;
  readonly #random = seededRandom(3);
  readonly #waiting = new Map<string, Waiting>();

  constructor(
    private readonly cluster: BenchCluster,
    private readonly server: Server,
    private readonly shape: JobSpec,
    private readonly jobsASecond: number,
  ) {}

  run(jobs: number): void {
    const { world, busyMs } = this.server;
    const begunMs = world.monotonicMs();
    let arrivesMs = 0;
    for (let job = 0; job < jobs; job++) {
      arrivesMs += (-1000 / this.jobsASecond) * Math.log(1 - this.#random.next());
      world.after(arrivesMs, () => {
        this.#arrive(`${this.jobsASecond}-${job}`);
      });
    }
    this.cluster.onCommands = () => {
      this.#takeCommands();
    };
    world.advance(arrivesMs + START_MS + LIFE_MS);
    this.busyShare = (this.server.busyMs - busyMs) / (world.monotonicMs() - begunMs);
    if (this.#waiting.size > 0) throw new Error(`${this.#waiting.size} jobs still wait`);
  }

  #arrive(job: string): void {
    const { shape, server } = this;
    const random = this.#random;
    const instances = Math.max(1, Math.round(draw(shape.instances ?? 1, random)));
    const cpus = Math.max(0.001, Math.round(draw(shape.cpus, random) * 1000) / 1000);
    const resources = resourcesOf(cpus, drawMb(shape.ram, random), 64);
    this.#waiting.set(job, { arrivedMs: server.world.monotonicMs(), instances, left: instances });
    server.serve(() => {
      this.cluster.submit(job, instances, { resources, isService: false });
      this.cluster.commit();
    });
    server.world.after(START_MS + (random.next() * LIFE_MS) / 2, () => {
      server.serve(() => {
        this.cluster.kill(job);
      });
    });
  }

  /** Launches and kills as they are ordered; tasks report in their own time. */
  #takeCommands(): void {
    const { world } = this.server;
    const random = this.#random;
    const nowMs = this.server.monotonicMs();
    const inMs = (delayMs: number, agentId: string, taskId: string, status: ScheduleStatus): void => {
      world.after(nowMs - world.monotonicMs() + delayMs, () => {
        this.#report(agentId, taskId, status);
      });
    };
    for (const command of this.cluster.takeCommands()) {
      if (command.kind === 'launch') {
        const { agentId, task } = command;
        this.#launched(task.task.job.name, nowMs);
        const startMs = random.next() * START_MS;
        inMs(startMs / 2, agentId, task.taskId, 'STARTING');
        inMs(startMs, agentId, task.taskId, 'RUNNING');
      } else if (command.kind === 'kill') {
        inMs(1 + (random.next() * LIFE_MS) / 2, command.agentId, command.taskId, 'KILLED');
      }
    }
  }

  #launched(job: string, nowMs: number): void {
    const waiting = this.#waiting.get(job);
    if (!waiting || --waiting.left > 0) return;
    this.#waiting.delete(job);
    const delayMs = nowMs - waiting.arrivedMs;
    this.jobDelays.push(delayMs);
    for (let task = 0; task < waiting.instances; task++) this.taskDelays.push(delayMs);
  }

  #report(agentId: string, taskId: string, status: ScheduleStatus): void {
    this.server.serve(() => {
      this.cluster.scheduler.statusUpdates({
        agentId,
        updates: [{ uuid: taskId, taskId, status, timestampMs: 0 }],
      });
      this.cluster.commit();
    });
  }
}

function percentile(values: number[], share: number): number {
  values.sort((a, b) => a - b);
  return values[Math.floor(share * values.length)] ?? 0;
}
