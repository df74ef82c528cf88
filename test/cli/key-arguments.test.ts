import { describe, expect, test } from '@jest/globals';
import {
  parseInstances,
  parseInstanceSpecifier,
  parseKeyPattern,
  parseQualifiedRole,
  parseTaskInstance,
} from '../../src/cli/key-arguments.js';
import { durationInUnits, parseDuration } from '../../src/cli/durations.js';

describe('keys on the command line', () => {
  test.each([
    ['0', [0]],
    ['0-3,5', [0, 1, 2, 3, 5]],
    ['5,3,3-4', [3, 4, 5]],
    ['1-9-3', [1, 2, 3]],
  ])('instances %s', (text, expected) => {
    expect(parseInstances(text)).toEqual({ ok: true, value: expected });
  });

  test.each([
    ['5-3', "Invalid instance range: ['5', '3']"],
    ['1,x', 'not-a-number'],
    ['-1', 'not-a-number'],
    ['0-9999999999', 'Instance range 0-9999999999 is longer than any job'],
  ])('instances %s are refused', (text, error) => {
    expect(parseInstances(text)).toEqual({ ok: false, error });
  });

  test('an instance specifier', () => {
    const key = { cluster: 'c', role: 'r', environment: 'e', name: 'n' };
    expect(parseInstanceSpecifier('c/r/e/n')).toEqual({ ok: true, value: { key, instances: undefined } });
    expect(parseInstanceSpecifier('c/r/e/n/')).toEqual({ ok: true, value: { key, instances: undefined } });
    expect(parseInstanceSpecifier('c/r/e/n/1-2')).toEqual({ ok: true, value: { key, instances: [1, 2] } });
  });

  test.each([
    ['', 'Instance specifier must be non-empty'],
    ['c/r/e', 'Instance specifier must be a CLUSTER/ROLE/ENV/JOB/INSTANCES tuple'],
    ['c/r r/e/n', "invalid instance_specifier value: 'c/r r/e/n'"],
    ['c/r/e/n/x', "invalid instance_specifier value: 'c/r/e/n/x'"],
  ])('%j is refused', (text, error) => {
    expect(parseInstanceSpecifier(text)).toEqual({ ok: false, error });
  });

  test('task instances, patterns, roles', () => {
    expect(parseTaskInstance('c/r/e/n/7')).toMatchObject({ value: { instanceId: 7 } });
    expect(parseTaskInstance('c/r/e/n')).toMatchObject({
      error: expect.stringContaining('is not in the form') as unknown,
    });
    expect(parseTaskInstance('c/r/e/n/x')).toMatchObject({ error: 'Instance must be an integer, but got x' });
    expect(parseKeyPattern('c/r')).toEqual({
      ok: true,
      value: { cluster: 'c', role: 'r', environment: '*', name: '*' },
    });
    expect(parseKeyPattern('a/b/c/d/e').ok).toBe(false);
    expect(parseQualifiedRole('c/r')).toEqual({ ok: true, value: { cluster: 'c', role: 'r' } });
    expect(parseQualifiedRole('c/r/x').ok).toBe(false);
  });
});

describe('durations', () => {
  test.each([
    ['1m', 60],
    ['2D6H', 194_400],
    ['1h3m10s', 3_790],
  ])('%s', (text, seconds) => {
    expect(parseDuration(text)).toEqual({ ok: true, value: seconds });
  });

  test.each(['', '5', '1s1m', 'm', '-1s'])('%j is refused', (text) => {
    expect(parseDuration(text).ok).toBe(false);
  });

  test('in the largest unit that fits', () => {
    expect([60, 3_790, 194_400, 604_800, 20].map(durationInUnits)).toEqual([
      '1 mins',
      '3790 secs',
      '54 hrs',
      '7 days',
      '20 secs',
    ]);
  });
});
