import type { Watch } from '../client/job-watcher.js';
import type { SchedulerClient } from '../client/scheduler-client.js';
import type { Context } from './context.js';

/** A scheduler on this machine is looked at a hundred times as often as one elsewhere. */
const LOCAL_SPEED_UP = 100;
/** Here a task runs within some hundredths of a second. */
const LOCAL_FIRST_WAIT_MS = 5;
const LOCAL_GROWTH = 1.15;
const FIRST_WAIT_MS = 2_000;

export function watchOf({ host }: Context, client: SchedulerClient): Watch {
  const { clock, interrupted } = host;
  return client.address.socketPath === undefined
    ? { clock, interrupted, firstWaitMs: FIRST_WAIT_MS, growth: 2, speedUp: 1 }
    : { clock, interrupted, firstWaitMs: LOCAL_FIRST_WAIT_MS, growth: LOCAL_GROWTH, speedUp: LOCAL_SPEED_UP };
}
