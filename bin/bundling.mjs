// What every bundle of src/ has in common.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..');

export const shared = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node20',
  loader: { '.thrift': 'text' },
  alias: { chevrotain: join(root, 'node_modules/chevrotain/lib/chevrotain.mjs') },
  // Less to read at each start; names stay, for stack traces and for what classes are called.
  minifyWhitespace: true,
  minifySyntax: true,
  logLevel: 'warning',
  // A native addon finds its own binary beside itself.
  external: ['libsql', 'esbuild'],
};
