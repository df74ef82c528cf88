import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../src/base/package-root.js';
import { runConfigCase, type ConfigCase } from './conformance-config.js';
import { runDslCase, type DslCase, type Verdict } from './conformance-dsl.js';
import { runThermosCases } from './thermos-conformance.js';

/**
 * Runs recorded cases: `npm run conformance -- FILE.json...`, without files all of them. Prints each failure, each case that differs from
 * the original on purpose, and `N passed, M failed`.
 */
async function main(paths: readonly string[]): Promise<number> {
  let passed = 0;
  let failed = 0;
  for (const path of paths) {
    const tests = JSON.parse(readFileSync(path, 'utf8')) as Array<{ name: string }>;
    if (tests.some((test) => 'definition' in test)) {
      const program = join(packageRoot(), 'dist', 'thermos.cjs');
      const result = await runThermosCases(tests, program);
      passed += result.passed;
      failed += result.failed;
      for (const one of result.failures) {
        process.stdout.write(`FAILED ${one.name}\n     ${one.problems.join('\n     ')}\n`);
      }
      for (const one of result.notes) process.stdout.write(`passed ${one.name} (${one.notes.join('; ')})\n`);
      continue;
    }
    for (const test of tests) {
      const verdict = run(test);
      if (verdict.passed) passed += 1;
      else failed += 1;
      if (!verdict.passed) process.stdout.write(`FAILED ${test.name}\n     ${verdict.problem}\n`);
      else if (verdict.note !== undefined) process.stdout.write(`passed ${test.name} (${verdict.note})\n`);
    }
  }
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
  return failed === 0 ? 0 : 1;
}

function run(test: object): Verdict {
  try {
    if ('expr' in test) return runDslCase(test as DslCase);
    if ('files' in test) return runConfigCase(test as ConfigCase);
    return { passed: false, problem: 'a case of a kind that this runner does not know' };
  } catch (error) {
    return {
      passed: false,
      problem: error instanceof Error ? (error.stack ?? error.message) : String(error),
    };
  }
}

process.exitCode = await main(process.argv.length > 2 ? process.argv.slice(2) : recordedFiles());

function recordedFiles(): string[] {
  const folder = join(packageRoot(), 'test/testdata/cases');
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => join(folder, name));
}
