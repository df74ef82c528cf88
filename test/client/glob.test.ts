import { describe, expect, test } from '@jest/globals';
import { matchesGlob } from '../../src/client/glob.js';

describe('glob', () => {
  test.each([
    ['hello', 'hello', true],
    ['hello', 'h*o', true],
    ['hello', 'h*x', false],
    ['hello', '*', true],
    ['', '*', true],
    ['hello', 'h?llo', true],
    ['hllo', 'h?llo', false],
    ['hello', 'h[ae]llo', true],
    ['hallo', 'h[a-c]llo', true],
    ['hdllo', 'h[a-c]llo', false],
    ['hello', 'h[!a]llo', true],
    ['hallo', 'h[!a]llo', false],
    ['a[b', 'a[b', true],
    ['a]b', 'a[]]b', true],
    ['a.b', 'a?b', true],
    ['axb', 'a.b', false],
  ])('%s against %s: %s', (text, pattern, expected) => {
    expect(matchesGlob(text, pattern)).toBe(expected);
  });

  test('a pattern that makes backtracking matchers explode ends', () => {
    expect(matchesGlob('a'.repeat(5_000), `${'*a'.repeat(200)}b`)).toBe(false);
  });
});
