import { formatClusterJobKey, formatJobKey, type ClusterJobKey } from '../model/job-key.js';
import type { ScheduledTask } from '../model/scheduled-task.js';
import { upPercentage, uptimesOf } from './job-uptime.js';

/** The share of a job's instances, in percent, that must have been up for a time. */
export interface SlaLimit {
  readonly percentage: number;
  readonly durationSecs: number;
}

/** What would become of one job if a group of hosts went down. */
export interface JobProbe {
  readonly host: string;
  readonly job: ClusterJobKey;
  /** Percent of instances that would be up for the time. */
  readonly predicted: number;
  readonly safe: boolean;
  /** Seconds until the limit would hold; undefined when it never will. */
  readonly safeInSecs: number | undefined;
  readonly limit: SlaLimit;
}

/**
 * The jobs of a set of live tasks that count: production jobs with at least so many instances. Everything is
 * computed here from what the scheduler lists.
 */
export class SlaDomain {
  readonly #jobs = new Map<string, { readonly key: ClusterJobKey; readonly tasks: ScheduledTask[] }>();

  constructor(
    cluster: string,
    tasks: readonly ScheduledTask[],
    minInstances: number,
    private readonly nowMs: number,
  ) {
    for (const task of tasks) {
      const { task: config } = task.assignedTask;
      if (!config.production) continue;
      const text = formatJobKey(config.job);
      const job = this.#jobs.get(text) ?? { key: { cluster, ...config.job }, tasks: [] };
      job.tasks.push(task);
      this.#jobs.set(text, job);
    }
    for (const [text, { tasks: own }] of this.#jobs) if (own.length < minInstances) this.#jobs.delete(text);
  }

  /** Hosts that run a task of a job that counts, sorted. */
  hosts(): string[] {
    const hosts = [...this.#jobs.values()].flatMap(({ tasks }) => tasks.map(hostOf));
    return [...new Set(hosts)].filter((host) => host !== '').sort();
  }

  /** One entry for each host of the group and job on it, as if the whole group went down. */
  probe(group: readonly string[], limitOf: (job: ClusterJobKey) => SlaLimit): JobProbe[] {
    const down = new Set(group);
    return [...group]
      .sort()
      .flatMap((host) =>
        [...this.#jobs.values()]
          .filter(({ tasks }) => tasks.some((task) => hostOf(task) === host))
          .map(({ key, tasks }) => this.#probeJob(host, key, tasks, down, limitOf(key))),
      );
  }

  #probeJob(
    host: string,
    job: ClusterJobKey,
    tasks: readonly ScheduledTask[],
    down: ReadonlySet<string>,
    limit: SlaLimit,
  ): JobProbe {
    const left = uptimesOf(
      tasks.filter((task) => !down.has(hostOf(task))),
      this.nowMs,
    );
    const total = uptimesOf(tasks, this.nowMs).length;
    const predicted = upPercentage(left, limit.durationSecs, total);
    const safe = predicted >= limit.percentage;
    return { host, job, predicted, safe, safeInSecs: safe ? 0 : waitSecs(left, total, limit), limit };
  }
}

/** Until the last of the instances that are needed has been up for the time. */
function waitSecs(uptimes: readonly number[], total: number, limit: SlaLimit): number | undefined {
  const needed = Math.ceil((limit.percentage / 100) * total);
  const last = [...uptimes].sort((a, b) => b - a)[needed - 1];
  return last === undefined ? undefined : Math.max(0, limit.durationSecs - last);
}

function hostOf(task: ScheduledTask): string {
  return task.assignedTask.slaveHost ?? '';
}

/** Limits for single jobs, one a line: `cluster/role/env/job PERCENTAGE DURATION`. */
export function limitFor(
  job: ClusterJobKey,
  overrides: ReadonlyMap<string, SlaLimit>,
  usual: SlaLimit,
): SlaLimit {
  return overrides.get(formatClusterJobKey(job)) ?? usual;
}
