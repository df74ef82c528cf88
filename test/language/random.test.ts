import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { evaluate } from '../../src/language/evaluate.js';
import { testHost } from '../rig/language-host.js';

type Rows = ReadonlyArray<readonly [expression: string, result: string]>;

/** What CPython 2.7 on 64 bits answered. */
const recorded = JSON.parse(readFileSync('test/testdata/cpython/python2-random.json', 'utf8')) as {
  readonly hash: Rows;
  readonly random: Rows;
};

/** Logarithms differ in their last digit from one C library to another: `str` shows twelve. */
const program = `
import random
def draw(seed):
  r = random.Random(seed)
  numbers = range(7)
  drawn = [repr(r.random()), r.randint(0, 59), r.randrange(0, 100, 7), r.choice('abcdef'), r.sample(range(10), 4),
           r.sample(range(1000), 6), r.getrandbits(20), str(r.gauss(0, 1)), str(r.normalvariate(1, 2)),
           str(r.expovariate(2.0)), str(r.triangular(1, 5, 2)), repr(r.uniform(1, 2))]
  r.shuffle(numbers)
  return drawn + [numbers]
`;

describe('numbers that configs spread jobs with', () => {
  const evaluation = evaluate({ path: 'main.aurora', text: program }, { host: testHost() });
  const result = (expression: string): string =>
    evaluation.runtime.str(evaluation.evaluateExpression(expression));

  test.each(recorded.hash)('hash(%s)', (value, expected) => {
    expect(result(`hash(${value})`)).toBe(expected);
  });

  test.each(recorded.random)('random.Random(%s)', (seed, expected) => {
    expect(result(`draw(${seed})`)).toBe(expected.replace(/\b(\d+)L\b/g, '$1'));
  });

  test('the functions of the module share one stream', () => {
    expect(result('random.seed(42) or [random.randint(0, 9), random.random()]')).toBe(
      '[6, 0.025010755222666936]',
    );
  });
});
