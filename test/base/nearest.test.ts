import { describe, expect, test } from '@jest/globals';
import { nearest } from '../../src/base/nearest.js';

describe('nearest', () => {
  test.each([
    ['nmae', ['name', 'cmdline'], 'name'],
    ['Proces', ['Process', 'Task'], 'Process'],
    ['CMDLINE', ['cmdline'], 'cmdline'],
    ['zzz', ['name'], undefined],
    ['environmnet', ['environment', 'enable_hooks'], 'environment'],
  ])('%s among %j is %s', (given, candidates, expected) => {
    expect(nearest(given, candidates)).toBe(expected);
  });
});
