import fc from 'fast-check';
import { describe, expect, test } from '@jest/globals';
import { diffHunks, normalDiff } from '../../src/client/line-diff.js';

describe('line diff', () => {
  test('the classic form', () => {
    expect(normalDiff('a\nb\nc\n', 'a\nx\ny\nc\nd\n')).toBe('2c2,3\n< b\n---\n> x\n> y\n3a5\n> d\n');
    expect(normalDiff('a\nb\nc\n', 'a\nc\n')).toBe('2d1\n< b\n');
    expect(normalDiff('a\n', 'a\n')).toBe('');
    expect(normalDiff('', 'a\n')).toBe('0a1\n> a\n');
  });

  test('the hunks turn one text into the other', () => {
    const lines = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 12 });
    fc.assert(
      fc.property(lines, lines, (before, after) => {
        const rebuilt: string[] = [];
        let at = 0;
        for (const hunk of diffHunks(before, after)) {
          rebuilt.push(...before.slice(at, hunk.oldStart), ...after.slice(hunk.newStart, hunk.newEnd));
          at = hunk.oldEnd;
        }
        expect([...rebuilt, ...before.slice(at)]).toEqual(after);
      }),
    );
  });

  test('no more lines than needed are touched', () => {
    const touched = diffHunks(['a', 'b', 'c', 'a', 'b', 'b', 'a'], ['c', 'b', 'a', 'b', 'a', 'c']).reduce(
      (sum, hunk) => sum + hunk.oldEnd - hunk.oldStart + hunk.newEnd - hunk.newStart,
      0,
    );
    // Myers' own example: the shortest script has five edits.
    expect(touched).toBe(5);
  });
});
