import type { HostAttributes, HostMaintenanceRequest } from '../model/host.js';
import type { ResourceAggregate } from '../model/quota.js';
import type { ScheduleStatus } from '../model/scheduled-task.js';
import type { TaskConfig } from '../model/task-config.js';

/**
 * One mutation of the durable state: all there is to persistence. Applying the same ops in the same order to
 * an empty Store gives the same state; a snapshot is just a shorter list of ops with the same result.
 *
 * Ops hold no derived facts and need no clock. A task's configuration is written once, under a number, and
 * named by that number afterwards, so that a thousand instances that restart all day cost little.
 */
export type Op =
  | { readonly op: 'saveTaskConfig'; readonly id: number; readonly config: TaskConfig }
  | { readonly op: 'saveTasks'; readonly tasks: readonly StoredTask[] }
  | TaskTransition
  | { readonly op: 'removeTasks'; readonly taskIds: readonly string[] }
  | { readonly op: 'saveQuota'; readonly role: string; readonly quota: ResourceAggregate }
  | { readonly op: 'removeQuota'; readonly role: string }
  | { readonly op: 'saveHostAttributes'; readonly attributes: HostAttributes }
  | { readonly op: 'saveMaintenanceRequest'; readonly request: HostMaintenanceRequest }
  | { readonly op: 'removeMaintenanceRequest'; readonly host: string };

/** A ScheduledTask with its configuration by number. Absent fields are zero, empty or unset. */
export interface StoredTask {
  readonly taskId: string;
  readonly instanceId: number;
  readonly configId: number;
  readonly status: ScheduleStatus;
  readonly failureCount?: number;
  readonly timesPartitioned?: number;
  readonly ancestorId?: string;
  readonly agent?: StoredAssignment;
  readonly events: readonly StoredEvent[];
}

/** [timestamp in ms since the epoch, status, message, scheduler]; trailing absent parts are left out. */
export type StoredEvent = readonly [number, ScheduleStatus, (string | null)?, string?];

export interface StoredAssignment {
  readonly agentId: string;
  readonly host: string;
  readonly ports: ReadonlyArray<readonly [string, number]>;
}

/** A task takes a state: appends the event, and changes what changes with it. */
export interface TaskTransition {
  readonly op: 'transition';
  readonly taskId: string;
  readonly event: StoredEvent;
  /** Set when the task gets its agent. */
  readonly agent?: StoredAssignment;
  /** The failure counts. */
  readonly failed?: true;
  /** Entered PARTITIONED once more. */
  readonly partitioned?: true;
}
