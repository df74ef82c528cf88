import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { runConfigCase, type ConfigCase } from '../rig/conformance-config.js';
import { runDslCase, type DslCase } from '../rig/conformance-dsl.js';

const CHUNK = 20;

function chunksOf<T>(path: string): Array<readonly [range: string, cases: T[]]> {
  const cases = JSON.parse(readFileSync(path, 'utf8')) as T[];
  return Array.from({ length: Math.ceil(cases.length / CHUNK) }, (_, index) => {
    const start = index * CHUNK;
    return [
      `${start + 1} to ${Math.min(start + CHUNK, cases.length)}`,
      cases.slice(start, start + CHUNK),
    ] as const;
  });
}

describe('what the original does, recorded', () => {
  test.each(chunksOf<DslCase>('test/testdata/cases/dsl-cases.json'))('expressions %s', (_, cases) => {
    const verdicts = cases.map((each) => ({ name: each.name, verdict: runDslCase(each) }));
    expect(verdicts.filter(({ verdict }) => !verdict.passed)).toEqual([]);
  });

  test.each(chunksOf<ConfigCase>('test/testdata/cases/config-cases.json'))('configs %s', (_, cases) => {
    const verdicts = cases.map((each) => ({ name: each.name, verdict: runConfigCase(each) }));
    expect(verdicts.filter(({ verdict }) => !verdict.passed)).toEqual([]);
  });
});
