import { ACTIVE_STATES } from '../model/scheduled-task.js';
import type { SlaPolicy } from '../model/task-config.js';
import type { TaskEntry } from '../storage/store.js';
import type { Core } from './core.js';
import { tierOf } from './task-request.js';
import { isProduction } from './tiers.js';

/**
 * Whether this task may be killed without breaking its job's promise. Small jobs and jobs outside production
 * have none. A promise that would allow no kill at all is relaxed to all but one instance.
 */
export function allowsKill(
  core: Core,
  entry: TaskEntry,
  policy: Exclude<SlaPolicy, { coordinatorSlaPolicy: unknown }>,
): boolean {
  const { options, store, clock } = core;
  if (!isProduction(tierOf(entry.config.config, core.tiers)) && !options.slaAwareKillNonProd) return true;
  const active = [...store.entriesOfJob(entry.config.jobKey)].filter(({ task }) =>
    ACTIVE_STATES.has(task.status),
  );
  const total = active.length;
  if (total < options.minRequiredInstancesForSlaCheck) return true;
  const durationSecs =
    'percentageSlaPolicy' in policy
      ? policy.percentageSlaPolicy.durationSecs
      : policy.countSlaPolicy.durationSecs;
  const since = clock.nowMs() - durationSecs * 1000;
  const running = active.filter((other) => other !== entry && isRunningSince(other, since)).length;
  if ('countSlaPolicy' in policy) return running >= Math.min(policy.countSlaPolicy.count, total - 1);
  const { percentage } = policy.percentageSlaPolicy;
  const required = Math.trunc((1 - percentage / 100) * total) < 1 ? ((total - 1) / total) * 100 : percentage;
  return (running / total) * 100 >= required;
}

function isRunningSince({ task }: TaskEntry, sinceMs: number): boolean {
  if (task.status !== 'RUNNING') return false;
  const event = task.taskEvents.findLast(({ status }) => status === 'RUNNING');
  return event !== undefined && event.timestamp < sinceMs;
}
