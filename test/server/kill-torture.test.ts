import { expect, jest, test } from '@jest/globals';
import { runKillTorture } from './kill-torture.js';

jest.setTimeout(180_000);

test('kill -9 of the scheduler under load loses nothing and doubles nothing', async () => {
  const report = await runKillTorture({ kills: 5 });
  expect(report.violations).toEqual([]);
  expect(report.acknowledged).toBeGreaterThan(0);
});
