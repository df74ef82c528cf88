import { describe, expect, test } from '@jest/globals';
import { combineStatuses, type CheckerStatus } from '../../src/agent/status-chain.js';

const STARTING: CheckerStatus = { kind: 'STARTING' };
const RUNNING: CheckerStatus = { kind: 'RUNNING', message: 'Task is healthy.' };
const FAILED: CheckerStatus = { kind: 'TERMINAL', status: 'FAILED', message: 'x' };
const KILLED: CheckerStatus = { kind: 'TERMINAL', status: 'KILLED', message: 'y' };

describe('case 86: status chain', () => {
  test.each([
    [[RUNNING, STARTING], STARTING],
    [[RUNNING, undefined], RUNNING],
    [[undefined, undefined], undefined],
    [[STARTING, FAILED, RUNNING], FAILED],
    [[KILLED, FAILED], KILLED],
  ])('%j is %j', (statuses, expected) => {
    expect(combineStatuses(statuses)).toEqual(expected);
  });

  test('terminal is for good', () => {
    expect(combineStatuses([RUNNING], FAILED)).toBe(FAILED);
  });
});
