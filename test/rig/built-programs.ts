import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { packageRoot } from '../../src/base/package-root.js';

const ENTRIES = {
  daemon: 'src/server/daemon-main.ts',
  agent: 'src/agent/agent-main.ts',
  thermos: 'src/cli/thermos-main.ts',
} as const;

const root = packageRoot();

export interface BuiltPrograms {
  /** Holds the programs: daemon.js, agent.js, thermos.js. */
  readonly directory: string;
  dispose(): void;
}

/** Bundled from the sources as they are now: tests of real processes never run an old build. */
export async function buildPrograms(
  names: ReadonlyArray<keyof typeof ENTRIES> = ['daemon', 'agent'],
): Promise<BuiltPrograms> {
  const cache = join(root, 'node_modules', '.cache');
  mkdirSync(cache, { recursive: true });
  // Inside the package, so that the programs find its grammar and its packages.
  const directory = mkdtempSync(join(cache, 'programs-'));
  await build({
    entryPoints: Object.fromEntries(names.map((name) => [name, join(root, ENTRIES[name])])),
    outdir: directory,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    logLevel: 'error',
    external: ['libsql', 'esbuild'],
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
    },
  });
  return {
    directory,
    dispose: () => {
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
