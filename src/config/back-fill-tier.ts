import type { GetTierConfigResult, TierConfig } from '../model/response.js';
import { BooleanType, SimpleObject, StringType } from '../pystachio/simple.js';
import { StructObject } from '../pystachio/struct-object.js';
import { flagOf, textOf } from './plain-fields.js';
import type { PickedJob } from './prepare-job.js';

/**
 * Completes the pair of `tier` and `production` from the scheduler's tiers: without a tier the first one that
 * fits `production` and is not revocable, else the default; with a tier `production` follows it.
 */
export function backFillTier(picked: PickedJob, tiers: GetTierConfigResult): PickedJob {
  const { runtime } = picked.config.evaluation;
  const chosen = textOf(picked.interpolated, 'tier', runtime);
  if (chosen === undefined) {
    const production = flagOf(picked.interpolated, 'production');
    const fitting = tiers.tiers.find(
      (tier) => isOn(tier, 'preemptible') !== production && !isOn(tier, 'revocable'),
    );
    return withField(
      picked,
      'tier',
      new SimpleObject(StringType, fitting?.name ?? tiers.defaultTierName, null),
    );
  }
  const tier = tiers.tiers.find((each) => each.name === chosen);
  if (!tier) return picked;
  return withField(picked, 'production', new SimpleObject(BooleanType, !isOn(tier, 'preemptible'), null));
}

function isOn(tier: TierConfig, setting: string): boolean {
  return tier.settings.get(setting) === 'true';
}

function withField(picked: PickedJob, field: string, value: SimpleObject): PickedJob {
  return {
    ...picked,
    job: replaced(picked.job, field, value),
    interpolated: replaced(picked.interpolated, field, value),
  };
}

function replaced(job: StructObject, field: string, value: SimpleObject): StructObject {
  const values = job.values.slice();
  values[job.type.slots.get(field) as number] = value;
  return new StructObject(job.type, values, job.scopes, job.origin);
}
