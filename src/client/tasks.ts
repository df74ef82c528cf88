import { type ClusterJobKey, type JobKey } from '../model/job-key.js';
import type { Response } from '../model/response.js';
import {
  ACTIVE_STATES,
  type ScheduledTask,
  type ScheduleStatus,
  type TaskQuery,
} from '../model/scheduled-task.js';

/** The query for a job's tasks, narrowed as asked. */
export function jobQuery(
  key: ClusterJobKey | JobKey,
  narrowed: {
    readonly statuses?: Iterable<ScheduleStatus>;
    readonly instances?: readonly number[] | undefined;
  } = {},
): TaskQuery {
  const { role, environment, name } = key;
  return {
    jobKeys: [{ role, environment, name }],
    ...(narrowed.statuses ? { statuses: [...narrowed.statuses].sort() } : {}),
    ...(narrowed.instances ? { instanceIds: narrowed.instances } : {}),
  };
}

/** The tasks of an answer; a scheduler may leave the list out. */
export function tasksOf(response: Response): readonly ScheduledTask[] {
  const result = response.result as
    { scheduleStatusResult?: { tasks?: readonly ScheduledTask[] } } | undefined;
  return result?.scheduleStatusResult?.tasks ?? [];
}

export function isActive(task: ScheduledTask): boolean {
  return ACTIVE_STATES.has(task.status);
}

export function bareKey({ role, environment, name }: JobKey): JobKey {
  return { role, environment, name };
}

/** The newest task of every instance: the one whose last event is the latest. */
export function newestByInstance(tasks: readonly ScheduledTask[]): Map<number, ScheduledTask> {
  const newest = new Map<number, ScheduledTask>();
  for (const task of tasks) {
    const { instanceId } = task.assignedTask;
    const before = newest.get(instanceId);
    if (!before || lastEventMs(before) <= lastEventMs(task)) newest.set(instanceId, task);
  }
  return newest;
}

export function lastEventMs(task: ScheduledTask): number {
  return Math.max(0, ...task.taskEvents.map((event) => event.timestamp));
}
