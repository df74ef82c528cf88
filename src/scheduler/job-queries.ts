import type {
  ConfigSummary,
  JobConfiguration,
  JobStats,
  JobSummary,
  Range,
} from '../model/job-configuration.js';
import { formatJobKey, type JobKey } from '../model/job-key.js';
import type { RoleSummary } from '../model/response.js';
import { ACTIVE_STATES, type ScheduledTask, type ScheduleStatus } from '../model/scheduled-task.js';
import type { ConfigRecord, Store, TaskEntry } from '../storage/store.js';

/** Jobs with active tasks: as many instances as are active, the configuration of the latest. */
export function getJobs(store: Store, role: string | undefined): JobConfiguration[] {
  const jobs: JobConfiguration[] = [];
  for (const key of jobKeysOf(store, role)) {
    const active = [...store.entriesOfJob(key)].filter(({ task }) => ACTIVE_STATES.has(task.status));
    const job = toJobConfiguration(active);
    if (job) jobs.push(job);
  }
  return jobs;
}

/** As `getJobs`, over all stored tasks, with counts by how they fare. */
export function getJobSummary(store: Store, role: string | undefined): JobSummary[] {
  const summaries: JobSummary[] = [];
  for (const key of jobKeysOf(store, role)) {
    const entries = [...store.entriesOfJob(key)];
    const active = entries.filter(({ task }) => ACTIVE_STATES.has(task.status));
    const latest = toJobConfiguration(active.length > 0 ? active : entries);
    if (latest)
      summaries.push({ job: { ...latest, instanceCount: entries.length }, stats: countStats(entries) });
  }
  return summaries;
}

export function getRoleSummary(store: Store): RoleSummary[] {
  const jobs = new Map<string, number>();
  for (const key of store.jobKeys()) {
    const role = key.slice(0, key.indexOf('/'));
    jobs.set(role, (jobs.get(role) ?? 0) + 1);
  }
  return Array.from(jobs, ([role, jobCount]) => ({ role, jobCount, cronJobCount: 0 }));
}

/** Active tasks by configuration, their instances as closed ranges. */
export function getConfigSummary(store: Store, key: JobKey): ConfigSummary {
  const groups = new Map<ConfigRecord, number[]>();
  for (const { task, config } of store.entriesOfJob(formatJobKey(key))) {
    if (!ACTIVE_STATES.has(task.status)) continue;
    const instances = groups.get(config);
    if (instances) instances.push(task.assignedTask.instanceId);
    else groups.set(config, [task.assignedTask.instanceId]);
  }
  return {
    key,
    groups: Array.from(groups, ([{ config }, instances]) => ({ config, instances: toRanges(instances) })),
  };
}

/** Numbers as closed ranges, in order: 0, 1, 2, 5 are [0-2] and [5-5]. */
export function toRanges(numbers: readonly number[]): Range[] {
  const ranges: Array<{ first: number; last: number }> = [];
  for (const number of [...numbers].sort((a, b) => a - b)) {
    const previous = ranges.at(-1);
    if (previous && number <= previous.last + 1) previous.last = number;
    else ranges.push({ first: number, last: number });
  }
  return ranges;
}

function* jobKeysOf(store: Store, role: string | undefined): Iterable<string> {
  for (const key of store.jobKeys())
    if (role === undefined || role === '' || key.startsWith(`${role}/`)) yield key;
}

function toJobConfiguration(entries: readonly TaskEntry[]): JobConfiguration | undefined {
  let latest: TaskEntry | undefined;
  for (const entry of entries)
    if (!latest || lastEventMs(entry.task) >= lastEventMs(latest.task)) latest = entry;
  if (!latest) return undefined;
  const { config } = latest.config;
  return {
    key: config.job,
    ...(config.owner && { owner: config.owner }),
    taskConfig: config,
    instanceCount: entries.length,
  };
}

function lastEventMs(task: ScheduledTask): number {
  return task.taskEvents.at(-1)?.timestamp ?? 0;
}

const BUCKETS: Readonly<Record<ScheduleStatus, keyof JobStats>> = {
  INIT: 'pendingTaskCount',
  PENDING: 'pendingTaskCount',
  THROTTLED: 'pendingTaskCount',
  ASSIGNED: 'activeTaskCount',
  STARTING: 'activeTaskCount',
  RUNNING: 'activeTaskCount',
  KILLING: 'activeTaskCount',
  RESTARTING: 'activeTaskCount',
  PREEMPTING: 'activeTaskCount',
  DRAINING: 'activeTaskCount',
  PARTITIONED: 'activeTaskCount',
  KILLED: 'finishedTaskCount',
  FINISHED: 'finishedTaskCount',
  LOST: 'failedTaskCount',
  FAILED: 'failedTaskCount',
};

function countStats(entries: readonly TaskEntry[]): JobStats {
  const stats = { activeTaskCount: 0, finishedTaskCount: 0, failedTaskCount: 0, pendingTaskCount: 0 };
  for (const { task } of entries) stats[BUCKETS[task.status]] += 1;
  return stats;
}
