import type { Clock } from '../base/clock.js';
import type { ClusterJobKey } from '../model/job-key.js';
import { LIVE_STATES, TERMINAL_STATES, type ScheduledTask } from '../model/scheduled-task.js';
import { sleep } from './interruption.js';
import type { SchedulerClient } from './scheduler-client.js';
import { jobQuery, newestByInstance, tasksOf } from './tasks.js';

export type WaitGoal = 'PENDING' | 'RUNNING' | 'FINISHED';

/** The longest wait between two looks; they grow from the first. */
const LONGEST_WAIT_MS = 150_000;
/** Waits for a kill double up to 128 s, and end after these. */
const KILL_WAITS_MS = [2_000, 4_000, 8_000, 16_000, 32_000, 64_000, 128_000];

export interface Watch {
  readonly clock: Clock;
  readonly interrupted: AbortSignal;
  /** Before the second look at a job that should come up. */
  readonly firstWaitMs: number;
  /** Of such a wait to the one before. */
  readonly growth: number;
  /** Looks at a local scheduler are cheap: the waits between them are this many times shorter. */
  readonly speedUp: number;
}

/** Waits, without limit, until every instance's newest task has reached the goal. */
export async function waitUntil(
  client: SchedulerClient,
  key: ClusterJobKey,
  goal: WaitGoal,
  watch: Watch,
  instances?: readonly number[],
): Promise<void> {
  if (goal === 'PENDING') return;
  let waitMs = watch.firstWaitMs;
  for (;;) {
    const tasks = tasksOf(
      await client.call('getTasksWithoutConfigs', { query: jobQuery(key, { instances }) }),
    );
    if (tasks.length > 0 && [...newestByInstance(tasks).values()].every((task) => reached(task, goal)))
      return;
    await sleep(watch.clock, waitMs, watch.interrupted);
    waitMs = Math.min(LONGEST_WAIT_MS / watch.speedUp, waitMs * watch.growth);
  }
}

function reached(task: ScheduledTask, goal: WaitGoal): boolean {
  return TERMINAL_STATES.has(task.status) || (goal === 'RUNNING' && LIVE_STATES.has(task.status));
}

/** Whether the newest task of each instance ended within about 254 seconds. */
export async function waitUntilKilled(
  client: SchedulerClient,
  key: ClusterJobKey,
  instances: readonly number[] | undefined,
  watch: Watch,
): Promise<boolean> {
  const query = jobQuery(key, { instances });
  const looksEach = watch.speedUp;
  for (const waitMs of [0, ...KILL_WAITS_MS]) {
    // With a speed-up the same total time is split into more looks.
    const looks = waitMs === 0 ? 1 : looksEach;
    for (let look = 0; look < looks; look++) {
      await sleep(watch.clock, waitMs / looks, watch.interrupted);
      const tasks = tasksOf(await client.call('getTasksWithoutConfigs', { query }));
      if ([...newestByInstance(tasks).values()].every((task) => TERMINAL_STATES.has(task.status)))
        return true;
    }
  }
  return false;
}
