import { describe, expect, test } from '@jest/globals';
import { FakeClock } from '../../../src/base/clock.js';
import { HealthChecker } from '../../../src/agent/health/health-checker.js';
import type { CheckOutcome } from '../../../src/agent/health/health-policy.js';

const POLICY = {
  initialIntervalSecs: 4,
  intervalSecs: 2,
  maxConsecutiveFailures: 0,
  minConsecutiveSuccesses: 1,
};
const settle = async (): Promise<void> => {
  for (let i = 0; i < 10; i++) await Promise.resolve();
};

function makeChecker(outcomes: CheckOutcome[], snoozed = false, minConsecutiveSuccesses = 1) {
  const clock = new FakeClock();
  const times: number[] = [];
  const changes: string[] = [];
  const checker: HealthChecker = new HealthChecker({
    clock,
    policy: { ...POLICY, minConsecutiveSuccesses },
    check: async () => {
      times.push(clock.monotonicMs());
      const outcome = outcomes[Math.min(times.length - 1, outcomes.length - 1)];
      if (!outcome) throw new Error('no outcome');
      return outcome;
    },
    snoozed: () => snoozed,
    wasRunning: false,
    onChange: () => {
      changes.push(checker.status.kind);
    },
  });
  return { clock, checker, times, changes };
}

const BAD: CheckOutcome = { healthy: false, reason: 'bad' };

describe('health checker', () => {
  test('case 77: checks at 0, 2 and 4 s, then FAILED', async () => {
    const { clock, checker, times } = makeChecker([BAD]);
    checker.start();
    for (let second = 0; second < 10; second++) {
      await settle();
      clock.advance(1000);
    }
    expect(times).toEqual([0, 2000, 4000]);
    expect(checker.status).toEqual({
      kind: 'TERMINAL',
      status: 'FAILED',
      message: 'Failed health check! bad',
    });
  });

  test('case 79: RUNNING after the third success at 4 s', async () => {
    const { clock, checker, times, changes } = makeChecker([{ healthy: true }], false, 3);
    checker.start();
    await settle();
    clock.advance(2000);
    await settle();
    expect(checker.status.kind).toBe('STARTING');
    clock.advance(2000);
    await settle();
    expect(times).toEqual([0, 2000, 4000]);
    expect(checker.status).toEqual({ kind: 'RUNNING', message: 'Task is healthy.' });
    expect(changes).toEqual(['RUNNING']);
    checker.stop();
  });

  test('case 85: a snooze counts as a success', async () => {
    const { checker, times } = makeChecker([BAD], true);
    checker.start();
    await settle();
    expect(checker.status.kind).toBe('RUNNING');
    expect(checker.metrics).toMatchObject({ 'health_checker.snoozed': 1, 'health_checker.checks': 0 });
    expect(times).toEqual([]);
    checker.stop();
  });

  test('a check that throws is a failure of its own kind', async () => {
    const { checker, clock } = makeChecker([]);
    checker.start();
    for (let i = 0; i < 3; i++) {
      await settle();
      clock.advance(2000);
    }
    expect(checker.status).toMatchObject({
      message: 'Failed health check! Internal health check error: no outcome',
    });
  });

  test('once stopped, nothing changes', async () => {
    const { clock, checker, changes } = makeChecker([{ healthy: true }]);
    checker.start();
    checker.stop();
    await settle();
    clock.advance(60_000);
    expect(changes).toEqual([]);
    expect(clock.nextDelayMs()).toBeUndefined();
  });
});
