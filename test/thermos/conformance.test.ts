import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { buildThermos, type BuiltThermos } from '../rig/built-thermos.js';
import { runThermosCases } from '../rig/thermos-conformance.js';
import { recordedCases } from '../rig/thermos-cases.js';

/** A few recorded runs of every kind; all of them run by `npm run conformance`. */
const NAMES = [
  'hello',
  'exit-137-child-killed',
  'self-kill-9-then-ok',
  'env',
  'session-probe',
  'signal-mask',
  'thermos-profile',
  'ports',
  'ports-unbound',
  'unbound-ref',
  'diamond-branch-fails-unlimited',
  'final-and-ephemeral',
  'finalization-wait-0',
  'logger-rotate-slow',
  'background-setsid-term',
  'kill-running',
  'runner-killed-readopt',
  'runner-sigusr1-sleep',
  'runner-locked',
  'invalid-empty-order',
  'json-config',
  'simplerun',
  'cli-errors',
  'read-simple',
];

let built: BuiltThermos;
beforeAll(async () => {
  built = await buildThermos();
}, 60_000);
afterAll(() => {
  built.dispose();
});

test('recorded runs of the original', async () => {
  const cases = recordedCases().filter((one) => NAMES.includes(one.name));
  expect(cases).toHaveLength(NAMES.length);
  const result = await runThermosCases(cases, built.program);
  expect(result.failures).toEqual([]);
  expect(result.passed).toBe(NAMES.length);
}, 240_000);
