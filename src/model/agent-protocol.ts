import type { AgentDefinition } from './cluster.js';
import type { AgentResources, ResourceUsage } from './resources.js';
import type { ScheduleStatus } from './scheduled-task.js';

/**
 * How the daemon starts an agent: `node dist/agent.cjs --directory DIR`, detached, with an AgentSettings in
 * `DIR/settings.json`. A running agent says who it is in `DIR/agent.json`, an AgentProcess written whole once
 * it listens; it outlives the daemon, and the next daemon finds it there.
 */
export interface AgentSettings extends AgentDefinition {
  readonly cluster: string;
  /** Where the agent reaches its scheduler. */
  readonly schedulerSocketPath: string;
  /** Where the agent listens: short enough for a socket. */
  readonly socketPath: string;
}

export interface AgentProcess {
  readonly agentId: string;
  readonly pid: number;
  /** Start time of that pid in clock ticks since boot (/proc/PID/stat, field 22), where known. */
  readonly startTicks?: number;
  readonly socketPath: string;
}

/**
 * What scheduler and agents say to each other: JSON bodies of HTTP requests over unix sockets (mode 0600).
 *
 *     agent -> scheduler   POST /agent/v1/register    AgentRegistration  -> RegistrationReply
 *                          POST /agent/v1/heartbeat   AgentHeartbeat     -> HeartbeatReply
 *                          POST /agent/v1/updates     StatusUpdates      -> UpdatesReply
 *     scheduler -> agent   POST /v1/launch            LaunchRequest      -> {}
 *                          POST /v1/kill              KillRequest        -> {}
 *                          POST /v1/reconcile         ReconcileRequest   -> {}
 *                          POST /v1/register          {}                 -> {}, then the agent registers again
 *                          POST /v1/shutdown          ShutdownRequest    -> {}, then the agent ends
 *                          GET  /v1/tasks/ID/processes                      -> TaskProcesses
 *                          GET  /v1/tasks/ID/log?process=&run=&stream=&offset=&length=   -> LogChunk
 *                          GET  /v1/tasks/ID/files?path=                    -> FileList
 *
 * A scheduler that has just started asks the agents that it finds running to register; without that they
 * would notice at their next heartbeat. Launch and kill are sent at most once and repaired by reconciliation. Status updates are sent at least
 * once: the agent keeps each on disk and repeats it, in order for each task, until it is acknowledged.
 * The agent serves the observer's pages and JSON (logs, files, resource use) on the same socket.
 */
export interface AgentDescription {
  /** Stable across restarts of the agent: kept in its work directory. */
  readonly agentId: string;
  readonly host: string;
  /** For example rack -> [r1]; the scheduler adds `host` itself. */
  readonly attributes: ReadonlyArray<{ readonly name: string; readonly values: readonly string[] }>;
  readonly resources: AgentResources;
}

export interface AgentRegistration extends AgentDescription {
  readonly pid: number;
  /** Where the scheduler reaches this agent. */
  readonly socketPath: string;
  /** Every task the agent knows whose last update is not yet acknowledged as terminal. */
  readonly tasks: readonly AgentTask[];
}

export interface RegistrationReply {
  readonly heartbeatIntervalMs: number;
}

export interface AgentTask {
  readonly taskId: string;
  readonly status: ScheduleStatus;
  readonly ports: ReadonlyArray<readonly [string, number]>;
}

export interface AgentHeartbeat {
  readonly agentId: string;
  readonly usage: ResourceUsage;
  readonly tasks: ReadonlyArray<{ readonly taskId: string; readonly usage: ResourceUsage }>;
}

export interface HeartbeatReply {
  /** False after a scheduler restart or a partition: the agent registers again. */
  readonly known: boolean;
}

export interface StatusUpdate {
  /** Identifies the update when it is repeated. */
  readonly uuid: string;
  readonly taskId: string;
  readonly status: ScheduleStatus;
  readonly message?: string;
  /** Mesos' name of the cause, for example REASON_CONTAINER_LIMITATION_MEMORY. */
  readonly reason?: string;
  readonly timestampMs: number;
}

export interface StatusUpdates {
  readonly agentId: string;
  readonly updates: readonly StatusUpdate[];
}

export interface UpdatesReply {
  /** Updates that are now durable with the scheduler, or that it will never need. */
  readonly acknowledged: readonly string[];
}

export interface LaunchRequest {
  /** An AssignedTask in the JSON form of src/thrift (field names, enum names, maps as objects). */
  readonly task: unknown;
}

export interface KillRequest {
  readonly taskId: string;
  readonly message?: string;
}

/** The agent repeats the current status of these tasks (LOST when unknown); of all when absent. */
export interface ReconcileRequest {
  readonly taskIds?: readonly string[];
}

export interface ShutdownRequest {
  /** Kill every task first (cluster stop); otherwise tasks live on and are adopted at the next start. */
  readonly killTasks: boolean;
}
