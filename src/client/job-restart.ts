import type { Clock } from '../base/clock.js';
import { formatClusterJobKey, type ClusterJobKey } from '../model/job-key.js';
import type { Response } from '../model/response.js';
import { ACTIVE_STATES } from '../model/scheduled-task.js';
import { sleep } from './interruption.js';
import type { SchedulerClient } from './scheduler-client.js';
import { bareKey, jobQuery, tasksOf } from './tasks.js';

export interface RestartSettings {
  readonly batchSize: number;
  /** An instance is healthy once it has run this long without a new task. */
  readonly watchMs: number;
  readonly pollMs: number;
  /** Failed instances that are tolerated. */
  readonly maxTotalFailures: number;
  /** Failures of one instance before it counts as failed. */
  readonly maxPerInstanceFailures: number;
}

export interface RestartServices {
  readonly clock: Clock;
  readonly interrupted: AbortSignal;
  readonly log: (level: 'INFO' | 'ERROR', message: string) => void;
}

export type RestartOutcome =
  | { readonly kind: 'done' }
  /** More instances failed than tolerated. */
  | { readonly kind: 'failed' }
  | { readonly kind: 'refused'; readonly response: Response };

/** Restarts instances batch by batch, watching each batch; failed instances are taken up again at the end. */
export async function restartJob(
  client: SchedulerClient,
  key: ClusterJobKey,
  instances: readonly number[] | undefined,
  settings: RestartSettings,
  services: RestartServices,
): Promise<RestartOutcome> {
  const { log } = services;
  const status = await client.call('getTasksWithoutConfigs', {
    query: jobQuery(key, { statuses: ACTIVE_STATES }),
  });
  if (status.responseCode !== 'OK') return { kind: 'refused', response: status };
  const active = [...new Set(tasksOf(status).map((task) => task.assignedTask.instanceId))].sort(
    (a, b) => a - b,
  );
  let left: readonly number[] = instances ?? active;
  if (left.length === 0) {
    log('INFO', `No instances specified, and no active instances found in job ${formatClusterJobKey(key)}`);
    log('INFO', 'Nothing to do.');
    return { kind: 'done' };
  }
  log('INFO', `Performing rolling restart of job ${formatClusterJobKey(key)} (instances: ${listText(left)})`);
  const failures = new FailureCount(settings);
  while (left.length > 0 && !failures.exceeded()) {
    const batch = left.slice(0, settings.batchSize);
    log('INFO', `Restarting instances: ${listText(batch)}`);
    const response = await client.call('restartShards', { job: bareKey(key), shardIds: batch });
    if (response.responseCode !== 'OK') return { kind: 'refused', response };
    const failed = await watchBatch(client, key, batch, settings, services);
    failures.add(failed);
    left = [...left.slice(settings.batchSize), ...failed];
  }
  if (failures.exceeded()) {
    for (const line of failures.report()) log('ERROR', line);
    log('INFO', 'Restart failures threshold reached. Aborting');
    return { kind: 'failed' };
  }
  log('INFO', 'All instances were restarted successfully');
  return { kind: 'done' };
}

interface Seen {
  readonly taskId: string;
  readonly sinceMs: number;
}

/**
 * The instances of the batch that turned out unhealthy: a second task replaced the one first seen running. An
 * instance that never runs is waited for.
 */
async function watchBatch(
  client: SchedulerClient,
  key: ClusterJobKey,
  batch: readonly number[],
  settings: RestartSettings,
  { clock, interrupted, log }: RestartServices,
): Promise<number[]> {
  log('INFO', `Watching instances: ${listText(batch)}`);
  const seen = new Map<number, Seen>();
  const undecided = new Set(batch);
  const failed: number[] = [];
  for (;;) {
    const query = jobQuery(key, { statuses: ['RUNNING'], instances: batch });
    const tasks = tasksOf(await client.call('getTasksWithoutConfigs', { query }));
    const running = new Map(tasks.map((task) => [task.assignedTask.instanceId, task.assignedTask.taskId]));
    const nowMs = clock.monotonicMs();
    for (const instance of batch) {
      const taskId = running.get(instance);
      if (!undecided.has(instance) || taskId === undefined) continue;
      const before = seen.get(instance);
      if (!before) {
        log('INFO', `Detected RUNNING instance ${instance}`);
        seen.set(instance, { taskId, sinceMs: nowMs });
      } else if (before.taskId !== taskId) {
        log('INFO', `Instance ${instance} is unhealthy`);
        undecided.delete(instance);
        failed.push(instance);
      } else if (nowMs - before.sinceMs > settings.watchMs) {
        log(
          'INFO',
          `Instance ${instance} has been up and healthy for at least ${settings.watchMs / 1000} seconds`,
        );
        undecided.delete(instance);
      }
    }
    if (undecided.size === 0) return failed;
    await sleep(clock, settings.pollMs, interrupted);
  }
}

class FailureCount {
  readonly #byInstance = new Map<number, number>();

  constructor(private readonly settings: RestartSettings) {}

  add(failed: readonly number[]): void {
    for (const instance of failed) this.#byInstance.set(instance, (this.#byInstance.get(instance) ?? 0) + 1);
  }

  exceeded(): boolean {
    return this.#failedInstances().length > this.settings.maxTotalFailures;
  }

  report(): string[] {
    const { maxTotalFailures, maxPerInstanceFailures } = this.settings;
    const failed = this.#failedInstances();
    return [
      `${failed.length} failed instances observed, maximum allowed is ${maxTotalFailures}`,
      ...failed.map(
        ([instance, count]) =>
          `${count} instance failures for instance ${instance}, maximum allowed is ${maxPerInstanceFailures}`,
      ),
    ];
  }

  #failedInstances(): Array<[number, number]> {
    return [...this.#byInstance].filter(([, count]) => count > this.settings.maxPerInstanceFailures);
  }
}

function listText(instances: readonly number[]): string {
  return `[${instances.join(', ')}]`;
}
