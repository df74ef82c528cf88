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
    const { latestActive, active } = count(store.entriesOfJob(key));
    if (latestActive) jobs.push(toJobConfiguration(latestActive, active));
  }
  return jobs;
}

/** As `getJobs`, over all stored tasks, with counts by how they fare. */
export function getJobSummary(store: Store, role: string | undefined): JobSummary[] {
  const summaries: JobSummary[] = [];
  for (const key of jobKeysOf(store, role)) {
    const entries = store.entriesOfJob(key);
    const { latestActive, latest, stats } = count(entries);
    const shown = latestActive ?? latest;
    if (shown) summaries.push({ job: toJobConfiguration(shown, entries.size), stats });
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

interface JobCount {
  /** By its last event; the later stored one of several. */
  readonly latest: TaskEntry | undefined;
  readonly latestActive: TaskEntry | undefined;
  readonly active: number;
  readonly stats: JobStats;
}

/** One walk over a job's tasks, of which there may be many thousands. */
function count(entries: Iterable<TaskEntry>): JobCount {
  const stats = { activeTaskCount: 0, finishedTaskCount: 0, failedTaskCount: 0, pendingTaskCount: 0 };
  let latest: TaskEntry | undefined;
  let latestActive: TaskEntry | undefined;
  let latestMs = -Infinity;
  let latestActiveMs = -Infinity;
  let active = 0;
  for (const entry of entries) {
    const { task } = entry;
    const ms = lastEventMs(task);
    stats[BUCKETS[task.status]] += 1;
    if (ms >= latestMs) {
      latest = entry;
      latestMs = ms;
    }
    if (!ACTIVE_STATES.has(task.status)) continue;
    active += 1;
    if (ms < latestActiveMs) continue;
    latestActive = entry;
    latestActiveMs = ms;
  }
  return { latest, latestActive, active, stats };
}

function toJobConfiguration({ config }: TaskEntry, instanceCount: number): JobConfiguration {
  const taskConfig = config.config;
  return {
    key: taskConfig.job,
    ...(taskConfig.owner && { owner: taskConfig.owner }),
    taskConfig,
    instanceCount,
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
