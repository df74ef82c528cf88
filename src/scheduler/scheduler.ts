import type { Clock } from '../base/clock.js';
import { silentLogger, type Logger } from '../base/logging.js';
import type { Random } from '../base/random.js';
import type {
  AgentHeartbeat,
  AgentRegistration,
  HeartbeatReply,
  RegistrationReply,
  StatusUpdates,
  UpdatesReply,
} from '../model/agent-protocol.js';
import type { AgentState, TaskExplanation } from '../model/cluster.js';
import type { HostStatus } from '../model/host.js';
import type { ConfigSummary, JobConfiguration, JobSummary } from '../model/job-configuration.js';
import type { InstanceKey, JobKey } from '../model/job-key.js';
import type { GetQuotaResult, ResourceAggregate } from '../model/quota.js';
import type { GetTierConfigResult, RoleSummary } from '../model/response.js';
import type { PendingReason, ScheduledTask, ScheduleStatus, TaskQuery } from '../model/scheduled-task.js';
import type { SlaPolicy, TaskConfig } from '../model/task-config.js';
import type { Store } from '../storage/store.js';
import { indexFor, queryPage } from '../storage/task-query.js';
import { agentStates } from './agent-states.js';
import { heartbeat, launchFailed, loseAgent, registerAgent, type AdoptableTasks } from './agents.js';
import { applyOp, type Core } from './core.js';
import { explain, getPendingReason, pendingGroups, type PendingGroup } from './explain.js';
import * as changes from './job-changes.js';
import * as queries from './job-queries.js';
import * as maintenance from './maintenance.js';
import { makeCore } from './make-core.js';
import { offers, type Offer } from './offers.js';
import type { SchedulerOptions } from './options.js';
import type { SchedulerOutput, TaskChangeListener } from './output.js';
import { planJob, type PlacementPlan } from './plan.js';
import { checkQuota, quotaOf } from './quota.js';
import { reconcileExplicitly, reconcileImplicitly } from './reconciliation.js';
import { done, invalid, type Reply } from './reply.js';
import {
  coordinatorAnswered,
  type AskCoordinator,
  type CoordinatorAnswer,
  type CoordinatorQuestion,
} from './sla-coordinator.js';
import { startTimers } from './start-up.js';
import { applyStatusUpdates } from './status-updates.js';
import { consumptions, type ConfigConsumption } from './utilization.js';
import { DEFAULT_TIERS, toTierConfigResult, type Tiers } from './tiers.js';

export interface SchedulerDependencies {
  readonly clock: Clock;
  readonly random: Random;
  /** Recovered; the scheduler is its only writer from now on. */
  readonly store: Store;
  readonly options?: Partial<SchedulerOptions>;
  readonly tiers?: Tiers;
  readonly logger?: Logger;
  /** Host name written into task events. */
  readonly schedulerHost?: string;
  /** Called when a timer has produced output that nobody asked for: take it soon. */
  readonly wake?: () => void;
  readonly onTaskChange?: TaskChangeListener;
  /** Undefined: coordinators are not asked, and their tasks wait for the end of a drain's timeout. */
  readonly askCoordinator?: AskCoordinator;
}

/**
 * The scheduler: events in, replies and output out. All calls are synchronous and never wait.
 * Call `start` once after recovery. After each call (or a batch of calls) the shell takes the output, makes
 * its ops durable, and only then lets replies, acknowledgements and commands go out.
 */
export class Scheduler {
  readonly #core: Core;

  constructor(dependencies: SchedulerDependencies) {
    const { wake } = dependencies;
    this.#core = makeCore({
      ...dependencies,
      logger: dependencies.logger ?? silentLogger,
      tiers: dependencies.tiers ?? DEFAULT_TIERS,
      afterTimers: () => {
        if (this.hasOutput()) wake?.();
      },
    });
  }

  /** Arms the timers and queues what recovery found pending. */
  start(): void {
    startTimers(this.#core);
  }

  /** No timer fires any more. */
  stop(): void {
    this.#core.timers.stop();
  }

  hasOutput(): boolean {
    return this.#core.ops.length > 0 || this.#core.commands.length > 0;
  }

  takeOutput(): SchedulerOutput {
    const { ops, commands } = this.#core;
    this.#core.ops = [];
    this.#core.commands = [];
    return { ops, commands };
  }

  // ---- jobs and tasks

  createJob(config: JobConfiguration, _user: string): Reply {
    return changes.createJob(this.#core, config);
  }

  /** `instances` undefined or empty: all. */
  killTasks(
    key: JobKey,
    instances: readonly number[] | undefined,
    message: string | undefined,
    user: string,
  ): Reply {
    return changes.killTasks(this.#core, key, instances, message, user);
  }

  restartShards(key: JobKey, instances: readonly number[], user: string): Reply {
    return changes.restartShards(this.#core, key, instances, user);
  }

  /** `count` more instances with the configuration of the one named. */
  addInstances(key: InstanceKey, count: number, _user: string): Reply {
    return changes.addInstances(this.#core, key, count);
  }

  forceTaskState(taskId: string, status: ScheduleStatus, user: string): Reply {
    return changes.forceTaskState(this.#core, taskId, status, user);
  }

  pruneTasks(query: TaskQuery): Reply {
    return changes.pruneTasks(this.#core, query);
  }

  populateJobConfig(config: JobConfiguration): Reply<TaskConfig> {
    return changes.populateJobConfig(this.#core, config);
  }

  // ---- queries

  /** Honours `offset` and `limit`. */
  getTasks(query: TaskQuery): readonly ScheduledTask[] {
    this.#core.stats.count(`task_queries_${indexFor(query)}`);
    return queryPage(this.#core.store, query).map(({ task }) => task);
  }

  getPendingReason(query: TaskQuery): Reply<PendingReason[]> {
    return getPendingReason(this.#core, query);
  }

  pendingGroups(): PendingGroup[] {
    return pendingGroups(this.#core);
  }

  getConfigSummary(key: JobKey): ConfigSummary {
    return queries.getConfigSummary(this.#core.store, key);
  }

  getJobs(role?: string): JobConfiguration[] {
    return queries.getJobs(this.#core.store, role);
  }

  getJobSummary(role?: string): JobSummary[] {
    return queries.getJobSummary(this.#core.store, role);
  }

  getRoleSummary(): RoleSummary[] {
    return queries.getRoleSummary(this.#core.store);
  }

  getTierConfigs(): GetTierConfigResult {
    return toTierConfigResult(this.#core.tiers);
  }

  explain(key: JobKey, instanceId?: number): TaskExplanation[] {
    return explain(this.#core, key, instanceId);
  }

  /** What `createJob` would do: quota and a place for each instance; nothing is changed. */
  plan(job: JobConfiguration): Reply<PlacementPlan> {
    return planJob(this.#core, job);
  }

  /** Registered agents, and those that hold tasks and are not here. */
  agentStates(): AgentState[] {
    return agentStates(this.#core);
  }

  /** What the agents that take new tasks have left. */
  offers(): Offer[] {
    return offers(this.#core);
  }

  /** What active tasks ask for, by configuration. */
  consumptions(): ConfigConsumption[] {
    return consumptions(this.#core);
  }

  // ---- quota

  getQuota(role: string): GetQuotaResult {
    return quotaOf(this.#core, role);
  }

  setQuota(role: string, quota: ResourceAggregate): Reply {
    const reply = checkQuota(this.#core, role, quota);
    if (reply.code === 'OK') applyOp(this.#core, { op: 'saveQuota', role, quota });
    return reply;
  }

  // ---- maintenance

  startMaintenance(hosts: readonly string[]): HostStatus[] {
    return maintenance.startMaintenance(this.#core, hosts);
  }

  drainHosts(hosts: readonly string[]): HostStatus[] {
    return maintenance.drainHosts(this.#core, hosts);
  }

  slaDrainHosts(hosts: readonly string[], policy: SlaPolicy, timeoutSecs: number): HostStatus[] {
    return maintenance.slaDrainHosts(this.#core, hosts, policy, timeoutSecs);
  }

  maintenanceStatus(hosts: readonly string[]): HostStatus[] {
    return maintenance.maintenanceStatus(this.#core, hosts);
  }

  /** What a coordinator said to a question that `askCoordinator` was given. */
  coordinatorAnswered(question: CoordinatorQuestion, answer: CoordinatorAnswer): void {
    coordinatorAnswered(this.#core, question, answer);
  }

  endMaintenance(hosts: readonly string[]): HostStatus[] {
    return maintenance.endMaintenance(this.#core, hosts);
  }

  // ---- agents

  /** `adoptable`: what the agent's own records say of its tasks, for a scheduler whose store was lost. */
  agentRegistered(registration: AgentRegistration, adoptable: AdoptableTasks = new Map()): RegistrationReply {
    return registerAgent(this.#core, registration, adoptable);
  }

  agentHeartbeat(beat: AgentHeartbeat): HeartbeatReply {
    return heartbeat(this.#core, beat);
  }

  /** The acknowledgements go out after the commit of the output that this call produced. */
  statusUpdates(updates: StatusUpdates): UpdatesReply {
    return applyStatusUpdates(this.#core, updates);
  }

  /** Known to be gone for good, ahead of its time-out. */
  agentLost(agentId: string): void {
    loseAgent(this.#core, agentId);
  }

  /** A launch command certainly did not reach its agent: the task is placed anew. */
  launchFailed(taskId: string, reason: string): void {
    launchFailed(this.#core, taskId, reason);
  }

  /** `batchSize` undefined: the option's. */
  triggerExplicitReconciliation(batchSize?: number): Reply {
    if (batchSize !== undefined && batchSize <= 0) return invalid('Batch size must be greater than zero.');
    reconcileExplicitly(this.#core, batchSize ?? this.#core.options.reconciliationExplicitBatchSize);
    return done();
  }

  triggerImplicitReconciliation(): Reply {
    reconcileImplicitly(this.#core);
    return done();
  }

  /** Counters and gauges under Aurora's stat names. */
  stats(): ReadonlyMap<string, number> {
    return this.#core.stats.read();
  }
}
