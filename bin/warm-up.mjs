// Gives V8's compiled code to the programs that `build.mjs` has just made: each runs what it is usually run for, and
// keeps what was compiled by then (see load.cjs).
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const KEY = 'cluster1/www-data/devel/hello_world';
const CONFIG = 'configs/examples/hello_world.aurora';

/** Longer than any of these takes on a slow machine; without warm code everything works, only slower. */
const LIMIT_MS = 60_000;

/** A command line for each program that needs no other, then a job on a cluster in a home of its own. */
export function warmUp(root) {
  const home = mkdtempSync(join(tmpdir(), 'aurora-build-'));
  const run = (program, ...args) =>
    spawnSync(process.execPath, [join(root, 'dist', `${program}.cjs`), ...args], {
      cwd: root,
      stdio: 'ignore',
      timeout: LIMIT_MS,
      env: { ...process.env, HOME: home, AURORA_HOME: home, AURORA_KEEP_COMPILED_CODE: '1' },
    }).status === 0;
  try {
    run('aurora_admin', '--help');
    run('thermos', 'help');
    // What the first of a program's command lines needs serves those that have nothing of their own.
    run('aurora', 'job', 'inspect', KEY, CONFIG);
    run('aurora', 'config', 'list', CONFIG);
    run('aurora', 'config', 'check', CONFIG);
    if (run('aurora', 'cluster', 'start', 'cluster1')) {
      run('aurora', 'job', 'create', '--wait-until', 'RUNNING', KEY, CONFIG);
      run('aurora', 'job', 'status', KEY);
      run('aurora', 'job', 'list', 'cluster1');
      run('aurora', 'job', 'logs', KEY);
      run('aurora', 'job', 'killall', KEY);
      run('aurora', 'cluster', 'status');
    }
    run('aurora', 'cluster', 'stop', 'cluster1');
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}
