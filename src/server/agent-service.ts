import type { Clock } from '../base/clock.js';
import type { Logger } from '../base/logging.js';
import type {
  AgentHeartbeat,
  AgentTask,
  HeartbeatReply,
  RegistrationReply,
  UpdatesReply,
} from '../model/agent-protocol.js';
import type { AdoptableTasks } from '../scheduler/agents.js';
import type { Command } from '../scheduler/output.js';
import type { Scheduler } from '../scheduler/scheduler.js';
import { AgentLink } from './agent-link.js';
import { readHeartbeat, readRegistration, readUpdates } from './agent-messages.js';
import type { CommitLoop } from './commit-loop.js';
import { HttpRefusal } from './http-body.js';
import type { Metrics } from './metrics.js';

export interface AgentServiceDependencies {
  readonly scheduler: Scheduler;
  readonly commits: CommitLoop;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Host names that the cluster's definition has. */
  readonly hosts: ReadonlySet<string>;
  /** What is known of these tasks of a host that the store has never seen. */
  readonly adoptableTasks: (host: string, tasks: readonly AgentTask[]) => AdoptableTasks;
}

/** The master's view of the agents: who is connected, what they say, and how to reach them. */
export class AgentService {
  readonly #dependencies: AgentServiceDependencies;
  readonly #links = new Map<string, AgentLink>();
  readonly #heartbeats = new Map<string, AgentHeartbeat>();

  constructor(dependencies: AgentServiceDependencies) {
    this.#dependencies = dependencies;
  }

  receive(
    kind: 'register' | 'heartbeat' | 'updates',
    body: Readonly<Record<string, unknown>>,
  ): Promise<unknown> {
    const { clock } = this.#dependencies;
    const startMs = clock.monotonicMs();
    return this.#handle(kind, body).finally(() => {
      this.#dependencies.metrics.timed(STAT_OF[kind], (clock.monotonicMs() - startMs) * 1e6);
    });
  }

  /** Sends what the scheduler ordered; an agent that is not connected is not waited for. */
  dispatch(commands: readonly Command[]): void {
    for (const command of commands) {
      const link = this.#links.get(command.agentId);
      if (link) link.send(command);
      else if (command.kind === 'launch')
        this.#undelivered(command.task.taskId, 'The agent is not connected');
    }
  }

  /** An agent that outlived an earlier daemon: it can be asked at once, and is asked to register. */
  adopt(agentId: string, socketPath: string): void {
    const link = this.#connect(agentId, socketPath);
    link.exchange('POST', '/v1/register', {}).catch((error: unknown) => {
      this.#dependencies.logger.info('agent will register later', { agentId, reason: String(error) });
    });
  }

  link(agentId: string): AgentLink | undefined {
    return this.#links.get(agentId);
  }

  /** What the agent measured last. */
  lastHeartbeat(agentId: string): AgentHeartbeat | undefined {
    return this.#heartbeats.get(agentId);
  }

  heartbeats(): Iterable<AgentHeartbeat> {
    return this.#heartbeats.values();
  }

  close(): void {
    for (const link of this.#links.values()) link.close();
  }

  #handle(
    kind: 'register' | 'heartbeat' | 'updates',
    body: Readonly<Record<string, unknown>>,
  ): Promise<unknown> {
    if (kind === 'register') return this.#register(body);
    return kind === 'heartbeat' ? this.#heartbeat(body) : this.#updates(body);
  }

  async #register(body: Readonly<Record<string, unknown>>): Promise<RegistrationReply> {
    const registration = readRegistration(body);
    const { agentId, host, socketPath } = registration;
    const { hosts, scheduler, commits, logger, adoptableTasks } = this.#dependencies;
    if (!hosts.has(host)) throw new HttpRefusal(403, `The cluster has no agent on a host called ${host}.`);
    logger.info('agent registers', { agentId, host, tasks: registration.tasks.length });
    const link = this.#connect(agentId, socketPath);
    const adoptable = adoptableTasks(host, registration.tasks);
    const reply = await commits.run(() => scheduler.agentRegistered(registration, adoptable));
    link.heard();
    return reply;
  }

  async #heartbeat(body: Readonly<Record<string, unknown>>): Promise<HeartbeatReply> {
    const heartbeat = readHeartbeat(body);
    const { scheduler, commits } = this.#dependencies;
    const reply = await commits.run(() => scheduler.agentHeartbeat(heartbeat));
    if (reply.known) {
      this.#heartbeats.set(heartbeat.agentId, heartbeat);
      this.#links.get(heartbeat.agentId)?.heard();
    }
    return reply;
  }

  #updates(body: Readonly<Record<string, unknown>>): Promise<UpdatesReply> {
    const updates = readUpdates(body);
    const { scheduler, commits } = this.#dependencies;
    return commits.run(() => scheduler.statusUpdates(updates));
  }

  #connect(agentId: string, socketPath: string): AgentLink {
    const known = this.#links.get(agentId);
    if (known?.socketPath === socketPath) return known;
    known?.close();
    const link = new AgentLink({
      agentId,
      socketPath,
      logger: this.#dependencies.logger,
      onUndelivered: (taskId, reason) => {
        this.#undelivered(taskId, reason);
      },
    });
    this.#links.set(agentId, link);
    return link;
  }

  /** The launch surely did not happen: the task is placed anew now, not when a time-out ends. */
  #undelivered(taskId: string, reason: string): void {
    const { scheduler, commits, logger } = this.#dependencies;
    commits
      .run(() => {
        scheduler.launchFailed(taskId, reason);
      })
      .catch((error: unknown) => {
        logger.warn('a failed launch was not recorded', { taskId, error: String(error) });
      });
  }
}

/** A registration is what an offer was: an agent with room. */
const STAT_OF = {
  register: 'scheduler_resource_offers',
  heartbeat: 'agent_heartbeat',
  updates: 'scheduler_status_update',
} as const;
