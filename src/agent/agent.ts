import type { Timer } from '../base/clock.js';
import type { Logger } from '../base/logging.js';
import type { Random } from '../base/random.js';
import type {
  AgentDescription,
  AgentHeartbeat,
  AgentRegistration,
  HeartbeatReply,
  RegistrationReply,
  StatusUpdate,
  StatusUpdates,
  UpdatesReply,
} from '../model/agent-protocol.js';
import { TERMINAL_STATES, type ScheduleStatus } from '../model/scheduled-task.js';
import type { AgentEnvironment } from './agent-environment.js';
import { AgentTasks } from './agent-tasks.js';
import { StatusUpdatesQueue } from './status-updates.js';
import { plainUsage } from './task-processes.js';
import { addUsage, NO_USAGE } from './usage/usage-history.js';

export interface AgentParts {
  readonly environment: Omit<AgentEnvironment, 'report'>;
  readonly description: AgentDescription;
  readonly socketPath: string;
  readonly pid: number;
  readonly random: Random;
  /** Journal of status updates. */
  readonly updatesPath: string;
  readonly post: <T>(path: string, body: unknown) => Promise<T>;
  /** The agent's directory is gone: nobody will ever want it again. */
  readonly isForsaken: () => boolean;
  readonly onForsaken: () => void;
}

const FIRST_RETRY_MS = 50;
const LAST_RETRY_MS = 1000;
const KILL_MESSAGE = 'Instructed to kill task.';
const SHUTDOWN_MESSAGE = 'Told to shut down executor.';

/**
 * A host's side of the protocol with the scheduler: registers until it is heard, then sends heartbeats, and
 * registers again whenever the scheduler does not answer or does not know it. Tasks run on meanwhile.
 */
export class Agent {
  readonly tasks: AgentTasks;
  readonly updates: StatusUpdatesQueue;
  readonly #parts: AgentParts;
  readonly #logger: Logger;
  #timer: Timer | undefined;
  #retryMs = FIRST_RETRY_MS;
  #heartbeatMs = 1000;
  #stopped = false;

  constructor(parts: AgentParts) {
    this.#parts = parts;
    this.#logger = parts.environment.logger;
    const { fileSystem, clock } = parts.environment;
    this.updates = new StatusUpdatesQueue({
      fileSystem,
      clock,
      random: parts.random,
      logger: this.#logger,
      path: parts.updatesPath,
      send: (updates) => this.#sendUpdates(updates),
      onAcknowledged: () => undefined,
    });
    this.tasks = new AgentTasks({
      ...parts.environment,
      report: (update) => {
        this.updates.add(update);
      },
    });
  }

  start(): void {
    this.tasks.adopt();
    void this.#register();
  }

  /** A scheduler that has just started does not wait for the next heartbeat. One under way is left alone. */
  registerNow(): void {
    if (!this.#timer) return;
    this.#retryMs = FIRST_RETRY_MS;
    this.#later(0, () => this.#register());
  }

  kill(taskId: string, message?: string): void {
    const executor = this.tasks.find(taskId);
    if (executor) executor.kill(message ?? KILL_MESSAGE);
    else this.#repeat(taskId);
  }

  /** Repeats where these tasks stand; of all live ones when none is named. */
  reconcile(taskIds: readonly string[] | undefined): void {
    for (const taskId of taskIds ?? this.tasks.live.map((executor) => executor.taskId)) this.#repeat(taskId);
  }

  /** Kills everything first, or leaves everything running for the next agent. */
  async shutdown(killTasks: boolean): Promise<void> {
    if (killTasks) {
      const live = this.tasks.live;
      for (const executor of live) executor.kill(SHUTDOWN_MESSAGE);
      await Promise.all(live.map((executor) => executor.ended));
      await this.#drainUpdates();
    }
    this.#stopped = true;
    this.#timer?.cancel();
    for (const executor of this.tasks.live) executor.close();
    this.#parts.environment.announcer?.abandon();
    this.updates.close();
  }

  /** An update that is already on its way says it; a task that nobody here knows is lost. */
  #repeat(taskId: string): void {
    if (this.updates.hasPending(taskId)) return;
    const live = this.tasks.find(taskId);
    const record = live?.record ?? this.tasks.ended(taskId);
    if (live && record?.status === undefined) return;
    const { status, message } = record ?? { message: 'Task is unknown to this agent.' };
    this.updates.add({
      taskId,
      status: status ?? 'LOST',
      ...(message !== undefined && { message }),
      reason: 'REASON_RECONCILIATION',
    });
  }

  async #register(): Promise<void> {
    const { description, socketPath, pid } = this.#parts;
    const registration: AgentRegistration = {
      ...description,
      socketPath,
      pid,
      tasks: this.tasks.describe(this.#pendingEnds()),
    };
    let reply: RegistrationReply;
    try {
      reply = await this.#parts.post<RegistrationReply>('/agent/v1/register', registration);
    } catch (error) {
      this.#logger.debug('registration', { error: (error as Error).message });
      this.#again(() => this.#register());
      return;
    }
    this.#logger.info('registered', { agentId: description.agentId });
    this.#retryMs = FIRST_RETRY_MS;
    if (reply.heartbeatIntervalMs > 0) this.#heartbeatMs = reply.heartbeatIntervalMs;
    this.updates.flush();
    this.#later(this.#heartbeatMs, () => this.#heartbeat());
  }

  #pendingEnds(): Map<string, ScheduleStatus> {
    const ends = new Map<string, ScheduleStatus>();
    for (const update of this.updates.pending)
      if (TERMINAL_STATES.has(update.status)) ends.set(update.taskId, update.status);
    return ends;
  }

  async #heartbeat(): Promise<void> {
    try {
      const reply = await this.#parts.post<HeartbeatReply>('/agent/v1/heartbeat', this.#describeUsage());
      if (!reply.known) throw new Error('the scheduler does not know this agent');
    } catch (error) {
      this.#logger.info('registering again', { reason: (error as Error).message });
      this.updates.hold();
      this.#again(() => this.#register());
      return;
    }
    this.#later(this.#heartbeatMs, () => this.#heartbeat());
  }

  #describeUsage(): AgentHeartbeat {
    // A task that has not been measured yet is listed all the same: what is missing here is asked for.
    const samples = this.tasks.live.map((executor) => ({
      taskId: executor.taskId,
      usage: executor.checkers?.monitor.latest?.usage ?? NO_USAGE,
    }));
    const total = samples.reduce((sum, sample) => addUsage(sum, sample.usage), NO_USAGE);
    return {
      agentId: this.#parts.description.agentId,
      usage: plainUsage(total),
      tasks: samples.map(({ taskId, usage }) => ({ taskId, usage: plainUsage(usage) })),
    };
  }

  async #sendUpdates(updates: readonly StatusUpdate[]): Promise<readonly string[]> {
    const body: StatusUpdates = { agentId: this.#parts.description.agentId, updates };
    return (await this.#parts.post<UpdatesReply>('/agent/v1/updates', body)).acknowledged;
  }

  #again(step: () => Promise<void>): void {
    if (this.#parts.isForsaken()) {
      this.#logger.warn('the work directory is gone: ending');
      this.#parts.onForsaken();
      return;
    }
    this.#later(this.#retryMs, step);
    this.#retryMs = Math.min(LAST_RETRY_MS, this.#retryMs * 2);
  }

  #later(delayMs: number, step: () => Promise<void>): void {
    if (this.#stopped) return;
    this.#timer?.cancel();
    this.#timer = this.#parts.environment.clock.after(delayMs, () => {
      this.#timer = undefined;
      void step();
    });
  }

  /** The last updates get a moment to arrive; what does not is in the journal. */
  #drainUpdates(): Promise<void> {
    const { clock } = this.#parts.environment;
    const endMs = clock.monotonicMs() + DRAIN_MS;
    return new Promise((resolve) => {
      const look = (): void => {
        if (this.updates.pending.length === 0 || clock.monotonicMs() >= endMs) resolve();
        else clock.after(DRAIN_STEP_MS, look);
      };
      look();
    });
  }
}

const DRAIN_MS = 2000;
const DRAIN_STEP_MS = 10;
