// Bundles src/ into dist/. A program is one file in which each command's modules wait until they are asked for,
// and beside it the code that V8 has compiled for it (see load.cjs).
import { build } from 'esbuild';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import Module, { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const dist = join(root, 'dist');

/** What people and daemons run: the entry point, and a command line that warms it up. */
const programs = {
  aurora: {
    entry: 'src/cli/main.ts',
    usual: ['job', 'inspect', 'cluster1/www-data/devel/hello_world', 'configs/examples/hello_world.aurora'],
  },
  aurora_admin: { entry: 'src/cli/admin-main.ts', usual: ['--help'] },
  thermos: { entry: 'src/cli/thermos-main.ts', usual: ['help'] },
  daemon: { entry: 'src/server/daemon-main.ts', usual: ['--help'] },
  agent: { entry: 'src/agent/agent-main.ts', usual: ['--help'] },
};

/** What developers run: ES modules with a chunk a benchmark, so that none loads what another needs. */
const tools = {
  conformance: 'test/rig/conformance-main.ts',
  bench: 'bench/bench-main.ts',
  torture: 'bench/torture-main.ts',
};

/** Parts of Node that take milliseconds to load and that most commands never touch. */
const HEAVY =
  /^(node:)?(child_process|crypto|dgram|dns|http|https|net|readline|stream|tls|tty|worker_threads|zlib)$/;

/** Replaces an import of a heavy part of Node by an object that loads it when a name of it is first read. */
const loadAtFirstUse = {
  name: 'load-at-first-use',
  setup(plugins) {
    plugins.onResolve({ filter: HEAVY }, ({ path, namespace }) =>
      namespace === 'at-first-use'
        ? { path, external: true }
        : { path: path.replace(/^node:/, ''), namespace: 'at-first-use' },
    );
    plugins.onLoad({ filter: /.*/, namespace: 'at-first-use' }, ({ path }) => {
      const names = Object.keys(createRequire(import.meta.url)(`node:${path}`));
      return {
        contents: `for (const name of ${JSON.stringify(names)})
          Object.defineProperty(exports, name, { enumerable: true, get: () => require('node:${path}')[name] });`,
      };
    });
  },
};

/** Gives the parser what `learnGrammar` found. */
const grammarIsLearnt = {
  name: 'grammar-is-learnt',
  setup(plugins) {
    plugins.onLoad({ filter: /[/]language[/]learnt-grammar\.ts$/ }, () => ({
      contents: `export const learntGrammar = ${learntGrammar};`,
    }));
  },
};

const shared = {
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

mkdirSync(dist, { recursive: true });
const learntGrammar = await learnGrammar();
const [current] = await Promise.all([Promise.all(Object.entries(programs).map(buildProgram)), buildTools()]);
removeOldFiles(current);
linkCommands();

/** Runs the parser of src/language/ once, for the module of that name that this build replaces. */
async function learnGrammar() {
  const { outputFiles } = await build({
    ...shared,
    entryPoints: [join(root, 'src/language/parser-blocks.ts')],
    write: false,
    format: 'esm',
  });
  const module = join(dist, 'learn-grammar.mjs');
  write(module, outputFiles[0].contents);
  const { AuroraParser } = await import(module);
  return JSON.stringify(new AuroraParser().learnt());
}

async function buildProgram([name, { entry, usual }]) {
  const { outputFiles } = await build({
    ...shared,
    entryPoints: [join(root, entry)],
    write: false,
    format: 'cjs',
    plugins: [loadAtFirstUse, grammarIsLearnt],
    define: { 'import.meta.url': '__moduleUrl' },
    // As Node wraps a module itself: done here, it costs nothing at each start.
    banner: {
      js: `${Module.wrapper[0]}const __moduleUrl=require('node:url').pathToFileURL(__filename).href;`,
    },
    footer: { js: Module.wrapper[1] },
  });
  const [{ contents }] = outputFiles;
  // Another version of Node compiles the same text to something else.
  const hash = createHash('sha256').update(contents).update(process.version).digest('hex').slice(0, 12);
  const path = join(dist, `${name}-${hash}`);
  if (!existsSync(`${path}.cache`)) {
    write(`${path}.cjs`, contents);
    spawnSync(process.execPath, [join(root, 'bin/load.cjs'), path, ...usual], { cwd: root, stdio: 'ignore' });
  }
  write(join(dist, `${name}.cjs`), `require('../bin/load.cjs')(__dirname+'/${name}-${hash}');\n`);
  return `${name}-${hash}`;
}

async function buildTools() {
  await build({
    ...shared,
    entryPoints: tools,
    outdir: dist,
    outExtension: { '.js': '.mjs' },
    splitting: true,
    plugins: [grammarIsLearnt],
    format: 'esm',
    // CommonJS packages inside an ESM bundle still call require().
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
    },
  });
}

/** Someone may start the program at this very moment: he finds the old file or the new one, never a half. */
function write(path, contents) {
  writeFileSync(`${path}.new`, contents);
  renameSync(`${path}.new`, path);
}

/** Bundles and chunks of earlier builds; those of the last hour stay, a program may be starting from one. */
function removeOldFiles(current) {
  for (const name of readdirSync(dist)) {
    const age = Date.now() - statSync(join(dist, name)).mtimeMs;
    const used = current.some((bundle) => name.startsWith(bundle));
    if (age > 3_600_000 && !used) rmSync(join(dist, name), { force: true });
  }
}

/** `npx aurora` in this folder then finds the command at once, without asking a registry. */
function linkCommands() {
  const bin = join(root, 'node_modules', '.bin');
  mkdirSync(bin, { recursive: true });
  for (const command of ['aurora', 'aurora_admin', 'thermos']) {
    rmSync(join(bin, command), { force: true });
    symlinkSync(`../../bin/${command}.js`, join(bin, command));
  }
}
