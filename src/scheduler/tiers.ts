import type { GetTierConfigResult } from '../model/response.js';

export interface Tier {
  /** May be killed for a task that is not. */
  readonly preemptible: boolean;
  /** Takes revocable resources where agents offer them. */
  readonly revocable: boolean;
}

export interface Tiers {
  readonly defaultTier: string;
  readonly tiers: ReadonlyMap<string, Tier>;
}

/** What `configs/tiers.yaml` says, too. */
export const DEFAULT_TIERS: Tiers = {
  defaultTier: 'preemptible',
  tiers: new Map([
    ['preferred', { preemptible: false, revocable: false }],
    ['preemptible', { preemptible: true, revocable: false }],
    ['revocable', { preemptible: true, revocable: true }],
  ]),
};

/** Quota is charged for these. */
export function isProduction(tier: Tier): boolean {
  return !tier.preemptible && !tier.revocable;
}

export function toTierConfigResult(tiers: Tiers): GetTierConfigResult {
  return {
    defaultTierName: tiers.defaultTier,
    tiers: Array.from(tiers.tiers, ([name, tier]) => ({
      name,
      settings: new Map([
        ['preemptible', String(tier.preemptible)],
        ['revocable', String(tier.revocable)],
      ]),
    })),
  };
}
