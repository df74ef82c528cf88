import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * CPU milliseconds of a process that runs a text with `starlark FILE`; undefined where there is no such command in PATH,
 * or where it refuses the text.
 */
export function starlarkMs(text: string): number | undefined {
  return commandMs('starlark', text);
}

/** The same with CPython. */
export function pythonMs(text: string): number | undefined {
  return commandMs('python3', text);
}

function commandMs(command: string, text: string): number | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'aurora-bench-'));
  try {
    const file = join(folder, 'bench.star');
    writeFileSync(file, text);
    const timed = 'TIMEFORMAT="%3U %3S"; time "$0" "$1"';
    const { stderr, status } = spawnSync('bash', ['-c', timed, command, file], { encoding: 'utf8' });
    if (status !== 0) return undefined;
    const [user, system] = stderr.trim().split(' ').map(Number);
    return ((user ?? NaN) + (system ?? NaN)) * 1000;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
