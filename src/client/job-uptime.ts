import { LIVE_STATES, type ScheduledTask } from '../model/scheduled-task.js';

/** Seconds, whole, that each live instance has been up: since the first RUNNING event of its task. */
export function uptimesOf(tasks: readonly ScheduledTask[], nowMs: number): number[] {
  const byInstance = new Map<number, number>();
  for (const task of tasks) {
    if (!LIVE_STATES.has(task.status)) continue;
    const running = task.taskEvents
      .filter((event) => event.status === 'RUNNING')
      .map((event) => event.timestamp);
    if (running.length === 0) continue;
    byInstance.set(task.assignedTask.instanceId, Math.floor((nowMs - Math.min(...running)) / 1000));
  }
  return [...byInstance.values()];
}

/** Percent of `total` instances up for at least `durationSecs`; 0 of none. */
export function upPercentage(uptimes: readonly number[], durationSecs: number, total: number): number {
  if (total === 0) return 0;
  return (100 * uptimes.filter((uptime) => uptime >= durationSecs).length) / total;
}

/** The uptime that `percentile` percent of the instances reach; 0 when there are too few. */
export function uptimeAtPercentile(uptimes: readonly number[], percentile: number): number {
  const sorted = [...uptimes].sort((a, b) => a - b);
  return sorted[sorted.length - Math.floor((percentile / 100) * sorted.length) - 1] ?? 0;
}
