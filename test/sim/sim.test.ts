import { describe, expect, test } from '@jest/globals';
import { Host } from '../../src/scheduler/host.js';
import { runSeed } from './run-seed.js';
import { runSimulations } from './run-simulations.js';

describe('a seeded cluster', () => {
  test('keeps its invariants over many seeds', () => {
    const { failures, schedulerLives } = runSimulations({
      seeds: Number(process.env['SIM_SEEDS'] ?? 1000),
      from: Number(process.env['SIM_FROM'] ?? 0),
    });
    expect(failures.map(({ seed, violations }) => ({ seed, violations }))).toEqual([]);
    expect(schedulerLives).toBeGreaterThan(1000);
  });
});
