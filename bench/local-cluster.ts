import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const KEY_PREFIX = 'cluster1/www-data/devel';

/** `cluster1` as a new user gets it, in a home of its own. */
export class LocalCluster {
  readonly home = mkdtempSync(join(tmpdir(), 'aurora-bench-'));
  readonly #aurora = join(process.cwd(), 'bin', 'aurora.js');

  start(): void {
    this.run('cluster', 'start', 'cluster1');
  }

  dispose(): void {
    this.run('cluster', 'stop', 'cluster1');
    rmSync(this.home, { recursive: true, force: true });
  }

  /** Runs `aurora` and returns its wall time in ms. */
  run(...args: string[]): number {
    return this.#wallMs([this.#aurora, ...args]);
  }

  /** The wall time in ms of a Node that does nothing. */
  bareNode(): number {
    return this.#wallMs(['-e', '0']);
  }

  /** The scheduler and its agents. */
  pids(): number[] {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      .filter((pid) => {
        const words = commandLine(pid);
        return /^node|\/node$/.test(words[0] ?? '') && words.some((word) => word.startsWith(this.home));
      });
  }

  #wallMs(args: readonly string[]): number {
    const start = performance.now();
    const { status, stderr } = spawnSync(process.execPath, args, {
      env: { ...process.env, HOME: this.home, AURORA_HOME: this.home },
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`${args.join(' ')} failed: ${stderr}`);
    return performance.now() - start;
  }
}

function commandLine(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    return [];
  }
}
