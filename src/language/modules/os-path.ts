import { posix } from 'node:path';
import { resolvePath } from '../files.js';
import type { Evaluator } from '../interpreter.js';
import type { Value } from '../value.js';
import { toText } from '../values/index.js';
import { Tuple } from '../values/tuple.js';
import { moduleNames } from './names.js';

/** `os.path`: pure text, and questions about what is on the disk. */
export function osPathModule(runtime: Evaluator): ReadonlyMap<string, Value> {
  const { host } = runtime.options;
  const text = (value: Value | undefined): string => toText(value as Value, runtime);
  const full = (value: Value | undefined): string => {
    runtime.refuseHermetic('asking about files');
    return resolvePath(text(value), runtime.site().span.file.path, runtime);
  };
  const kindOf = (value: Value | undefined): string | undefined => host.files.stat(full(value))?.kind;
  return moduleNames(
    [
      ['join', '_path *', (args) => joinPaths(args.map(text))],
      ['dirname', '_path', ([path]) => split(text(path))[0]],
      ['basename', '_path', ([path]) => split(text(path))[1]],
      ['split', '_path', ([path]) => new Tuple(split(text(path)))],
      ['splitext', '_path', ([path]) => splitExtension(text(path))],
      ['normpath', '_path', ([path]) => normalize(text(path))],
      ['normcase', '_path', ([path]) => text(path)],
      ['isabs', '_path', ([path]) => text(path).startsWith('/')],
      ['abspath', '_path', ([path]) => absolute(text(path), runtime)],
      [
        'relpath',
        'path start?',
        ([path, start]) => relative(text(path), start === undefined ? '.' : text(start), runtime),
      ],
      ['realpath', '_path', ([path]) => realPath(full(path), runtime)],
      ['expanduser', '_path', ([path]) => expandUser(text(path), runtime)],
      ['expandvars', '_path', ([path]) => expandVariables(text(path), runtime)],
      ['commonprefix', '_list', ([list]) => commonPrefix([...runtime.iterate(list as Value)].map(text))],
      ['exists', '_path', ([path]) => kindOf(path) !== undefined],
      ['lexists', '_path', ([path]) => host.files.lstat(full(path)) !== undefined],
      ['isfile', '_path', ([path]) => kindOf(path) === 'file'],
      ['isdir', '_path', ([path]) => kindOf(path) === 'directory'],
      ['islink', '_path', ([path]) => host.files.lstat(full(path))?.kind === 'symlink'],
      ['getsize', '_path', ([path]) => sizeOf(full(path), text(path), runtime)],
    ],
    [
      ['sep', '/'],
      ['pathsep', ':'],
      ['curdir', '.'],
      ['pardir', '..'],
    ],
  );
}

function joinPaths(parts: readonly string[]): string {
  let path = parts[0] ?? '';
  for (const part of parts.slice(1)) {
    if (part.startsWith('/')) path = part;
    else path += path === '' || path.endsWith('/') ? part : `/${part}`;
  }
  return path;
}

function split(path: string): [head: string, tail: string] {
  const at = path.lastIndexOf('/') + 1;
  const head = path.slice(0, at);
  return [/^\/*$/.test(head) ? head : head.replace(/\/+$/, ''), path.slice(at)];
}

function splitExtension(path: string): Value {
  const [, root = path, extension = ''] =
    /^(.*?[^/.][^/]*)(\.[^/.]*)$/s.exec(path) ?? /^(\/?(?:.*\/)?\.+[^/.]+)(\.[^/.]*)$/s.exec(path) ?? [];
  return new Tuple([root, extension]);
}

function normalize(path: string): string {
  if (path === '') return '.';
  const normal = posix.normalize(path);
  return normal.length > 1 ? normal.replace(/\/$/, '') : normal;
}

function absolute(path: string, runtime: Evaluator): string {
  if (!path.startsWith('/')) runtime.refuseHermetic('reading the working directory');
  return normalize(joinPaths([runtime.options.host.currentDirectory, path]));
}

function relative(path: string, start: string, runtime: Evaluator): string {
  return posix.relative(absolute(start, runtime), absolute(path, runtime)) || '.';
}

function realPath(path: string, { options: { host } }: Evaluator): string {
  try {
    return host.files.realpath(path);
  } catch {
    return normalize(path);
  }
}

function expandUser(path: string, runtime: Evaluator): string {
  if (path !== '~' && !path.startsWith('~/')) return path;
  runtime.refuseHermetic('reading the home directory');
  return (runtime.options.host.home ?? '~') + path.slice(1);
}

function expandVariables(path: string, runtime: Evaluator): string {
  if (!path.includes('$')) return path;
  runtime.refuseHermetic('reading the environment');
  const { environment } = runtime.options.host;
  return path.replace(
    /\$(?:\{([^}]*)\}|(\w+))/g,
    (whole, braced: string | undefined, plain: string | undefined) =>
      environment.get(braced ?? plain ?? '') ?? whole,
  );
}

function commonPrefix(texts: readonly string[]): string {
  const sorted = [...texts].sort();
  const [first = '', last = ''] = [sorted[0], sorted.at(-1)];
  let length = 0;
  while (length < first.length && first[length] === last[length]) length++;
  return first.slice(0, length);
}

function sizeOf(path: string, shown: string, runtime: Evaluator): Value {
  const stat = runtime.options.host.files.stat(path);
  return stat?.size ?? runtime.raiseException('OSError', [2, 'No such file or directory', shown]);
}
