import { describe, expect, test } from '@jest/globals';
import { printable } from '../../src/cli/printable.js';
import {
  COMPACT_JSON,
  Double,
  floatText,
  INDENTED_JSON,
  pythonJson,
  utcTime,
} from '../../src/cli/python-text.js';
import { textTable } from '../../src/cli/text-table.js';
import { durationText } from '../../src/cli/job/status-table.js';

describe('what a terminal may get', () => {
  test('nothing that acts on it', () => {
    expect(printable('\u001b[31mred\u0007\u001b]0;title\u0007\rover\u009b2J')).toBe(
      '·[31mred··]0;title··over·2J',
    );
    expect(printable('abc\u202ecba\u2066')).toBe('abc·cba·');
  });

  test('line ends, tabs and other writing stay', () => {
    expect(printable('a\tb\nü 日本 🎉')).toBe('a\tb\nü 日本 🎉');
  });
});

describe("values in Python's forms", () => {
  test.each([
    [5, '5.0'],
    [0.1, '0.1'],
    [1e16, '1e+16'],
    [1.5e-7, '1.5e-07'],
    [1e22, '1e+22'],
    [-0.25, '-0.25'],
  ])('%s', (value, text) => {
    expect(floatText(value)).toBe(text);
  });

  test('JSON', () => {
    const value = { a: [1, new Double(2), 'é"'], b: new Map([['__proto__', {}]]), c: undefined, d: null };
    expect(pythonJson(value, COMPACT_JSON)).toBe('{"a":[1,2.0,"\\u00e9\\""],"b":{"__proto__":{}},"d":null}');
    expect(pythonJson({ a: [1], b: [] }, INDENTED_JSON)).toBe('{\n  "a": [\n    1\n  ],\n  "b": []\n}');
  });

  test('times', () => {
    expect(utcTime(1_464_992_060_999)).toBe('2016-06-03T22:14:20');
  });
});

describe('tables', () => {
  test('columns align, the last one is cut at the width', () => {
    expect(
      textTable(
        ['A', 'BB'],
        [
          ['1', 'x'.repeat(30)],
          ['222', 'y\nz'],
        ],
        { width: 20, indent: 1 },
      ),
    ).toEqual([' A    BB', ` 1    ${'x'.repeat(13)}…`, ' 222  y z']);
  });

  test('a painter of headers gets the title alone, whatever else it would paint', () => {
    const paintHeader = (...texts: unknown[]): string => `<${texts.join(' ')}>`;
    expect(textTable(['A', 'B'], [], { paintHeader })).toEqual(['<A>  <B>']);
  });

  test('durations in two units', () => {
    expect([0, 999, 61_000, 3_600_000, 90_061_000].map(durationText)).toEqual([
      '0s',
      '0s',
      '1m1s',
      '1h',
      '1d1h',
    ]);
  });
});
