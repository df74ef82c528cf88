'use strict';
// Runs a bundle with the code that V8 compiled for it when it was built: compiling it anew is half of a start.
const { chmodSync, existsSync, readFileSync, renameSync, writeFileSync } = require('node:fs');
const { createRequire } = require('node:module');
const { dirname } = require('node:path');
const { Script } = require('node:vm');

/** `--version` of a command needs nothing of its bundle. */
const VERSION_ONLY = process.argv.length === 3 && process.argv[2] === '--version';

/** Set while the build runs the programs, to keep what V8 has compiled by their end: what usual commands need. */
const KEEP_COMPILED_CODE = process.env['AURORA_KEEP_COMPILED_CODE'] === '1';

/**
 * Runs PATH.cjs, the wrapped text of a CommonJS module. PATH.cache is V8's; another version of Node ignores it and compiles. The
 * name holds the hash of the bundle's text, so that a cache never meets another text. Reading compiled code takes time
 * too, so a usual command has a cache of its own with just what it needs.
 */
module.exports = function load(path) {
  if (VERSION_ONLY) {
    process.stdout.write(`${require('../package.json').version}\n`);
    return;
  }
  const file = `${path}.cjs`;
  const own = `${[path, ...commandWords()].join('-')}.cache`;
  // The bundler writes ASCII only; read as latin1 it stays one byte a character.
  const script = new Script(readFileSync(file, 'latin1'), {
    filename: file,
    cachedData: KEEP_COMPILED_CODE ? undefined : (readIfThere(own) ?? readIfThere(`${path}.cache`)),
  });
  const module = { exports: {} };
  if (KEEP_COMPILED_CODE) {
    require('node:v8').setFlagsFromString('--no-flush-bytecode');
    process.on('exit', () => keep(script, own, `${path}.cache`));
  }
  script.runInThisContext()(module.exports, createRequire(file), module, file, dirname(file));
};

/** `job`, `create` */
function commandWords() {
  const words = process.argv.slice(2, 4);
  return words.every((word) => /^[a-z]{1,20}$/.test(word)) ? words : [];
}

function readIfThere(path) {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}

/** Several agents may end at once: the one that did most has most to keep. */
function keep(script, own, fallback) {
  // A cache is of use only to a V8 with the same flags.
  require('node:v8').setFlagsFromString('--flush-bytecode');
  const compiled = script.createCachedData();
  for (const path of new Set([own, fallback])) {
    if (path === own ? readIfThere(path)?.length >= compiled.length : existsSync(path)) continue;
    const written = `${path}.${process.pid}`;
    writeFileSync(written, compiled);
    // The daemon's own files are closed to others; this one every user of the program reads.
    chmodSync(written, 0o644);
    renameSync(written, path);
  }
}
