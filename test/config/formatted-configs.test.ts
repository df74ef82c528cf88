import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { formatSource } from '../../src/language/formatter.js';
import { runConfigCase, type ConfigCase } from '../rig/conformance-config.js';

const cases = (
  JSON.parse(readFileSync('test/testdata/cases/config-cases.json', 'utf8')) as ConfigCase[]
).filter(({ expect: jobs, argv }) => jobs !== undefined && !argv?.includes('--json'));

test('a formatted config compiles to the same jobs as the original made of it', () => {
  expect(cases.length).toBeGreaterThan(50);
  const wrong = cases
    .map((each) => ({ name: each.name, verdict: runConfigCase({ ...each, files: formatted(each.files) }) }))
    .filter(({ verdict }) => !verdict.passed);
  expect(wrong).toEqual([]);
});

function formatted(files: ConfigCase['files']): ConfigCase['files'] {
  return Object.fromEntries(
    Object.entries(files).map(([path, text]) => [
      path,
      /\.(?:aurora|py)$/.test(path) ? formatSource({ path, text }) : text,
    ]),
  );
}
