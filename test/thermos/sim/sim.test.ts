import { expect, test } from '@jest/globals';
import { runSeed } from './run-seed.js';

const SEEDS = 100;

/** The long form is `npm run torture -- thermos-sim SEEDS`. */
test('F9: random tasks under runners that die at any step keep every promise', () => {
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

test('what a run left in its session is found though its runner died before it had cleared that away', () => {
  for (const seed of [873, 1289]) expect(runSeed(seed).violations).toEqual([]);
});

test('a process that waits while there is no room costs nothing', () => {
  expect(runSeed(75).violations).toEqual([]);
});

test('what cannot be killed holds a task up for a bounded time, and is named at its end', () => {
  const results = Array.from({ length: 60 }, (_, seed) => runSeed(seed, { unkillableOrphans: true }));
  expect(results.filter((result) => result.violations.length > 0)).toEqual([]);
  const held = results.filter((result) => result.orphans.length > 0);
  expect(held.length).toBeGreaterThan(10);
  for (const { reason, orphans } of held) {
    expect(reason).toMatch(/left although killed with SIGKILL: process \d+ \(state S\)/);
    expect(reason).toContain(`${orphans[0]}`);
  }
});
