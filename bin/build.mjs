// Bundles src/ into dist/. A program is one file in which each command's modules wait until they are asked for,
// and beside it the code that V8 has compiled for it (see load.cjs).
import { build } from 'esbuild';
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
import { join } from 'node:path';
import { generatedModules } from './generated-modules.mjs';
import { root, shared } from './bundling.mjs';
import { warmUp } from './warm-up.mjs';

const dist = join(root, 'dist');

/** What people and daemons run. */
const programs = {
  aurora: 'src/cli/main.ts',
  aurora_admin: 'src/cli/admin-main.ts',
  thermos: 'src/cli/thermos-main.ts',
  daemon: 'src/server/daemon-main.ts',
  agent: 'src/agent/agent-main.ts',
};

/** What developers run: ES modules with a chunk a benchmark, so that none loads what another needs. */
const tools = {
  conformance: 'test/rig/conformance-main.ts',
  bench: 'bench/bench-main.ts',
  torture: 'bench/torture-main.ts',
};

/** Parts of Node that take milliseconds to load and that most commands never touch. */
const HEAVY =
  /^(node:)?(child_process|crypto|dgram|dns|http|https|net|readline|readline\/promises|stream|tls|tty|v8|worker_threads|zlib)$/;

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

/** Packages that few commands use: a file each, so that the others need not read them. */
const SEPARATE = ['ajv/dist/2020.js', 'execa', 'yaml'];

/** Replaces an import of such a package by its file. */
function loadedSeparately(files) {
  return {
    name: 'loaded-separately',
    setup(plugins) {
      for (const [index, specifier] of SEPARATE.entries())
        plugins.onResolve({ filter: new RegExp(`^${specifier}$`) }, () => ({
          path: `./${files[index]}.cjs`,
          external: true,
        }));
    },
  };
}

mkdirSync(dist, { recursive: true });
const packages = await Promise.all(SEPARATE.map(buildPackage));
const generated = await generatedModules();
const [current] = await Promise.all([Promise.all(Object.entries(programs).map(buildProgram)), buildTools()]);
removeOldFiles([...packages, ...current]);
linkCommands();
if (current.some((bundle) => !existsSync(join(dist, `${bundle}.cache`)))) warmUp(root);

/** Returns the file's name without its ending. */
async function buildPackage(specifier) {
  const { outputFiles } = await build({
    ...shared,
    entryPoints: [specifier],
    write: false,
    format: 'cjs',
  });
  const [{ contents }] = outputFiles;
  const name = `${specifier.replace(/\W.*/, '')}-${createHash('sha256').update(contents).digest('hex').slice(0, 12)}`;
  write(join(dist, `${name}.cjs`), contents);
  return name;
}

async function buildProgram([name, entry]) {
  const { outputFiles } = await build({
    ...shared,
    entryPoints: [join(root, entry)],
    write: false,
    format: 'cjs',
    plugins: [loadedSeparately(packages), loadAtFirstUse, generated],
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
  if (!existsSync(`${path}.cjs`)) write(`${path}.cjs`, contents);
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
    plugins: [generated],
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
