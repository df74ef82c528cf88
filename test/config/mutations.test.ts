import { expect, test } from '@jest/globals';
import { runMutationTorture } from './mutation-torture.js';

/** `npm run torture -- language` runs a hundred thousand. */
test('configs broken at random are compiled or refused in plain words', () => {
  const report = runMutationTorture({ programs: 400, seed: 1 });
  expect(report.violations).toEqual([]);
  expect(report.accepted).toBeGreaterThan(10);
});
