'use strict';
// Runs a bundle with the code that V8 compiled for it when it was built: compiling it anew is half of a start.
const { existsSync, readFileSync, renameSync, writeFileSync } = require('node:fs');
const { createRequire } = require('node:module');
const { dirname } = require('node:path');
const { Script } = require('node:vm');

/** `--version` of a command needs nothing of its bundle. */
const VERSION_ONLY = process.argv.length === 3 && process.argv[2] === '--version';

/**
 * Runs PATH.cjs, the wrapped text of a CommonJS module. PATH.cache is V8's; another version of Node ignores it and compiles. The
 * name holds the hash of the bundle's text, so that a cache never meets another text.
 */
function load(path) {
  if (VERSION_ONLY) process.stdout.write(`${require('../package.json').version}\n`);
  else run(path);
}

function run(path) {
  const file = `${path}.cjs`;
  const cache = `${path}.cache`;
  // The bundler writes ASCII only; read as latin1 it stays one byte a character.
  const script = new Script(readFileSync(file, 'latin1'), {
    filename: file,
    cachedData: existsSync(cache) ? readFileSync(cache) : undefined,
  });
  const module = { exports: {} };
  script.runInThisContext()(module.exports, createRequire(file), module, file, dirname(file));
  return script;
}

/** Runs a bundle as `load` does and keeps what V8 has compiled by the end: what a usual command needs. */
function warmUp(path) {
  const script = run(path);
  process.on('exit', () => {
    writeFileSync(`${path}.cache.new`, script.createCachedData());
    renameSync(`${path}.cache.new`, `${path}.cache`);
  });
}

module.exports = load;
if (require.main === module) warmUp(process.argv.splice(2, 1)[0]);
