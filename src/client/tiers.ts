import type { GetTierConfigResult } from '../model/response.js';

/** The tiers of a local cluster: what its scheduler answers, known without asking. */
export const DEFAULT_TIERS: GetTierConfigResult = {
  defaultTierName: 'preemptible',
  tiers: [tier('preferred', false, false), tier('preemptible', true, false), tier('revocable', true, true)],
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
