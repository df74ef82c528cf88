import { describe, expect, test } from '@jest/globals';
import { FakeClock } from '../../src/base/clock.js';

describe('FakeClock', () => {
  test('fires due timers in order of deadline, then of creation, and those that they create', () => {
    const clock = new FakeClock(0);
    const fired: string[] = [];
    clock.after(20, () => fired.push('b'));
    clock.after(10, () => {
      fired.push('a');
      clock.after(10, () => fired.push('c'));
    });
    clock.after(31, () => fired.push('late'));
    clock.advance(30);
    expect(fired).toEqual(['a', 'b', 'c']);
    expect(clock.monotonicMs()).toBe(30);
    expect(clock.nextDelayMs()).toBe(1);
  });

  test('a cancelled timer does not fire', () => {
    const clock = new FakeClock();
    let fired = false;
    clock.after(5, () => (fired = true)).cancel();
    clock.advance(10);
    expect(fired).toBe(false);
    expect(clock.nextDelayMs()).toBeUndefined();
  });

  test('a wall clock jump moves no timer', () => {
    const clock = new FakeClock(1000);
    let fired = false;
    clock.after(100, () => (fired = true));
    clock.jumpWall(3_600_000);
    expect(clock.nowMs()).toBe(3_601_000);
    clock.advance(99);
    expect(fired).toBe(false);
    clock.advance(1);
    expect(fired).toBe(true);
  });
});
