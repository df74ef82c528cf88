import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
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

/** Folders whose files are one recursion over a tree. */
const MUTUAL = new Set(['language/compiler']);

/** A class is made of classes and makes instances; a struct's type makes structs: each is one thing in several files. */
const CLASS_MODEL = new Set([
  'language/values/builtin-type.ts',
  'language/values/instance.ts',
  'language/values/mro.ts',
  'language/values/user-class.ts',
  'language/values/user-iterator.ts',
  'pystachio/json-load.ts',
  'pystachio/struct-definition.ts',
  'pystachio/struct-object.ts',
  'pystachio/struct-type.ts',
]);

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

  test('files of the language import each other in no circle but those that are one by nature', () => {
    const language = files.filter(({ path }) => /^(?:language|pystachio|config)[/]/.test(path));
    const edges = new Map(language.map(({ path, text }) => [path, importedValues(path, text)]));
    const circles = findCircles(edges).map((circle) => circle.filter((path) => !MUTUAL.has(folderOf(path))));
    expect(circles.filter((circle) => circle.some((path) => !CLASS_MODEL.has(path)))).toEqual([]);
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

/** Files of src that another one imports more than types from. */
function importedValues(path: string, text: string): string[] {
  const imports = [...text.matchAll(/^(?:import|export) (?!type )([^;]*?)from '(\.[^']+)'/gm)];
  return imports
    .filter(([, names = '']) => !/^\{(?:\s*type [^,}]+,?)+\s*\}\s*$/.test(names))
    .map(([, , to = '']) => join(dirname(path), to.replace(/\.js$/, '.ts')));
}

function folderOf(path: string): string {
  return dirname(path);
}

/** Groups of files each of which leads to every other of its group (Tarjan). */
function findCircles(edges: ReadonlyMap<string, readonly string[]>): string[][] {
  const found: string[][] = [];
  const order = new Map<string, number>();
  const stack: string[] = [];
  const visit = (at: string): number => {
    const own = order.size;
    order.set(at, own);
    stack.push(at);
    let low = own;
    for (const to of edges.get(at) ?? []) {
      if (!edges.has(to)) continue;
      if (!order.has(to)) low = Math.min(low, visit(to));
      else if (stack.includes(to)) low = Math.min(low, order.get(to) ?? low);
    }
    if (low === own) {
      const circle = stack.splice(stack.indexOf(at));
      if (circle.length > 1) found.push(circle.sort());
    }
    return low;
  };
  for (const path of edges.keys()) if (!order.has(path)) visit(path);
  return found;
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
