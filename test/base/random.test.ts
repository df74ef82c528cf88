import { describe, expect, test } from '@jest/globals';
import { seededRandom, shuffle } from '../../src/base/random.js';

describe('seededRandom', () => {
  test('one seed, one sequence; another seed, another', () => {
    const take = (seed: number): number[] => {
      const random = seededRandom(seed);
      return Array.from({ length: 5 }, () => random.next());
    };
    expect(take(7)).toEqual(take(7));
    expect(take(7)).not.toEqual(take(8));
  });

  test('numbers are in [0, 1) and spread evenly', () => {
    const random = seededRandom(1);
    const counts = new Array<number>(10).fill(0);
    let inRange = true;
    for (let i = 0; i < 100_000; i++) {
      const value = random.next();
      inRange &&= value >= 0 && value < 1;
      const bucket = Math.floor(value * 10);
      counts[bucket] = (counts[bucket] ?? 0) + 1;
    }
    expect(inRange).toBe(true);
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(500);
  });

  test('uuids are version 4, and shuffling keeps the items', () => {
    expect(seededRandom(3).uuid()).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
    expect(shuffle(seededRandom(3), [1, 2, 3, 4]).sort()).toEqual([1, 2, 3, 4]);
  });
});
