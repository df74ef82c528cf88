import { FakeClock } from '../../src/base/clock.js';
import { seededRandom } from '../../src/base/random.js';
import type { AgentRegistration } from '../../src/model/agent-protocol.js';
import type { AgentResources } from '../../src/model/resources.js';
import type { JobConfiguration } from '../../src/model/job-configuration.js';
import type { JobKey } from '../../src/model/job-key.js';
import type { ScheduledTask, ScheduleStatus } from '../../src/model/scheduled-task.js';
import type { Constraint, Resource, TaskConfig } from '../../src/model/task-config.js';
import type { SchedulerOptions } from '../../src/scheduler/options.js';
import type { Command } from '../../src/scheduler/output.js';
import { Scheduler } from '../../src/scheduler/scheduler.js';
import type { CoordinatorQuestion } from '../../src/scheduler/sla-coordinator.js';
import { MemoryPersistence } from '../../src/storage/memory-persistence.js';
import { recoverStore } from '../../src/storage/recover.js';
import type { Store } from '../../src/storage/store.js';

export const KEY: JobKey = { role: 'www-data', environment: 'prod', name: 'hello' };
export const USER = 'kim';

/** A scheduler on a fake clock, its output committed to memory at once, commands kept for the test. */
export class ClusterRig {
  readonly clock = new FakeClock();
  readonly random = seededRandom(7);
  readonly persistence = new MemoryPersistence();
  readonly changes: Array<readonly [taskId: string, status: ScheduleStatus]> = [];
  readonly questions: CoordinatorQuestion[] = [];
  commands: Command[] = [];
  store!: Store;
  scheduler!: Scheduler;
  #uuid = 0;

  constructor(private readonly options: Partial<SchedulerOptions> = {}) {
    this.restart();
  }

  /** As after a kill -9: memory is gone, what was committed is not. */
  restart(): void {
    (this.scheduler as Scheduler | undefined)?.stop();
    this.store = recoverStore(this.persistence);
    this.scheduler = new Scheduler({
      clock: this.clock,
      random: this.random,
      store: this.store,
      options: this.options,
      wake: () => {
        this.flush();
      },
      askCoordinator: (question) => this.questions.push(question),
      onTaskChange: (task) => this.changes.push([task.assignedTask.taskId, task.status]),
    });
    this.scheduler.start();
    this.flush();
  }

  flush(): void {
    const { ops, commands } = this.scheduler.takeOutput();
    this.persistence.persist(ops);
    this.commands.push(...commands);
  }

  takeCommands(): Command[] {
    this.flush();
    const { commands } = this;
    this.commands = [];
    return commands;
  }

  advance(ms: number): void {
    this.flush();
    this.clock.advance(ms);
    this.flush();
  }

  /** Advances while every agent of the pool keeps sending heartbeats. */
  live(ms: number): void {
    for (let left = ms; left > 0; left -= 10_000) {
      this.advance(Math.min(left, 10_000));
      for (const agent of this.scheduler.agentStates())
        if (agent.status === 'REGISTERED') this.heartbeat(agent.agentId, this.#tasksOn(agent.agentId));
    }
  }

  /** The agent says that it lives, and runs these. */
  heartbeat(agentId: string, taskIds: readonly string[]): void {
    const tasks = taskIds.map((taskId) => ({ taskId, usage: NO_USAGE }));
    this.scheduler.agentHeartbeat({ agentId, usage: NO_USAGE, tasks });
    this.flush();
  }

  #tasksOn(agentId: string): string[] {
    return this.scheduler
      .getTasks({ statuses: ['STARTING', 'RUNNING'] })
      .filter(({ assignedTask }) => assignedTask.slaveId === agentId)
      .map(({ assignedTask }) => assignedTask.taskId);
  }

  register(host: string, changes: Partial<AgentRegistration> = {}): void {
    this.scheduler.agentRegistered(registration(host, changes));
    this.flush();
  }

  report(task: ScheduledTask | undefined, status: ScheduleStatus, message?: string): void {
    if (!task) throw new Error('no such task');
    const { taskId, slaveId } = task.assignedTask;
    this.scheduler.statusUpdates({
      agentId: slaveId ?? '',
      updates: [
        {
          uuid: `u${this.#uuid++}`,
          taskId,
          status,
          timestampMs: this.clock.nowMs(),
          ...(message !== undefined && { message }),
        },
      ],
    });
    this.flush();
  }

  create(job: JobConfiguration = jobOf(taskOf())): void {
    const reply = this.scheduler.createJob(job, USER);
    if (reply.code !== 'OK') throw new Error(reply.messages.join());
    this.advance(5);
  }

  /** Stored tasks of the job, by instance, then in order of making. */
  tasks(key: JobKey = KEY): ScheduledTask[] {
    return this.scheduler
      .getTasks({ jobKeys: [key] })
      .toSorted((a, b) => a.assignedTask.instanceId - b.assignedTask.instanceId);
  }

  active(key: JobKey = KEY): ScheduledTask[] {
    return this.tasks(key).filter((task) => !['FINISHED', 'FAILED', 'KILLED', 'LOST'].includes(task.status));
  }

  statuses(key: JobKey = KEY): ScheduleStatus[] {
    return this.tasks(key).map((task) => task.status);
  }

  runAll(key: JobKey = KEY): void {
    for (const task of this.active(key)) if (task.status === 'ASSIGNED') this.report(task, 'RUNNING');
  }
}

export const NO_USAGE = { cpus: 0, ramBytes: 0, diskBytes: 0, processes: 0, threads: 0 };

export const AGENT_RESOURCES: AgentResources = {
  cpus: 4,
  ramMb: 4096,
  diskMb: 8192,
  gpus: 0,
  portRanges: [[31000, 31009]],
};

export function registration(host: string, changes: Partial<AgentRegistration> = {}): AgentRegistration {
  return {
    agentId: `agent-${host}`,
    host,
    attributes: [{ name: 'rack', values: [`rack-${host}`] }],
    resources: AGENT_RESOURCES,
    pid: 1,
    socketPath: `/${host}.sock`,
    tasks: [],
    ...changes,
  };
}

export function resourcesOf(cpus: number, ramMb: number, diskMb: number, ...ports: string[]): Resource[] {
  return [{ numCpus: cpus }, { ramMb }, { diskMb }, ...ports.map((namedPort) => ({ namedPort }))];
}

export function taskOf(changes: Partial<TaskConfig> = {}): TaskConfig {
  return {
    job: KEY,
    isService: true,
    priority: 0,
    maxTaskFailures: 1,
    resources: resourcesOf(1, 128, 128),
    constraints: [],
    executorConfig: { name: 'AuroraExecutor', data: '{}' },
    container: { mesos: {} },
    ...changes,
  };
}

export function jobOf(taskConfig: TaskConfig, instanceCount = 1): JobConfiguration {
  return { key: taskConfig.job, taskConfig, instanceCount };
}

export function limit(name: string, count: number): Constraint {
  return { name, constraint: { limit: { limit: count } } };
}

export function value(name: string, values: string[], negated = false): Constraint {
  return { name, constraint: { value: { negated, values } } };
}
