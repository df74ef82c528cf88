import {
  AGENT_ASSIGNED_STATES,
  TERMINAL_STATES,
  type ScheduleStatus,
  type ScheduledTask,
} from '../model/scheduled-task.js';
import { formatJobKey } from '../model/job-key.js';
import type { TaskEntry } from '../storage/store.js';
import { nextBackoff } from './backoff.js';
import { requestOf, type Core } from './core.js';
import { drainedWhenEmpty } from './host-modes.js';
import { remainingPenalty } from './reschedule-penalty.js';

/** States that must give way to another within `transient_task_state_timeout`. */
export const TRANSIENT_STATES: ReadonlySet<ScheduleStatus> = new Set<ScheduleStatus>([
  'ASSIGNED',
  'PREEMPTING',
  'RESTARTING',
  'KILLING',
  'DRAINING',
]);

/**
 * Keeps all that is derived from a task's state in step with it: what its host has free, the group it waits
 * in, its deadlines, statistics. `from` is undefined for a new task.
 */
export function taskChanged(core: Core, entry: TaskEntry, from: ScheduleStatus | undefined): void {
  const { task } = entry;
  const to = task.status;
  trackResources(core, entry, from, to);
  if (from === 'PENDING') core.groups.remove(entry);
  if (to === 'PENDING') core.groups.add(entry, requestOf(core, entry.config));
  trackDeadlines(core, task, from, to);
  if (TERMINAL_STATES.has(to)) trackEnd(core, entry, to);
  core.onTaskChange?.(task, from);
}

/** After a task's row is gone. */
export function taskRemoved(core: Core, entry: TaskEntry): void {
  const { task, config } = entry;
  const { taskId } = task.assignedTask;
  if (AGENT_ASSIGNED_STATES.has(task.status)) releaseResources(core, entry);
  if (task.status === 'PENDING') core.groups.remove(entry);
  cancelDeadlines(core, taskId, task.status);
  core.history.remove(config.jobKey, taskId);
  if (core.store.entriesOfJob(config.jobKey).size === 0) core.spread.forget(config.jobKey);
}

/** After a restart: the timers of a task as they would be had there been none. */
export function resumeTracking(core: Core, entry: TaskEntry): void {
  const { task } = entry;
  if (task.status === 'PENDING') core.groups.add(entry, requestOf(core, entry.config));
  trackDeadlines(core, task, undefined, task.status);
  if (TERMINAL_STATES.has(task.status)) core.history.add(entry);
}

function trackResources(
  core: Core,
  entry: TaskEntry,
  from: ScheduleStatus | undefined,
  to: ScheduleStatus,
): void {
  const held = from !== undefined && AGENT_ASSIGNED_STATES.has(from);
  const holds = AGENT_ASSIGNED_STATES.has(to);
  if (holds && !held) holdResources(core, entry);
  else if (held && !holds) releaseResources(core, entry);
}

function holdResources(core: Core, entry: TaskEntry): void {
  const { taskId, slaveId, slaveHost, assignedPorts } = entry.task.assignedTask;
  if (slaveId === undefined || slaveHost === undefined) return;
  const host = core.pool.byId.get(slaveId);
  if (host) {
    const ports = assignedPorts.size > 0 ? [...assignedPorts.values()] : NO_PORTS;
    host.allocate(taskId, requestOf(core, entry.config), ports);
    core.pool.update(host);
  }
  core.spread.change(entry.config.jobKey, slaveHost, 1);
}

const NO_PORTS: readonly number[] = [];

function releaseResources(core: Core, entry: TaskEntry): void {
  const { taskId, slaveId, slaveHost } = entry.task.assignedTask;
  if (slaveId === undefined || slaveHost === undefined) return;
  core.spread.change(entry.config.jobKey, slaveHost, -1);
  const host = core.pool.byId.get(slaveId);
  if (host?.release(taskId) === true) {
    core.pool.update(host);
    core.groups.capacityFreed(host);
  }
  drainedWhenEmpty(core, slaveHost);
}

function trackDeadlines(
  core: Core,
  task: ScheduledTask,
  from: ScheduleStatus | undefined,
  to: ScheduleStatus,
): void {
  const { taskId } = task.assignedTask;
  if (from !== undefined) cancelDeadlines(core, taskId, from);
  if (TRANSIENT_STATES.has(to)) core.transientTasks.add(taskId);
  switch (to) {
    case 'KILLING':
      retryKill(core, taskId, 0);
      return;
    case 'THROTTLED':
      throttle(core, task);
      return;
    case 'PARTITIONED':
      awaitReturn(core, task);
      return;
    default:
  }
}

function throttle(core: Core, task: ScheduledTask): void {
  const { taskId } = task.assignedTask;
  const delayMs = remainingPenalty(task, core.clock.nowMs());
  core.timers.set(`throttle ${taskId}`, delayMs, () => {
    core.onDeadline('unthrottle', taskId);
  });
  core.stats.count('task_throttle_events');
  core.stats.count('task_throttle_ms_total', delayMs);
}

/** Of a task whose agent is silent: how long depends on its policy. */
function awaitReturn(core: Core, task: ScheduledTask): void {
  const { taskId, task: config } = task.assignedTask;
  const policy = config.partitionPolicy;
  if (policy?.reschedule === false) return;
  const delayMs = (policy?.delaySecs ?? 0) * 1000;
  const now = core.clock.nowMs();
  const sinceMs = task.taskEvents.at(-1)?.timestamp ?? now;
  const leftMs = Math.min(delayMs, Math.max(0, delayMs - (now - sinceMs)));
  core.timers.set(`partition ${taskId}`, leftMs, () => {
    core.onDeadline('partition', taskId);
  });
}

function cancelDeadlines(core: Core, taskId: string, status: ScheduleStatus): void {
  switch (status) {
    case 'KILLING':
      core.timers.cancel(`kill ${taskId}`);
      break;
    case 'THROTTLED':
      core.timers.cancel(`throttle ${taskId}`);
      break;
    case 'PARTITIONED':
      core.timers.cancel(`partition ${taskId}`);
      break;
    default:
  }
  if (TRANSIENT_STATES.has(status)) core.transientTasks.delete(taskId);
}

/** A kill may get lost: it is repeated until the state changes. */
function retryKill(core: Core, taskId: string, lastMs: number): void {
  const { initialTaskKillRetryIntervalMs, maxTaskKillRetryIntervalMs } = core.options;
  const delayMs = nextBackoff(
    lastMs,
    initialTaskKillRetryIntervalMs,
    maxTaskKillRetryIntervalMs,
    core.random,
  );
  core.timers.set(`kill ${taskId}`, delayMs, () => {
    core.onDeadline('kill', taskId);
    retryKill(core, taskId, delayMs);
  });
}

function trackEnd(core: Core, entry: TaskEntry, to: ScheduleStatus): void {
  core.history.add(entry);
  if (to !== 'LOST' && to !== 'FAILED') return;
  core.stats.count(`tasks_${to}_${formatJobKey(entry.config.config.job)}`);
  const host = entry.task.assignedTask.slaveHost;
  if (to !== 'LOST' || host === undefined) return;
  const attributes = core.spread.attributesOf(host);
  for (const rack of attributes.get('rack') ?? []) core.stats.count(`tasks_lost_rack_${rack}`);
  for (const role of attributes.get('dedicated') ?? [])
    core.stats.count(`tasks_lost_dedicated_${role.replaceAll('*', '_')}`);
}
