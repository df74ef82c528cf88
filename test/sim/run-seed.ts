import { createHash } from 'node:crypto';
import { below, seededRandom, type Random } from '../../src/base/random.js';
import type { JobConfiguration } from '../../src/model/job-configuration.js';
import { formatJobKey, type JobKey } from '../../src/model/job-key.js';
import { ACTIVE_STATES, AGENT_ASSIGNED_STATES, type ScheduledTask } from '../../src/model/scheduled-task.js';
import type { Constraint, TaskConfig } from '../../src/model/task-config.js';
import { toAmounts } from '../../src/scheduler/amounts.js';
import { checkInvariants, checkPreemption } from '../../src/scheduler/invariants.js';
import { CALM } from '../../src/scheduler/simulation/network.js';
import { agentIdOf, SimulatedCluster } from '../../src/scheduler/simulation/simulated-cluster.js';
import type { TaskBehaviour } from '../../src/scheduler/simulation/virtual-agent.js';
import type { Op } from '../../src/storage/op.js';
import { stateDigest } from '../../src/storage/snapshot.js';

export interface RunSize {
  readonly agents: number;
  readonly jobs: number;
  /** Things that go wrong or are asked for, one after another. */
  readonly actions: number;
}

export const SHORT: RunSize = { agents: 4, jobs: 6, actions: 20 };
export const LONG: RunSize = { agents: 50, jobs: 30, actions: 120 };

export interface RunResult {
  readonly seed: number;
  readonly violations: readonly string[];
  /** Of every change of every task's state: equal seeds give equal traces. */
  readonly trace: string;
  readonly simulatedMs: number;
  readonly schedulerLives: number;
  readonly commits: number;
}

export interface RunOptions {
  readonly size?: RunSize;
  readonly sabotage?: (ops: readonly Op[]) => readonly Op[];
}

/** One seed: a cluster, faults and users for a while, then peace, then the question whether all is well. */
export function runSeed(seed: number, options: RunOptions = {}): RunResult {
  return new SeededRun(seed, options).run();
}

/** What the users were promised: instances that must exist, by job. */
interface Promise {
  readonly job: JobConfiguration;
  /** Undefined: the scheduler died before it answered; both outcomes are right, but only whole. */
  present: boolean | undefined;
}

const AGENT = { cpus: 8, ramMb: 8192, diskMb: 16_384, gpus: 0, portRanges: [[31000, 31019]] as const };
const ROLES = ['www-data', 'ads', 'gis'];
const MINUTE = 60_000;

class SeededRun {
  readonly #size: RunSize;
  readonly #random: Random;
  readonly #cluster: SimulatedCluster;
  readonly #hash = createHash('sha256');
  readonly #violations: string[] = [];
  readonly #promises = new Map<string, Promise>();
  readonly #lives = new Map<string, number>();
  #schedulerLives = 0;

  constructor(
    private readonly seed: number,
    options: RunOptions,
  ) {
    this.#size = options.size ?? SHORT;
    this.#random = seededRandom(seed ^ 0x1234567);
    this.#cluster = new SimulatedCluster({
      seed,
      options: {
        agentPingIntervalMs: 15_000,
        preemptionDelayMs: 30_000,
        preemptionSlotSearchInitialDelayMs: 20_000,
        offerOrder: [(['RANDOM', 'CPU', 'BEST_FIT'] as const)[seed % 3] ?? 'RANDOM'],
      },
      behaviour: (task, random) => this.#behaviour(task.task, random),
      onTaskChange: (task, from) => {
        this.#observe(task, from);
      },
      retryMs: 5000,
      ...(options.sabotage && { sabotage: options.sabotage }),
    });
  }

  run(): RunResult {
    const cluster = this.#cluster;
    this.#startScheduler();
    for (let i = 0; i < this.#size.agents; i++) this.#addAgent(`h${i}`, i);
    cluster.clock.advance(50);
    for (const role of ROLES) {
      cluster.call((scheduler) =>
        scheduler.setQuota(role, { resources: [{ numCpus: 6 }, { ramMb: 8192 }, { diskMb: 8192 }] }),
      );
    }
    this.#makeFaults();
    for (let i = 0; i < this.#size.actions && this.#violations.length === 0; i++) {
      this.#act(i);
      cluster.clock.advance(this.#random.next() * ([100, 3000, 45_000][below(this.#random, 3)] ?? 100));
      this.#check();
    }
    this.#makePeace();
    // Twice the longest time-out, and a flapping penalty on top.
    for (let i = 0; i < 8; i++) cluster.clock.advance(2 * MINUTE);
    this.#check();
    this.#checkConverged();
    cluster.crashScheduler();
    this.#hash.update(stateDigest(cluster.store));
    return {
      seed: this.seed,
      violations: this.#violations,
      trace: this.#hash.digest('hex'),
      simulatedMs: cluster.clock.monotonicMs(),
      schedulerLives: this.#schedulerLives,
      commits: cluster.commits,
    };
  }

  #startScheduler(): void {
    if (this.#cluster.scheduler) return;
    this.#schedulerLives += 1;
    this.#cluster.startScheduler();
    this.#checkPromises();
  }

  #addAgent(host: string, index: number): void {
    this.#lives.set(host, 0);
    const attributes = [{ name: 'rack', values: [`r${index % 3}`] }];
    if (index === 3) attributes.push({ name: 'dedicated', values: ['ads/db'] });
    this.#cluster.addAgent({ agentId: agentIdOf(host, 0), host, attributes, resources: AGENT });
  }

  #makeFaults(): void {
    const rough = this.#random.next() < 0.8;
    if (!rough) return;
    this.#cluster.network.faults = {
      drop: this.#random.next() * 0.1,
      duplicate: this.#random.next() * 0.05,
      minDelayMs: 1,
      maxDelayMs: [10, 1000, 60_000][below(this.#random, 3)] ?? 10,
    };
  }

  #act(index: number): void {
    const cluster = this.#cluster;
    const agent = [...cluster.agents.values()][below(this.#random, cluster.agents.size)];
    const host = agent?.host ?? '';
    if (index < this.#size.jobs) this.#create(index);
    switch (below(this.#random, 14)) {
      case 0:
        cluster.crashScheduler();
        break;
      case 1:
        cluster.crashAtCommit = 'before';
        break;
      case 2:
        cluster.crashAtCommit = 'after';
        break;
      case 3:
        agent?.crash();
        break;
      case 4:
        this.#destroy(host);
        break;
      case 5:
        cluster.network.cut(host, 'toScheduler', 'toAgent');
        break;
      case 6:
        cluster.network.cut(host, this.#random.next() < 0.5 ? 'toScheduler' : 'toAgent');
        break;
      case 7:
        cluster.network.heal();
        break;
      case 8:
        cluster.clock.jumpWall((this.#random.next() - 0.5) * 10 * MINUTE);
        break;
      case 9:
        if (cluster.scheduler) cluster.snapshot();
        break;
      case 10:
        cluster.call((scheduler) => scheduler.drainHosts([host]));
        break;
      case 11:
        cluster.call((scheduler) => scheduler.endMaintenance([...cluster.agents.keys()]));
        break;
      case 12:
        this.#kill();
        break;
      default:
        this.#restart();
    }
    // Whatever died is started again, mostly.
    if (this.#random.next() < 0.7) this.#startScheduler();
    for (const other of cluster.agents.values()) if (!other.alive && this.#random.next() < 0.5) other.start();
  }

  #destroy(host: string): void {
    const life = (this.#lives.get(host) ?? 0) + 1;
    this.#lives.set(host, life);
    this.#cluster.agents.get(host)?.destroy(agentIdOf(host, life));
  }

  #create(index: number): void {
    const job = this.#randomJob(index);
    const key = formatJobKey(job.key);
    const up = this.#cluster.scheduler !== undefined;
    const reply = this.#cluster.call((scheduler) => scheduler.createJob(job, 'user'));
    if (reply?.code === 'OK') this.#promises.set(key, { job, present: true });
    else if (!reply && up) this.#promises.set(key, { job, present: undefined });
  }

  #kill(): void {
    const promise = [...this.#promises.values()][below(this.#random, this.#promises.size || 1)];
    if (promise?.present !== true) return;
    const up = this.#cluster.scheduler !== undefined;
    const reply = this.#cluster.call((scheduler) =>
      scheduler.killTasks(promise.job.key, undefined, undefined, 'user'),
    );
    if (reply) promise.present = false;
    else if (up) promise.present = undefined;
  }

  #restart(): void {
    const promise = [...this.#promises.values()][below(this.#random, this.#promises.size || 1)];
    if (promise?.present !== true) return;
    this.#cluster.call((scheduler) => scheduler.restartShards(promise.job.key, [0], 'user'));
  }

  #randomJob(index: number): JobConfiguration {
    const random = this.#random;
    const role = ROLES[below(random, ROLES.length)] ?? 'ads';
    const key: JobKey = { role, environment: 'prod', name: `job${index}` };
    const constraints: Constraint[] = [];
    const dice = below(random, 8);
    if (dice === 0) constraints.push({ name: 'host', constraint: { limit: { limit: 1 } } });
    if (dice === 1) constraints.push({ name: 'rack', constraint: { limit: { limit: 1 } } });
    if (dice === 2)
      constraints.push({ name: 'rack', constraint: { value: { negated: true, values: ['r1'] } } });
    if (dice === 3 && role === 'ads')
      constraints.push({ name: 'dedicated', constraint: { value: { negated: false, values: ['ads/db'] } } });
    const production = random.next() < 0.3;
    const partition = below(random, 4);
    const taskConfig: TaskConfig = {
      job: key,
      isService: random.next() < 0.7,
      priority: below(random, 3),
      maxTaskFailures: below(random, 3) - 1,
      tier: production ? 'preferred' : 'preemptible',
      resources: [
        { numCpus: 1 + below(random, 3) },
        { ramMb: 512 },
        { diskMb: 128 },
        ...(random.next() < 0.5 ? [{ namedPort: 'http' }] : []),
      ],
      constraints,
      executorConfig: { name: 'AuroraExecutor', data: '{}' },
      ...(partition === 0 && { partitionPolicy: { reschedule: true, delaySecs: 120 } }),
      container: { mesos: {} },
    };
    return { key, taskConfig, instanceCount: 1 + below(random, 4) };
  }

  #behaviour(config: TaskConfig, random: Random): TaskBehaviour {
    const base = {
      startingMs: 5 + random.next() * 50,
      runningMs: 100 + random.next() * 1000,
      killMs: 20 + random.next() * 2000,
    };
    const dice = random.next();
    if (dice < 0.05) return { ...base, end: { afterMs: random.next() * 90_000, status: 'FAILED' } };
    if (!config.isService)
      return { ...base, end: { afterMs: random.next() * 5 * MINUTE, status: 'FINISHED' } };
    return base;
  }

  #observe(task: ScheduledTask, from: string | undefined): void {
    const { taskId, slaveHost } = task.assignedTask;
    this.#hash.update(`${taskId} ${from ?? ''} ${task.status} ${slaveHost ?? ''}\n`);
    if (task.status !== 'PREEMPTING') return;
    const favored = /in favor of (\S+)/.exec(task.taskEvents.at(-1)?.message ?? '')?.[1];
    const other = favored === undefined ? undefined : this.#cluster.store.task(favored);
    if (other) this.#violated(...checkPreemption(task, other).map(({ message }) => `I12 ${message}`));
  }

  #check(): void {
    const totals = new Map<string, ReturnType<typeof toAmounts>>();
    for (const agent of this.#cluster.agents.values())
      totals.set(agent.agentId, toAmounts({ ...AGENT, ports: 20 }));
    for (const { invariant, message } of checkInvariants(this.#cluster.store, { totals }))
      this.#violated(`${invariant} ${message}`);
    this.#checkBooks();
  }

  /** I13: what the scheduler derived step by step is what the state says. */
  #checkBooks(): void {
    for (const state of this.#cluster.scheduler?.agentStates() ?? []) {
      let cpus = 0;
      let tasks = 0;
      for (const { task, config } of this.#cluster.store.entriesOfHost(state.host)) {
        if (task.assignedTask.slaveId !== state.agentId || !AGENT_ASSIGNED_STATES.has(task.status)) continue;
        tasks += 1;
        for (const resource of config.config.resources) if ('numCpus' in resource) cpus += resource.numCpus;
      }
      if (tasks !== state.tasks || cpus !== state.allocated.cpus)
        this.#violated(
          `I13 agent ${state.agentId} is booked with ${state.tasks} tasks, ${state.allocated.cpus} cpus, and has ${tasks}, ${cpus}`,
        );
    }
  }

  /** I1 and I2: after a restart, acknowledged jobs are there and others are whole or absent. */
  #checkPromises(): void {
    for (const [key, promise] of this.#promises) {
      const entries = [...this.#cluster.store.entriesOfJob(key)];
      const instances = new Set(entries.map(({ task }) => task.assignedTask.instanceId)).size;
      if (promise.present === undefined) {
        const active = entries.some(
          ({ task }) => ACTIVE_STATES.has(task.status) && task.status !== 'KILLING',
        );
        if (instances !== 0 && instances !== promise.job.instanceCount && active)
          this.#violated(`I2 ${key} has ${instances} of ${promise.job.instanceCount} instances`);
        promise.present = active;
      } else if (promise.present && instances !== promise.job.instanceCount) {
        this.#violated(
          `I1 ${key} was acknowledged and has ${instances} of ${promise.job.instanceCount} instances`,
        );
      }
    }
  }

  #makePeace(): void {
    const cluster = this.#cluster;
    cluster.network.faults = CALM;
    cluster.network.heal();
    cluster.crashAtCommit = undefined;
    this.#startScheduler();
    for (const agent of cluster.agents.values()) if (!agent.alive) agent.start();
    // Messages under way may take a minute yet.
    cluster.clock.advance(MINUTE);
    cluster.call((scheduler) => scheduler.endMaintenance([...cluster.agents.keys()]));
  }

  /** I7, and I3 on the agents: services have their instances, and nothing runs that should not. */
  #checkConverged(): void {
    const { store, agents } = this.#cluster;
    for (const [key, { job, present }] of this.#promises) {
      const active = [...store.entriesOfJob(key)].filter(({ task }) => ACTIVE_STATES.has(task.status));
      if (present === false && active.length > 0)
        this.#violated(`I7 ${key} was killed and still has ${active.map(({ task }) => task.status).join()}`);
      if (present !== true || !job.taskConfig.isService) continue;
      if (active.length !== job.instanceCount)
        this.#violated(`I7 ${key} has ${active.length} of ${job.instanceCount} instances`);
      for (const { task } of active) {
        if (task.status === 'RUNNING' || task.status === 'THROTTLED') continue;
        if (task.status === 'PENDING' && this.#isStuck(task)) continue;
        if (task.status === 'ASSIGNED' || task.status === 'STARTING') continue;
        this.#violated(`I7 ${task.assignedTask.taskId} is ${task.status}`);
      }
    }
    for (const agent of agents.values()) {
      for (const taskId of agent.liveTasks()) {
        const task = store.task(taskId);
        if (!task || !AGENT_ASSIGNED_STATES.has(task.status) || task.assignedTask.slaveId !== agent.agentId)
          this.#violated(`I3 ${taskId} runs on ${agent.agentId} and is ${task?.status ?? 'unknown'}`);
      }
    }
  }

  /** Waits with a reason: no host fits. */
  #isStuck(task: ScheduledTask): boolean {
    const reply = this.#cluster.scheduler?.getPendingReason({ taskIds: [task.assignedTask.taskId] });
    return reply?.value?.[0]?.reason !== '';
  }

  #violated(...messages: string[]): void {
    this.#violations.push(...messages);
  }
}
