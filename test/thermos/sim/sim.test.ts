import { expect, test } from '@jest/globals';
import { runSeed } from './run-seed.js';

const SEEDS = 100;

/** The long form is `npm run torture -- thermos-sim SEEDS`. */
test('random tasks under runners that die at any step keep every promise', () => {
  const bad = Array.from({ length: SEEDS }, (_, seed) => runSeed(seed)).filter(
    (result) => result.violations.length > 0,
  );
  expect(bad).toEqual([]);
});

test('a runner that forgets what it wrote last is found out', () => {
  const found = Array.from({ length: SEEDS }, (_, seed) => seed).some(
    (seed) => runSeed(seed, { forgetsLastWrite: true }).violations.length > 0,
  );
  expect(found).toBe(true);
});
