import type { JobKey } from './job-key.js';
import type { TaskConfig } from './task-config.js';

export type ScheduleStatus =
  | 'INIT'
  | 'THROTTLED'
  | 'PENDING'
  | 'ASSIGNED'
  | 'STARTING'
  | 'RUNNING'
  | 'FINISHED'
  | 'PREEMPTING'
  | 'RESTARTING'
  | 'DRAINING'
  | 'FAILED'
  | 'KILLED'
  | 'KILLING'
  | 'LOST'
  | 'PARTITIONED';

export interface TaskEvent {
  readonly timestamp: number;
  readonly status: ScheduleStatus;
  readonly message?: string;
  readonly scheduler?: string;
}

export interface AssignedTask {
  readonly taskId: string;
  readonly slaveId?: string;
  readonly slaveHost?: string;
  readonly task: TaskConfig;
  readonly assignedPorts: ReadonlyMap<string, number>;
  readonly instanceId: number;
}

export interface ScheduledTask {
  readonly assignedTask: AssignedTask;
  readonly status: ScheduleStatus;
  readonly failureCount: number;
  readonly timesPartitioned: number;
  readonly taskEvents: readonly TaskEvent[];
  readonly ancestorId?: string;
}

export interface TaskQuery {
  readonly role?: string;
  readonly environment?: string;
  readonly jobName?: string;
  readonly taskIds?: readonly string[];
  readonly statuses?: readonly ScheduleStatus[];
  readonly instanceIds?: readonly number[];
  readonly slaveHosts?: readonly string[];
  readonly jobKeys?: readonly JobKey[];
  readonly offset?: number;
  readonly limit?: number;
}

export interface PendingReason {
  readonly taskId: string;
  readonly reason: string;
}

/** Instance is taken: from creation until a terminal state (spec of the API, constants). */
export const ACTIVE_STATES: ReadonlySet<ScheduleStatus> = new Set<ScheduleStatus>([
  'PENDING',
  'THROTTLED',
  'ASSIGNED',
  'STARTING',
  'RUNNING',
  'KILLING',
  'RESTARTING',
  'PREEMPTING',
  'DRAINING',
  'PARTITIONED',
]);

/** Holds resources on an agent. */
export const AGENT_ASSIGNED_STATES: ReadonlySet<ScheduleStatus> = new Set<ScheduleStatus>(
  [...ACTIVE_STATES].filter((status) => status !== 'PENDING' && status !== 'THROTTLED'),
);

/** Has been seen running and is not terminal. */
export const LIVE_STATES: ReadonlySet<ScheduleStatus> = new Set<ScheduleStatus>([
  'KILLING',
  'PARTITIONED',
  'PREEMPTING',
  'RESTARTING',
  'DRAINING',
  'RUNNING',
]);

export const TERMINAL_STATES: ReadonlySet<ScheduleStatus> = new Set<ScheduleStatus>([
  'FAILED',
  'FINISHED',
  'KILLED',
  'LOST',
]);
