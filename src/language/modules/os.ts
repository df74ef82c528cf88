import { attemptHost, checkRoot, resolvePath } from '../files.js';
import type { Evaluator } from '../interpreter.js';
import type { Runtime, Value } from '../value.js';
import { Dict } from '../values/dict.js';
import { toText } from '../values/index.js';
import { List } from '../values/list.js';
import { ModuleObject } from '../values/module.js';
import { Tuple } from '../values/tuple.js';
import { moduleNames, refusedFunction } from './names.js';
import { osPathModule } from './os-path.js';

/** `os.environ`: a dict of what the environment held at the start; a missing name says how it is set. */
export class Environ extends Dict {
  override get(key: Value, runtime: Runtime): Value | undefined {
    (runtime as Evaluator).refuseHermetic('reading the environment');
    return super.get(key, runtime);
  }

  override getItem(key: Value, runtime: Runtime): Value {
    const value = this.get(key, runtime);
    return value === undefined ? this.missing(key, runtime) : value;
  }

  override has(key: Value, runtime: Runtime): boolean {
    (runtime as Evaluator).refuseHermetic('reading the environment');
    return super.has(key, runtime);
  }

  override iterate(runtime: Runtime): Iterable<Value> | undefined {
    (runtime as Evaluator).refuseHermetic('reading the environment');
    return super.iterate(runtime);
  }

  override missing(key: Value, runtime: Runtime): Value {
    return runtime.raiseException('KeyError', [key], {
      code: 'missing-environment',
      notes: [`the environment variable ${runtime.str(key)} is not set`],
      suggestion: 'os.environ.get(name, default) gives a default instead.',
    });
  }
}

export function osModule(runtime: Evaluator): ReadonlyMap<string, Value> {
  const { host, hermetic } = runtime.options;
  const environ = new Environ();
  if (hermetic !== true) {
    for (const [name, value] of host.environment) environ.set(name, value, runtime);
  }
  const names = moduleNames(
    [
      ['getenv', 'key default?', ([key, missing = null]) => environ.get(key as Value, runtime) ?? missing],
      ['getcwd', '', () => currentDirectory(runtime)],
      ['getcwdu', '', () => currentDirectory(runtime)],
      ['listdir', 'path?', ([path = '.']) => listDirectory(toText(path, runtime), runtime)],
      ['getuid', '', () => ask('the user id', host.userId, runtime)],
      ['geteuid', '', () => ask('the user id', host.userId, runtime)],
      ['getgid', '', () => ask('the group id', host.groupId, runtime)],
      ['getegid', '', () => ask('the group id', host.groupId, runtime)],
      ['getlogin', '', () => ask('the user name', host.userName, runtime)],
      ['uname', '', () => uname(runtime)],
      [
        'cpu_count',
        '',
        () => runtime.raise('RuntimeError', 'os.cpu_count() is not available in a configuration'),
      ],
      ['urandom', '_n', ([count]) => randomBytes(count as Value, runtime)],
      ['walk', 'top topdown? onerror? followlinks?', ([top]) => walk(toText(top as Value, runtime), runtime)],
    ],
    [
      ['environ', environ],
      ['sep', '/'],
      ['altsep', null],
      ['pathsep', ':'],
      ['linesep', '\n'],
      ['curdir', '.'],
      ['pardir', '..'],
      ['extsep', '.'],
      ['devnull', '/dev/null'],
      ['name', 'posix'],
      ['path', new ModuleObject('posixpath', osPathModule(runtime))],
      ['F_OK', 0],
      ['R_OK', 4],
      ['W_OK', 2],
      ['X_OK', 1],
      ['error', runtime.exceptions.get('OSError')],
    ],
  );
  for (const name of [
    'remove',
    'unlink',
    'rename',
    'mkdir',
    'makedirs',
    'rmdir',
    'removedirs',
    'chmod',
    'chown',
    'symlink',
    'link',
    'open',
    'chdir',
    'putenv',
    'unsetenv',
    'truncate',
    'mkfifo',
  ]) {
    names.set(name, refusedFunction(name, 'it may read files, not change anything'));
  }
  for (const name of [
    'system',
    'popen',
    'execv',
    'execve',
    'execvp',
    'fork',
    'spawnv',
    'kill',
    'killpg',
    'abort',
    '_exit',
  ]) {
    names.set(
      name,
      refusedFunction(
        name,
        'it may not run programs',
        'subprocess.check_output runs programs that --allow-run names.',
      ),
    );
  }
  return names;
}

function ask(what: string, value: Value, runtime: Evaluator): Value {
  runtime.refuseHermetic(`reading ${what}`);
  return value;
}

function currentDirectory(runtime: Evaluator): Value {
  runtime.refuseHermetic('reading the working directory');
  return runtime.options.host.currentDirectory;
}

function uname(runtime: Evaluator): Value {
  runtime.refuseHermetic('reading the host name');
  const { host } = runtime.options;
  return new Tuple([host.system, host.hostname, host.release, '', host.machine]);
}

/** Names in a directory, sorted: the order of the disk is no order. */
export function listDirectory(path: string, runtime: Evaluator): List {
  const full = resolvePath(path, runtime.site().span.file.path, runtime);
  checkRoot(full, path, runtime);
  const names = attemptHost(() => runtime.options.host.files.readDirectory(full), path, runtime);
  runtime.charge(names.length, 32 * names.length);
  return new List([...names].sort());
}

function randomBytes(count: Value, runtime: Evaluator): Value {
  runtime.refuseHermetic('randomness');
  const size = typeof count === 'number' ? count : 0;
  runtime.charge(size >> 3, size);
  return Array.from({ length: size }, () =>
    String.fromCharCode(Math.floor(runtime.options.host.random.next() * 128)),
  ).join('');
}

function walk(top: string, runtime: Evaluator): Value {
  const rows: Value[] = [];
  const pending = [top];
  for (let path = pending.pop(); path !== undefined; path = pending.pop()) {
    const folders: string[] = [];
    const files: string[] = [];
    for (const name of listDirectory(path, runtime).items as string[]) {
      const full = resolvePath(`${path}/${name}`, runtime.site().span.file.path, runtime);
      // lstat: a link to a folder above would make the walk endless.
      const isFolder = runtime.options.host.files.lstat(full)?.kind === 'directory';
      (isFolder ? folders : files).push(name);
    }
    rows.push(new Tuple([path, new List([...folders]), new List(files)]));
    for (const folder of folders.reverse()) pending.push(`${path}/${folder}`);
  }
  return new List(rows);
}
