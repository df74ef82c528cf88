import { describe, expect, test } from '@jest/globals';
import { longestAgeMs, selectGarbage } from '../../../src/agent/gc/gc-policy.js';

const WEEK = 7 * 24 * 3600 * 1000;

describe('collection of sandboxes', () => {
  test.each([
    [0, 0.9],
    [0.4, 0.5],
    [0.9, 0],
    [1, 0],
    [2, 0],
    [-1, 0.9],
  ])('a disk used to %d keeps %d of a week', (diskUsed, share) => {
    expect(longestAgeMs({ diskUsed, delayMs: WEEK })).toBeCloseTo(share * WEEK, 0);
  });

  test('oldest first, and only what is old enough', () => {
    const ended = [
      { taskId: 'b', endedMs: 1000 },
      { taskId: 'a', endedMs: 1000 },
      { taskId: 'young', endedMs: 5000 },
      { taskId: 'old', endedMs: 0 },
      { taskId: 'future', endedMs: 99_000 },
    ];
    const facts = { nowMs: 6000, diskUsed: 0, delayMs: 5000 };
    expect(selectGarbage(ended, facts).map((task) => task.taskId)).toEqual(['old', 'a', 'b']);
  });
});
