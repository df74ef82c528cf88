import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

export interface BuiltThermos {
  /** The command as one would start it: `node PROGRAM run ...`. */
  readonly program: string;
  dispose(): void;
}

/** The `thermos` command bundled from the sources as they are now. */
export async function buildThermos(): Promise<BuiltThermos> {
  const root = join(import.meta.dirname, '..', '..');
  const cache = join(root, 'node_modules', '.cache');
  mkdirSync(cache, { recursive: true });
  // Inside the package, so that the program finds its grammar and its packages.
  const directory = mkdtempSync(join(cache, 'thermos-'));
  await build({
    entryPoints: { thermos: join(root, 'src/cli/thermos-main.ts') },
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
    program: join(directory, 'thermos.js'),
    dispose: () => {
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
