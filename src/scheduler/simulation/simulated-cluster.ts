import { FakeClock } from '../../base/clock.js';
import { seededRandom, type Random } from '../../base/random.js';
import type { AgentDescription } from '../../model/agent-protocol.js';
import type { AssignedTask } from '../../model/scheduled-task.js';
import { MemoryPersistence } from '../../storage/memory-persistence.js';
import { recoverStore } from '../../storage/recover.js';
import { snapshotOps } from '../../storage/snapshot.js';
import type { Store } from '../../storage/store.js';
import type { Op } from '../../storage/op.js';
import type { SchedulerOptions } from '../options.js';
import type { Command, TaskChangeListener } from '../output.js';
import { Scheduler } from '../scheduler.js';
import { CALM, Network, type NetworkFaults } from './network.js';
import { VirtualAgent, type SchedulerLink, type TaskBehaviour } from './virtual-agent.js';

export interface SimulatedClusterOptions {
  readonly seed: number;
  readonly options?: Partial<SchedulerOptions>;
  readonly faults?: NetworkFaults;
  readonly behaviour: (task: AssignedTask, random: Random) => TaskBehaviour;
  readonly onTaskChange?: TaskChangeListener;
  /** Keeps what a restart needs; off for scenarios in which the scheduler never dies. */
  readonly durable?: boolean;
  /** What the disk really keeps of a transaction: for tests of the tests. */
  readonly sabotage?: (ops: readonly Op[]) => readonly Op[];
  readonly retryMs?: number;
}

/** Thrown inside a simulated scheduler at the moment it dies, caught by the cluster around it. */
class Crash extends Error {}

/**
 * The real scheduler and store, with virtual agents, on one fake clock and one seed: the same seed gives the
 * same run, event by event. It plays the part of the daemon: commits output first, then releases replies and
 * commands; a crash may strike before or after any commit.
 */
export class SimulatedCluster {
  readonly clock = new FakeClock();
  readonly random: Random;
  readonly network: Network;
  readonly agents = new Map<string, VirtualAgent>();
  readonly #persistence = new MemoryPersistence();
  #store: Store;
  #scheduler: Scheduler | undefined;
  commits = 0;
  /** Strikes at the next commit. */
  crashAtCommit: 'before' | 'after' | undefined;

  constructor(private readonly settings: SimulatedClusterOptions) {
    this.random = seededRandom(settings.seed);
    this.network = new Network(this.clock, seededRandom(settings.seed ^ 0x5bd1e995), settings.faults ?? CALM);
    this.#store = recoverStore(this.#persistence);
  }

  get store(): Store {
    return this.#store;
  }

  get scheduler(): Scheduler | undefined {
    return this.#scheduler;
  }

  startScheduler(): void {
    if (this.#scheduler) return;
    if (this.settings.durable !== false) this.#store = recoverStore(this.#persistence);
    const { onTaskChange } = this.settings;
    const scheduler = new Scheduler({
      clock: this.clock,
      random: this.random,
      store: this.#store,
      options: this.settings.options ?? {},
      wake: () => {
        this.#guard(() => {
          this.#flush();
        });
      },
      ...(onTaskChange && { onTaskChange }),
    });
    this.#scheduler = scheduler;
    scheduler.start();
    this.#guard(() => {
      this.#flush();
    });
  }

  /** As by kill -9. */
  crashScheduler(): void {
    this.#scheduler?.stop();
    this.#scheduler = undefined;
  }

  /** A snapshot replaces the log. */
  snapshot(): void {
    this.#persistence.startSnapshot(snapshotOps(this.#store)).step();
  }

  /** One call of the API; undefined when the scheduler was down or died before it could answer. */
  call<T>(act: (scheduler: Scheduler) => T): T | undefined {
    let answer: T | undefined;
    this.#guard((scheduler) => {
      const value = act(scheduler);
      this.#flush();
      answer = value;
    });
    return answer;
  }

  addAgent(description: AgentDescription): VirtualAgent {
    const agent: VirtualAgent = new VirtualAgent({
      description,
      clock: this.clock,
      random: this.random,
      link: this.#linkOf(description.host),
      behaviour: (task) => this.settings.behaviour(task, this.random),
      retryMs: this.settings.retryMs ?? 1000,
    });
    this.agents.set(description.host, agent);
    agent.start();
    return agent;
  }

  #linkOf(host: string): SchedulerLink {
    const exchange = <T>(act: (scheduler: Scheduler) => T, reply: (value: T) => void): void => {
      this.network.send(host, 'toScheduler', () => {
        const value = this.call(act);
        if (value === undefined) return;
        this.network.send(host, 'toAgent', () => {
          reply(value);
        });
      });
    };
    return {
      register: (registration, reply) => {
        exchange((scheduler) => scheduler.agentRegistered(registration), reply);
      },
      heartbeat: (beat, reply) => {
        exchange((scheduler) => scheduler.agentHeartbeat(beat), reply);
      },
      update: (updates, reply) => {
        exchange((scheduler) => scheduler.statusUpdates(updates), reply);
      },
    };
  }

  #guard(act: (scheduler: Scheduler) => void): void {
    const scheduler = this.#scheduler;
    if (!scheduler) return;
    try {
      act(scheduler);
    } catch (error) {
      if (!(error instanceof Crash)) throw error;
      this.crashScheduler();
    }
  }

  #flush(): void {
    const output = this.#scheduler?.takeOutput();
    if (!output) return;
    if (output.ops.length > 0) this.#commit(output.ops);
    for (const command of output.commands) this.#send(command);
  }

  #commit(ops: readonly Op[]): void {
    this.commits += 1;
    const strike = this.crashAtCommit;
    this.crashAtCommit = undefined;
    if (strike === 'before') throw new Crash();
    if (this.settings.durable !== false) this.#persistence.persist(this.settings.sabotage?.(ops) ?? ops);
    if (strike === 'after') throw new Crash();
  }

  #send(command: Command): void {
    for (const agent of this.#agentsById(command.agentId)) {
      this.network.send(agent.host, 'toAgent', () => {
        if (agent.agentId !== command.agentId) return;
        if (command.kind === 'launch') agent.launch(command.task);
        else if (command.kind === 'kill') agent.kill(command.taskId);
        else agent.reconcile(command.taskIds);
      });
    }
  }

  #agentsById(agentId: string): VirtualAgent[] {
    const host = agentId.split('#')[0] ?? '';
    const agent = this.agents.get(host);
    return agent ? [agent] : [];
  }
}

/** Agent ids of the simulation name their host: `host#life`. */
export function agentIdOf(host: string, life: number): string {
  return `${host}#${life}`;
}
