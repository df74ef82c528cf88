import type { Clock } from '../base/clock.js';
import type { Logger } from '../base/logging.js';
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
import type { SchedulerOptions } from './options.js';
import type { SchedulerOutput, TaskChangeListener } from './output.js';
import type { Reply } from './reply.js';

export interface SchedulerDependencies {
  readonly clock: Clock;
  readonly random: Random;
  /** Recovered; the scheduler is its only writer from now on. */
  readonly store: Store;
  readonly options?: Partial<SchedulerOptions>;
  readonly logger?: Logger;
  /** Host name written into task events. */
  readonly schedulerHost?: string;
  /** Called when a timer has produced output that nobody asked for: take it soon. */
  readonly wake?: () => void;
  readonly onTaskChange?: TaskChangeListener;
}

/**
 * The scheduler: events in, replies and output out. All calls are synchronous and never wait.
 * Call `start` once after recovery. After each call (or a batch of calls) the shell takes the output, makes
 * its ops durable, and only then lets replies, acknowledgements and commands go out.
 */
export class Scheduler {
  constructor(_dependencies: SchedulerDependencies) {}

  /** Arms the timers and queues what recovery found pending. */
  start(): void {
    throw new Error('unfinished');
  }
  stop(): void {
    throw new Error('unfinished');
  }
  takeOutput(): SchedulerOutput {
    throw new Error('unfinished');
  }

  // ---- jobs and tasks
  createJob(_config: JobConfiguration, _user: string): Reply {
    throw new Error('unfinished');
  }
  /** `instances` undefined or empty: all. */
  killTasks(
    _key: JobKey,
    _instances: readonly number[] | undefined,
    _message: string | undefined,
    _user: string,
  ): Reply {
    throw new Error('unfinished');
  }
  restartShards(_key: JobKey, _instances: readonly number[], _user: string): Reply {
    throw new Error('unfinished');
  }
  addInstances(_key: InstanceKey, _count: number, _user: string): Reply {
    throw new Error('unfinished');
  }
  forceTaskState(_taskId: string, _status: ScheduleStatus, _user: string): Reply {
    throw new Error('unfinished');
  }
  pruneTasks(_query: TaskQuery): Reply {
    throw new Error('unfinished');
  }
  populateJobConfig(_config: JobConfiguration): Reply<TaskConfig> {
    throw new Error('unfinished');
  }

  // ---- queries
  getTasks(_query: TaskQuery): ScheduledTask[] {
    throw new Error('unfinished');
  }
  getPendingReason(_query: TaskQuery): Reply<PendingReason[]> {
    throw new Error('unfinished');
  }
  getConfigSummary(_key: JobKey): ConfigSummary {
    throw new Error('unfinished');
  }
  getJobs(_role?: string): JobConfiguration[] {
    throw new Error('unfinished');
  }
  getJobSummary(_role?: string): JobSummary[] {
    throw new Error('unfinished');
  }
  getRoleSummary(): RoleSummary[] {
    throw new Error('unfinished');
  }
  getTierConfigs(): GetTierConfigResult {
    throw new Error('unfinished');
  }
  explain(_key: JobKey, _instanceId?: number): TaskExplanation[] {
    throw new Error('unfinished');
  }
  agentStates(): AgentState[] {
    throw new Error('unfinished');
  }

  // ---- quota
  getQuota(_role: string): GetQuotaResult {
    throw new Error('unfinished');
  }
  setQuota(_role: string, _quota: ResourceAggregate): Reply {
    throw new Error('unfinished');
  }

  // ---- maintenance
  startMaintenance(_hosts: readonly string[]): HostStatus[] {
    throw new Error('unfinished');
  }
  drainHosts(_hosts: readonly string[]): HostStatus[] {
    throw new Error('unfinished');
  }
  slaDrainHosts(_hosts: readonly string[], _policy: SlaPolicy, _timeoutSecs: number): Reply<HostStatus[]> {
    throw new Error('unfinished');
  }
  maintenanceStatus(_hosts: readonly string[]): HostStatus[] {
    throw new Error('unfinished');
  }
  endMaintenance(_hosts: readonly string[]): HostStatus[] {
    throw new Error('unfinished');
  }

  // ---- agents
  agentRegistered(_registration: AgentRegistration): RegistrationReply {
    throw new Error('unfinished');
  }
  agentHeartbeat(_heartbeat: AgentHeartbeat): HeartbeatReply {
    throw new Error('unfinished');
  }
  /** The acknowledgements go out after the commit of the output that this call produced. */
  statusUpdates(_updates: StatusUpdates): UpdatesReply {
    throw new Error('unfinished');
  }
  /** Known to be gone for good, ahead of its time-out. */
  agentLost(_agentId: string): void {
    throw new Error('unfinished');
  }
  /** `batchSize` undefined: the option's. */
  triggerExplicitReconciliation(_batchSize?: number): Reply {
    throw new Error('unfinished');
  }
  triggerImplicitReconciliation(): Reply {
    throw new Error('unfinished');
  }

  /** Counters and gauges under Aurora's stat names. */
  stats(): ReadonlyMap<string, number> {
    throw new Error('unfinished');
  }
}
