import type { GetTierConfigResult } from '../model/response.js';

/** The tiers of a scheduler that was given no others: what a local cluster that is not up will answer. */
export const DEFAULT_TIERS: GetTierConfigResult = {
  defaultTierName: 'preemptible',
  tiers: [tier('preemptible', true, false), tier('preferred', false, false), tier('revocable', true, true)],
};

function tier(name: string, preemptible: boolean, revocable: boolean) {
  return {
    name,
    settings: new Map([
      ['preemptible', String(preemptible)],
      ['revocable', String(revocable)],
    ]),
  };
}
