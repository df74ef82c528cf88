import { readFileSync } from 'node:fs';
import { runConfigCase, type ConfigCase } from './conformance-config.js';
import { runDslCase, type DslCase, type Verdict } from './conformance-dsl.js';

/**
 * Runs recorded cases: `npm run conformance -- FILE.json...`. Prints each failure, each case that differs from
 * the original on purpose, and `N passed, M failed`.
 */
function main(paths: readonly string[]): number {
  if (paths.length === 0) {
    process.stderr.write('usage: npm run conformance -- FILE.json...\n');
    return 2;
  }
  let passed = 0;
  let failed = 0;
  for (const path of paths) {
    for (const test of JSON.parse(readFileSync(path, 'utf8')) as Array<{ name: string }>) {
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

process.exitCode = main(process.argv.slice(2));
