import { describe, expect, test } from '@jest/globals';
import {
  afterCheck,
  alreadyRunning,
  NEVER_CHECKED,
  type CheckOutcome,
  type HealthPolicy,
  type HealthState,
} from '../../../src/agent/health/health-policy.js';

const DEFAULTS: HealthPolicy = {
  initialIntervalSecs: 15,
  intervalSecs: 10,
  maxConsecutiveFailures: 0,
  minConsecutiveSuccesses: 1,
};

/** One letter a check: `+` healthy, `-` failing with the attempt's number as its reason. */
function run(policy: Partial<HealthPolicy>, checks: string, from: HealthState = NEVER_CHECKED): HealthState {
  return Array.from(checks).reduce((state, check, index) => {
    const outcome: CheckOutcome =
      check === '+' ? { healthy: true } : { healthy: false, reason: `attempt ${index + 1}` };
    return afterCheck({ ...DEFAULTS, ...policy }, state, outcome);
  }, from);
}

describe('health policy', () => {
  test('with all defaults two failures are forgiven and the third ends the task', () => {
    expect(run({}, '--')).toMatchObject({ verdict: 'STARTING', attempts: 2 });
    expect(run({}, '---')).toMatchObject({ verdict: 'UNHEALTHY', reason: 'attempt 3' });
    expect(run({}, '--+')).toMatchObject({ verdict: 'RUNNING' });
  });

  test('case 77: initial 4, interval 2 fails at the third attempt', () => {
    const policy = { initialIntervalSecs: 4, intervalSecs: 2 };
    expect(run(policy, '--').verdict).toBe('STARTING');
    expect(run(policy, '---').verdict).toBe('UNHEALTHY');
  });

  test('case 79: three successes in a row are needed', () => {
    const policy = { intervalSecs: 2, minConsecutiveSuccesses: 3 };
    expect(run(policy, '++').verdict).toBe('STARTING');
    expect(run(policy, '+++').verdict).toBe('RUNNING');
    expect(run(policy, '++-++').verdict).toBe('STARTING');
    expect(run(policy, '++-+++').verdict).toBe('RUNNING');
  });

  test('case 82: too few attempts left fails fast with its own reason', () => {
    const policy = {
      initialIntervalSecs: 2,
      intervalSecs: 1,
      maxConsecutiveFailures: 1,
      minConsecutiveSuccesses: 3,
    };
    expect(run(policy, '+-+').verdict).toBe('STARTING');
    expect(run(policy, '+-+-')).toMatchObject({ verdict: 'UNHEALTHY', reason: 'attempt 4' });
  });

  test('case 83: a success does not end the forgiveness', () => {
    const policy = { initialIntervalSecs: 20, intervalSecs: 10 };
    expect(run(policy, '+').verdict).toBe('RUNNING');
    expect(run(policy, '+-').verdict).toBe('RUNNING');
    expect(run(policy, '+--')).toMatchObject({ verdict: 'UNHEALTHY', reason: 'attempt 3' });
  });

  test('case 84: without an initial interval the first failure counts', () => {
    expect(run({ initialIntervalSecs: 0 }, '-').verdict).toBe('UNHEALTHY');
  });

  test('failures count only in a row', () => {
    const policy = { initialIntervalSecs: 0, maxConsecutiveFailures: 2 };
    expect(run(policy, '+--+--+--').verdict).toBe('RUNNING');
    expect(run(policy, '+--+---').verdict).toBe('UNHEALTHY');
  });

  test('attempts run out', () => {
    const policy = {
      initialIntervalSecs: 1,
      intervalSecs: 1,
      maxConsecutiveFailures: 9,
      minConsecutiveSuccesses: 2,
    };
    const state = run(policy, '-+-+-+-+-+-+-');
    expect(state.verdict).toBe('UNHEALTHY');
    expect(state.attempts).toBeLessThanOrEqual(13);
  });

  test('unhealthy is for good', () => {
    expect(run({ initialIntervalSecs: 0 }, '-++++').verdict).toBe('UNHEALTHY');
  });

  test('a task that an earlier agent reported RUNNING stays so, without a second grace period', () => {
    const running = alreadyRunning(DEFAULTS);
    expect(run({}, '+', running).verdict).toBe('RUNNING');
    expect(run({}, '-', running).verdict).toBe('UNHEALTHY');
  });
});
