import { expect, test } from '@jest/globals';
import { order, P, task } from '../../rig/thermos-rig.js';
import { FailingDisk } from '../../rig/failing-files.js';
import { Planner } from '../../../src/thermos/planner.js';
import { runSeed } from './run-seed.js';

/** Calls that the runner of such a task makes to its disk: they count its work, whatever this machine does else. */
function calls(size: number, more: (names: readonly string[]) => Record<string, unknown>): number {
  const names = Array.from({ length: size }, (_, index) => `p${index}`);
  const processes = names.map((name) => P(name, 'true', { min_duration: 0 }));
  const disk = new FailingDisk('EIO', Number.POSITIVE_INFINITY, false);
  const options = { failingDisk: disk, task: task(processes, more(names)) };
  const { state, runs, violations } = runSeed(1, options);
  expect({ state, runs, violations }).toEqual({ state: 'SUCCESS', runs: size, violations: [] });
  return disk.calls;
}

test.each([
  ['side by side', () => ({})],
  ['two at once', () => ({ max_concurrency: 2 })],
  ['a chain', (names: readonly string[]) => ({ constraints: [order(...names)] })],
  [
    'one, then all, then one',
    (names: readonly string[]) => ({
      constraints: names.slice(1, -1).map((name) => order(names[0] ?? '', name, names.at(-1) ?? '')),
    }),
  ],
] as const)('ten times as many processes make ten times the work: %s', (_name, more) => {
  const ratio = calls(300, more) / calls(30, more);
  expect(ratio).toBeLessThan(11);
});

test('a planner with room for two looks at two of ten thousand', () => {
  let looks = 0;
  const processes = Array.from({ length: 10_000 }, (_, index) => ({
    get name(): string {
      looks += 1;
      return `p${index}`;
    },
    maxFailures: 1,
    daemon: false,
    ephemeral: false,
    minDurationSecs: 0,
    predecessors: [],
  }));
  const planner = new Planner(processes);
  looks = 0;
  for (let run = 0; run < 5000; run++) {
    const two: string[] = [];
    for (const name of planner.runnable(run)) {
      two.push(name);
      if (two.length === 2) break;
    }
    for (const name of two) planner.started(name);
    for (const name of two) planner.succeeded(name, run);
  }
  expect(planner.isComplete).toBe(true);
  expect(looks).toBeLessThan(20_000);
});
