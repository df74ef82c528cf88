import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, test } from '@jest/globals';

/** The table of DESIGN: a folder imports from itself and from the folders named here. src/README.md shows it. */
const LAYERS: Readonly<Record<string, readonly string[]>> = {
  base: [],
  model: ['base'],
  language: ['base'],
  pystachio: ['base', 'language'],
  config: ['base', 'model', 'language', 'pystachio'],
  thrift: ['base', 'model'],
  storage: ['base', 'model'],
  scheduler: ['base', 'model', 'storage'],
  thermos: ['base', 'model', 'thrift'],
  agent: ['base', 'model', 'thrift', 'thermos'],
  server: ['base', 'model', 'thrift', 'storage', 'scheduler', 'agent'],
  client: ['base', 'model', 'config', 'thrift'],
  cli: ['base', 'model', 'language', 'config', 'client', 'thermos', 'scheduler', 'thrift'],
};

/** Folders whose logic is pure: they reach disk, processes, time and chance only through src/base. */
const PURE = ['model', 'language', 'pystachio', 'config', 'storage', 'scheduler', 'thrift'];

/** Files in pure folders that are the shell of an injected interface, each with what it may use. */
const SHELLS: Readonly<Record<string, readonly string[]>> = {};

const LONGEST_FILE = 400;

const src = join(import.meta.dirname, '..', '..', 'src');
const files = listFiles(src).map((path) => ({ path: relative(src, path), text: readFileSync(path, 'utf8') }));

describe('layers', () => {
  test.each(Object.keys(LAYERS))('%s imports only what is below it', (folder) => {
    const allowed = new Set([folder, ...(LAYERS[folder] ?? [])]);
    const wrong = files
      .filter((file) => file.path.startsWith(`${folder}/`))
      .flatMap((file) => importedFolders(file.text).map((to) => ({ file: file.path, to })))
      .filter(({ to }) => !allowed.has(to));
    expect(wrong).toEqual([]);
  });

  test('every folder is in the table', () => {
    const folders = readdirSync(src).filter((name) => statSync(join(src, name)).isDirectory());
    expect(folders.sort()).toEqual(Object.keys(LAYERS).sort());
  });

  test('no file is longer than one can read', () => {
    const long = files
      .map((file) => ({ path: file.path, lines: file.text.split('\n').length - 1 }))
      .filter(({ lines }) => lines > LONGEST_FILE);
    expect(long).toEqual([]);
  });

  test('pure folders touch no disk, process, clock or chance', () => {
    const forbidden = [
      /from 'node:(?:fs|fs\/promises|child_process|net|http|os)'/g,
      /\bDate\.now\b|\bnew Date\(\)/g,
      /\bMath\.random\b/g,
      /\bsetTimeout\b|\bsetInterval\b|\bsetImmediate\b/g,
    ];
    const wrong = files
      .filter((file) => PURE.some((folder) => file.path.startsWith(`${folder}/`)))
      .flatMap((file) =>
        forbidden.flatMap((pattern) =>
          [...withoutComments(file.text).matchAll(pattern)].map((match) => ({
            file: file.path,
            use: match[0],
          })),
        ),
      )
      .filter(({ file, use }) => !(SHELLS[file] ?? []).some((allowed) => use.includes(allowed)));
    expect(wrong).toEqual([]);
  });

  test('user text can never become code', () => {
    const patterns = [/\beval\(/, /\bnew Function\b/, /from 'node:vm'/];
    const wrong = files.filter((file) =>
      patterns.some((pattern) => pattern.test(withoutComments(file.text))),
    );
    expect(wrong.map((file) => file.path)).toEqual([]);
  });
});

function importedFolders(text: string): string[] {
  const imports = [...text.matchAll(/(?:from|import\()\s*'((?:\.\.?\/)+[^']*)'/g)].map(
    (match) => match[1] ?? '',
  );
  return imports
    .filter((path) => path.startsWith('../'))
    .map((path) => path.replace(/^(?:\.\.\/)+/, '').split('/')[0] ?? '')
    .filter((name) => name in LAYERS);
}

function withoutComments(text: string): string {
  return text
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/^\s*\/\/.*$/gm, '')
    .replace(/'(?:[^'\\\n]|\\.)*'/g, (string) => (string.startsWith("'node:") ? string : "''"));
}

function listFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name));
}
