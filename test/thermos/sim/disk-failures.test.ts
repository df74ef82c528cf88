import { expect, test } from '@jest/globals';
import { FailingDisk, type DiskErrorCode } from '../../rig/failing-files.js';
import { runSeed, type SimulationResult } from './run-seed.js';

const SEEDS = [17, 28];
const MOST_CALLS = 80;

/** One after the other each call that the runner of a random task makes to its disk fails, once or for good. */
function sweep(code: DiskErrorCode, forGood: boolean): SimulationResult[] {
  return SEEDS.flatMap((seed) => {
    const results: SimulationResult[] = [];
    for (let call = 0; call < MOST_CALLS; call++) {
      const disk = new FailingDisk(code, call, forGood);
      const result = runSeed(seed, { failingDisk: disk });
      if (!disk.hasFailed) break;
      results.push(result);
    }
    return results;
  });
}

test.each([
  ['ENOSPC', true],
  ['EIO', true],
  ['EMFILE', false],
  ['ENFILE', false],
  ['ENOMEM', false],
  ['EDQUOT', true],
] as const)(
  'F6: whichever call fails with %s, the task ends with a reason and nothing is left',
  (code, forGood) => {
    const results = sweep(code, forGood);
    expect(results.length).toBeGreaterThan(SEEDS.length * 20);
    expect(results.filter((result) => result.violations.length > 0)).toEqual([]);
    const brokenOff = results.filter((result) => result.reason !== undefined);
    expect(brokenOff.length).toBeGreaterThan(results.length / 2);
    for (const { state, reason } of brokenOff) {
      expect(state).toBe('LOST');
      expect(reason).toContain(code);
    }
  },
);
