import type { Watch } from '../client/job-watcher.js';
import type { SchedulerClient } from '../client/scheduler-client.js';
import type { Context } from './context.js';

/** A scheduler on this machine is looked at a hundred times as often as one elsewhere. */
const LOCAL_SPEED_UP = 100;

export function watchOf({ host }: Context, client: SchedulerClient): Watch {
  const speedUp = client.address.socketPath === undefined ? 1 : LOCAL_SPEED_UP;
  return { clock: host.clock, interrupted: host.interrupted, speedUp };
}
