import { expect, test } from '@jest/globals';
import { DEFAULT_TIERS as OF_THE_CLIENT } from '../../src/client/tiers.js';
import { DEFAULT_TIERS, toTierConfigResult } from '../../src/scheduler/tiers.js';

test('the tiers that a client takes for granted are those of a local scheduler', () => {
  expect(OF_THE_CLIENT).toEqual(toTierConfigResult(DEFAULT_TIERS));
});
