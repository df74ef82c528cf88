import { formatJobKey } from '../model/job-key.js';
import type { ScheduledTask, TaskQuery } from '../model/scheduled-task.js';
import type { Store, TaskEntry } from './store.js';

/**
 * Stored tasks that match every field set in the query. An unset or empty set and a blank text restrict
 * nothing. The narrowest index named by the query is walked; `offset` and `limit` are for `queryPage`.
 */
export function queryTasks(store: Store, query: TaskQuery): ScheduledTask[] {
  return queryEntries(store, query).map((entry) => entry.task);
}

export function queryEntries(store: Store, query: TaskQuery): TaskEntry[] {
  const matches = matcher(query);
  const found: TaskEntry[] = [];
  for (const entry of candidates(store, query)) if (matches(entry)) found.push(entry);
  return found;
}

/** The part of the answer that `offset` and `limit` ask for; both apply only above zero. */
export function queryPage(store: Store, query: TaskQuery): TaskEntry[] {
  const matches = matcher(query);
  const limit = query.limit !== undefined && query.limit > 0 ? query.limit : Infinity;
  let skip = query.offset !== undefined && query.offset > 0 ? query.offset : 0;
  const found: TaskEntry[] = [];
  for (const entry of candidates(store, query)) {
    if (!matches(entry) || skip-- > 0) continue;
    found.push(entry);
    if (found.length >= limit) break;
  }
  return found;
}

/** Which index answers the query. */
export function indexFor(query: TaskQuery): 'by_id' | 'by_job' | 'by_host' | 'all' {
  if (isSet(query.taskIds)) return 'by_id';
  const job = isText(query.role) && isText(query.environment) && isText(query.jobName);
  if (isSet(query.jobKeys) || job) return 'by_job';
  return isSet(query.slaveHosts) ? 'by_host' : 'all';
}

function* candidates(store: Store, query: TaskQuery): Iterable<TaskEntry> {
  const { role, environment, jobName } = query;
  if (isSet(query.taskIds)) {
    for (const taskId of new Set(query.taskIds)) {
      const entry = store.entry(taskId);
      if (entry) yield entry;
    }
  } else if (isSet(query.jobKeys)) {
    for (const key of new Set(query.jobKeys.map(formatJobKey))) yield* store.entriesOfJob(key);
  } else if (isText(role) && isText(environment) && isText(jobName)) {
    yield* store.entriesOfJob(formatJobKey({ role, environment, name: jobName }));
  } else if (isSet(query.slaveHosts)) {
    for (const host of new Set(query.slaveHosts)) yield* store.entriesOfHost(host);
  } else if (isText(role)) {
    for (const key of store.jobKeys()) if (key.startsWith(`${role}/`)) yield* store.entriesOfJob(key);
  } else if (isSet(query.statuses)) {
    for (const status of new Set(query.statuses)) yield* store.entriesInStatus(status);
  } else {
    yield* store.entries();
  }
}

function matcher(query: TaskQuery): (entry: TaskEntry) => boolean {
  const { role, environment, jobName } = query;
  const taskIds = asSet(query.taskIds);
  const statuses = asSet(query.statuses);
  const instanceIds = asSet(query.instanceIds);
  const hosts = asSet(query.slaveHosts);
  const jobKeys = isSet(query.jobKeys) ? new Set(query.jobKeys.map(formatJobKey)) : undefined;
  return ({ task, config }) => {
    const { job } = config.config;
    const { taskId, instanceId, slaveHost } = task.assignedTask;
    return (
      (!isText(role) || job.role === role) &&
      (!isText(environment) || job.environment === environment) &&
      (!isText(jobName) || job.name === jobName) &&
      (!taskIds || taskIds.has(taskId)) &&
      (!statuses || statuses.has(task.status)) &&
      (!instanceIds || instanceIds.has(instanceId)) &&
      (!hosts || (slaveHost !== undefined && hosts.has(slaveHost))) &&
      (!jobKeys || jobKeys.has(config.jobKey))
    );
  };
}

function isSet<T>(items: readonly T[] | undefined): items is readonly T[] {
  return items !== undefined && items.length > 0;
}

function asSet<T>(items: readonly T[] | undefined): ReadonlySet<T> | undefined {
  return isSet(items) ? new Set(items) : undefined;
}

function isText(text: string | undefined): text is string {
  return text !== undefined && text.trim() !== '';
}
