import type { SlaPolicy } from '../model/task-config.js';
import type { SchedulerOptions } from './options.js';
import { isProduction, type Tier } from './tiers.js';

/** Whether a job may have this policy; undefined, or Aurora's sentence why not. */
export function validateSlaPolicy(
  policy: SlaPolicy | undefined,
  tierName: string,
  tier: Tier,
  instanceCount: number,
  options: SchedulerOptions,
): string | undefined {
  if (!policy) return undefined;
  if (!isProduction(tier) && !options.slaAwareKillNonProd)
    return `Tier '${tierName}' does not support SlaPolicy.`;
  if ('coordinatorSlaPolicy' in policy) return undefined;
  if (instanceCount < options.minRequiredInstancesForSlaCheck)
    return `Job with fewer than ${options.minRequiredInstancesForSlaCheck} instances cannot have Percentage/Count SlaPolicy.`;
  if ('percentageSlaPolicy' in policy) {
    const { percentage, durationSecs } = policy.percentageSlaPolicy;
    const most = 100 - 100 / instanceCount;
    if (percentage > most) {
      return (
        `Current PercentageSlaPolicy: percentage=${percentage.toFixed(6)} will not allow any instances to be killed. ` +
        `Must be less than ${most.toFixed(6)}.`
      );
    }
    return checkDuration('PercentageSlaPolicy', durationSecs, options.maxSlaDurationSecs);
  }
  const { count, durationSecs } = policy.countSlaPolicy;
  if (count >= instanceCount) {
    return (
      `Current CountSlaPolicy: count=${count} will not allow any instances to be killed. ` +
      `Must be less than instanceCount=${instanceCount}.`
    );
  }
  return checkDuration('CountSlaPolicy', durationSecs, options.maxSlaDurationSecs);
}

function checkDuration(name: string, durationSecs: number, mostSecs: number): string | undefined {
  return durationSecs > mostSecs
    ? `${name}: durationSecs=${durationSecs} must be less than cluster-wide maximum of ${mostSecs} secs.`
    : undefined;
}
