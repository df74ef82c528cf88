import { FakeClock, type Clock } from '../src/base/clock.js';
import { seededRandom } from '../src/base/random.js';
import type { Constraint, Resource, TaskConfig } from '../src/model/task-config.js';
import type { ScheduleStatus } from '../src/model/scheduled-task.js';
import type { SchedulerOptions } from '../src/scheduler/options.js';
import type { Command } from '../src/scheduler/output.js';
import { Scheduler } from '../src/scheduler/scheduler.js';
import type { Persistence } from '../src/storage/persistence.js';
import { Store } from '../src/storage/store.js';

export interface HostShape {
  readonly cpus: number;
  readonly ramMb: number;
  readonly diskMb: number;
  readonly perRack?: number;
}

/** The scheduler alone on a fake clock, with hosts that only exist in its books. */
export class BenchCluster {
  readonly scheduler: Scheduler;
  launched = 0;
  commands: Command[] = [];
  /** After a commit that had commands. */
  onCommands: () => void = () => undefined;
  #jobs = 0;

  constructor(
    options: Partial<SchedulerOptions> = {},
    readonly store = new Store(),
    private readonly persistence?: Pick<Persistence, 'persist'>,
    readonly clock = new FakeClock(),
    schedulerClock: Clock = clock,
  ) {
    this.scheduler = new Scheduler({
      clock: schedulerClock,
      random: seededRandom(1),
      store,
      options: { agentTimeoutMs: 1e12, maxTasksPerJob: 1_000_000, allowedJobEnvironments: '.', ...options },
      wake: () => {
        this.commit();
      },
    });
    this.scheduler.start();
  }

  addHosts(count: number, shape: HostShape, prefix = 'h'): void {
    const { cpus, ramMb, diskMb, perRack = 2 } = shape;
    for (let i = 0; i < count; i++) {
      this.scheduler.agentRegistered({
        agentId: `${prefix}${i}`,
        host: `${prefix}${i}`,
        attributes: [{ name: 'rack', values: [`r${Math.floor(i / perRack)}`] }],
        resources: { cpus, ramMb, diskMb, gpus: 0, portRanges: [[31000, 31100]] },
        pid: 1,
        socketPath: '',
        tasks: [],
      });
    }
    this.commit();
    this.clock.advance(10);
  }

  /** A new job; what can be placed at once is. */
  create(instanceCount: number, changes: Partial<TaskConfig> = {}): string {
    const name = `job${this.#jobs++}`;
    this.submit(name, instanceCount, changes);
    const wanted = this.launched + instanceCount;
    // A large group is placed in several turns.
    for (let before = -1; this.launched < wanted && this.launched > before;) {
      before = this.launched;
      this.settle();
    }
    return name;
  }

  submit(name: string, instanceCount: number, changes: Partial<TaskConfig> = {}): void {
    const taskConfig = taskOf(name, changes);
    const reply = this.scheduler.createJob({ key: taskConfig.job, taskConfig, instanceCount }, 'bench');
    if (reply.code !== 'OK') throw new Error(reply.messages.join());
  }

  /** Orders the job's tasks killed; pending ones are gone at once. */
  kill(name: string): void {
    const key = { role: 'role', environment: 'prod', name };
    this.scheduler.killTasks(key, undefined, undefined, 'bench');
    this.commit();
  }

  settle(ms = 3): void {
    this.commit();
    this.clock.advance(ms);
    this.commit();
  }

  /** What the shell does with output; keeps the commands. */
  commit(): void {
    const { ops, commands } = this.scheduler.takeOutput();
    if (ops.length > 0) this.persistence?.persist(ops);
    for (const command of commands) {
      this.commands.push(command);
      if (command.kind === 'launch') this.launched += 1;
    }
    if (commands.length > 0) this.onCommands();
  }

  takeCommands(): Command[] {
    const { commands } = this;
    this.commands = [];
    return commands;
  }

  /** Every launch that was ordered is reported with these states, an agent at a time. */
  report(...statuses: readonly ScheduleStatus[]): void {
    const byAgent = new Map<string, string[]>();
    for (const command of this.takeCommands()) {
      if (command.kind !== 'launch') continue;
      const known = byAgent.get(command.agentId);
      if (known) known.push(command.task.taskId);
      else byAgent.set(command.agentId, [command.task.taskId]);
    }
    let uuid = 0;
    for (const [agentId, taskIds] of byAgent) {
      for (const status of statuses) {
        this.scheduler.statusUpdates({
          agentId,
          updates: taskIds.map((taskId) => ({ uuid: String(uuid++), taskId, status, timestampMs: 0 })),
        });
      }
    }
    this.commit();
  }
}

export function taskOf(name: string, changes: Partial<TaskConfig> = {}): TaskConfig {
  return {
    job: { role: 'role', environment: 'prod', name },
    isService: true,
    priority: 0,
    maxTaskFailures: 1,
    resources: resourcesOf(1, 1024, 1024),
    constraints: [],
    executorConfig: { name: 'AuroraExecutor', data: '{"task": {"processes": []}}' },
    container: { mesos: {} },
    ...changes,
  };
}

export function resourcesOf(cpus: number, ramMb: number, diskMb: number): Resource[] {
  return [{ numCpus: cpus }, { ramMb }, { diskMb }];
}

export function limit(name: string, count: number): Constraint {
  return { name, constraint: { limit: { limit: count } } };
}

export function values(name: string, ...wanted: string[]): Constraint {
  return { name, constraint: { value: { negated: false, values: wanted } } };
}

/** CPU seconds of this process that `work` took. */
export function cpuSeconds(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}
