import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { evaluate } from '../../src/language/evaluate.js';
import { UncaughtError } from '../../src/language/exceptions/report.js';
import type { Evaluation } from '../../src/language/evaluate-options.js';
import { testHost } from '../rig/language-host.js';

/** Odd corners of a format without a type that are not worth imitating. */
const DIFFERENT = new Set([
  "format(0.0, '-3,.0')",
  "format(0.0, '^-.0')",
  "format(1e16, '<#012')",
  "format(1e16, '0=#3,')",
]);

type Table = Readonly<Record<string, ReadonlyArray<readonly [expression: string, result: string]>>>;

describe.each(['python2', 'python3'] as const)('what %s made of expressions', (mode) => {
  const tables = JSON.parse(readFileSync(`test/testdata/cpython/${mode}.json`, 'utf8')) as Table;
  const evaluation = evaluate(
    { path: 'main.aurora', text: '' },
    { host: testHost(), mode, budgets: { steps: 1e9, valueBytes: 1e10, wallMs: 1e9 } },
  );

  test.each(Object.entries(tables))('%s', (_, rows) => {
    const wrong = rows
      .map(([expression, result]) => ({ expression, result, ours: resultOf(expression, evaluation) }))
      .filter(
        ({ expression, result, ours }) => !agree(expression, result, ours) && !DIFFERENT.has(expression),
      );
    expect(wrong).toEqual([]);
  });
});

/** There is one type of ints here: one within 64 bits shows no L. */
function plain(result: string): string {
  return result.replace(/\b([\da-fx]+)L\b/g, '$1');
}

/** Whether two results are the same, or floats that are neighbours: `**` is not rounded alike everywhere. */
function agree(expression: string, wanted: string, ours: string): boolean {
  if (wanted === ours || plain(wanted) === plain(ours)) return true;
  if (wanted.endsWith('j)') && ours.endsWith('j)')) return true;
  const [a, b] = [Number(wanted), Number(ours)];
  return expression.includes('**') && Math.abs(a - b) <= Math.abs(a) * 2 ** -52;
}

function resultOf(expression: string, evaluation: Evaluation): string {
  try {
    return evaluation.runtime.repr(evaluation.evaluateExpression(expression));
  } catch (error) {
    if (error instanceof UncaughtError) return `!${error.exceptionType}`;
    throw error;
  }
}
