import type { JobKey } from '../model/job-key.js';
import { requestedResources, type Resources } from '../model/resources.js';
import type { Core } from './core.js';
import { bucketOf, scale, type Consumption } from './quota.js';

/** Aurora's names of the ways in which consumption is looked at. */
export type ConsumptionMetric =
  'total_consumed' | 'dedicated_consumed' | 'quota_consumed' | 'free_pool_consumed';

export const CONSUMPTION_METRICS: readonly ConsumptionMetric[] = [
  'total_consumed',
  'dedicated_consumed',
  'quota_consumed',
  'free_pool_consumed',
];

/** Besides the total, what a part of a role's consumption counts to. */
export const METRIC_OF: Readonly<Record<keyof Consumption, ConsumptionMetric>> = {
  prodShared: 'quota_consumed',
  nonProdShared: 'free_pool_consumed',
  prodDedicated: 'dedicated_consumed',
  nonProdDedicated: 'dedicated_consumed',
};

/** What the active tasks of one configuration ask for, without their executors. */
export interface ConfigConsumption {
  readonly job: JobKey;
  readonly metric: ConsumptionMetric;
  readonly amount: Resources;
}

/** One entry a configuration that has active tasks. */
export function consumptions(core: Core): ConfigConsumption[] {
  const found: ConfigConsumption[] = [];
  for (const { config, active } of core.store.configs()) {
    if (active === 0) continue;
    found.push({
      job: config.job,
      metric: METRIC_OF[bucketOf(core, config)],
      amount: scale(requestedResources(config), active),
    });
  }
  return found;
}
