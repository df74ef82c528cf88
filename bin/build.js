// Bundles src/ into dist/: one file an entry point, one lazily loaded chunk a command.
import { build } from 'esbuild';
import { existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** Entry points by the name of their file in dist/. */
const entries = {
  aurora: 'src/cli/main.ts',
  aurora_admin: 'src/cli/admin-main.ts',
  thermos: 'src/cli/thermos-main.ts',
  daemon: 'src/server/daemon-main.ts',
  agent: 'src/agent/agent-main.ts',
  conformance: 'test/rig/conformance-main.ts',
  bench: 'bench/bench-main.ts',
  torture: 'bench/torture-main.ts',
};

const entryPoints = Object.fromEntries(
  Object.entries(entries)
    .filter(([, file]) => existsSync(join(root, file)))
    .map(([name, file]) => [name, join(root, file)]),
);

// Chunks of an earlier build stay: a daemon that still runs may load one later.
await build({
  entryPoints,
  outdir: join(root, 'dist'),
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  loader: { '.thrift': 'text' },
  alias: { chevrotain: join(root, 'node_modules/chevrotain/lib/chevrotain.mjs') },
  // Less to read at each start; names stay, for stack traces and for what classes are called.
  minifyWhitespace: true,
  minifySyntax: true,
  sourcemap: false,
  logLevel: 'warning',
  // A native addon finds its own binary beside itself.
  external: ['libsql', 'esbuild'],
  // CommonJS packages inside an ESM bundle still call require().
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
});
linkCommands();

/** `npx aurora` in this folder then finds the command at once, without asking a registry. */
function linkCommands() {
  const bin = join(root, 'node_modules', '.bin');
  mkdirSync(bin, { recursive: true });
  for (const command of ['aurora', 'aurora_admin', 'thermos']) {
    rmSync(join(bin, command), { force: true });
    symlinkSync(`../../bin/${command}.js`, join(bin, command));
  }
}
