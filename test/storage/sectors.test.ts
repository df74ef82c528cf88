import { expect, test } from '@jest/globals';
import { runDamageTorture } from './damage-torture.js';
import { runSectorTorture } from './sector-torture.js';

test('a power loss that keeps any sectors of what was not synced leaves the state before or after', async () => {
  const { before, after, violations } = await runSectorTorture({ plans: 80, seed: 5 });
  expect(violations).toEqual([]);
  expect(before).toBeGreaterThan(10);
  expect(after).toBeGreaterThan(10);
});

test('a disk that loses what was synced is found out', async () => {
  const { violations } = await runSectorTorture({
    plans: 30,
    seed: 6,
    sabotage: (image) => {
      const log = image.get('store.db-wal');
      if (log) image.set('store.db-wal', log.subarray(0, log.length >> 1));
    },
  });
  expect(violations).not.toEqual([]);
});

test('a file that is cut, or has a flipped bit, is read as it was or refused', async () => {
  const { same, refused, violations } = await runDamageTorture({ stride: 2503, seed: 3 });
  expect(violations).toEqual([]);
  expect(same).toBeGreaterThan(0);
  expect(refused).toBeGreaterThan(0);
});
