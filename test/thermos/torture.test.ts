import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { buildThermos, type BuiltThermos } from '../rig/built-thermos.js';
import { runThermosTorture } from './torture.js';

let built: BuiltThermos;
beforeAll(async () => {
  built = await buildThermos();
}, 60_000);
afterAll(() => {
  built.dispose();
});

/** The short form; the long one is `npm run torture -- thermos ROUNDS`. */
test('F9, I3, I10: kill -9 of runners, coordinators and commands', async () => {
  const report = await runThermosTorture({ rounds: 2, kinds: ['all', 'stops'], program: built.program });
  expect(report.violations).toEqual([]);
}, 180_000);
