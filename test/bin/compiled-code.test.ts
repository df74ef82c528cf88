import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { packageRoot } from '../../src/base/package-root.js';

const dist = join(packageRoot(), 'dist');

/** Prints whether V8 takes the compiled code of a bundle. */
const TAKES = `
const { readFileSync } = require('node:fs');
const [bundle, cache] = process.argv.slice(1);
const script = new (require('node:vm').Script)(readFileSync(bundle, 'latin1'), { cachedData: readFileSync(cache) });
console.log(!script.cachedDataRejected);
`;

/** Each program, the command line that its compiled code is for, and the options of V8 that it runs with. */
const PROGRAMS = [
  ['aurora', '', []],
  ['aurora', '-job-create', []],
  ['aurora', '-job-inspect', []],
  ['aurora', '-job-status', []],
  ['aurora_admin', '', []],
  ['thermos', '', []],
  ['daemon', '', []],
  ['agent', '', ['--max-semi-space-size=1']],
] as const;

describe('what the build compiles beforehand', () => {
  test.each(PROGRAMS)('%s%s starts from it', (program, command, options) => {
    const stub = readFileSync(join(dist, `${program}.cjs`), 'utf8');
    const bundle = join(dist, /[\w]+-[0-9a-f]{12}/.exec(stub)?.[0] ?? 'no bundle');
    const { stdout, stderr } = spawnSync(
      process.execPath,
      [...options, '-e', TAKES, `${bundle}.cjs`, `${bundle}${command}.cache`],
      { encoding: 'utf8' },
    );
    expect([stdout, stderr]).toEqual(['true\n', '']);
  });
});
