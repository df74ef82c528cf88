import { dirname, isAbsolute, join, resolve, sep } from 'node:path';
import type { Evaluator } from './interpreter.js';
import { textOfBytes } from './text/characters.js';

/** Reads of files, as the fence allows them: regular files only, within the budget, inside the root when hermetic. */
export function readRegularFile(path: string, shown: string, runtime: Evaluator): string {
  const { files } = runtime.options.host;
  if (path.includes('\0')) return runtime.raise('TypeError', 'file path must not contain a NUL character');
  checkRoot(path, shown, runtime);
  const stat = attemptHost(() => files.stat(path), shown, runtime);
  if (stat === undefined) return systemError(2, 'No such file or directory', shown, runtime);
  if (stat.kind === 'directory') return systemError(21, 'Is a directory', shown, runtime);
  const isSpecial = stat.kind !== 'file' || /^\/(?:proc|sys|dev)\//.test(resolve(path));
  if (isSpecial) {
    return runtime.raise('IOError', `'${shown}' is not a regular file`, { code: 'not-a-file' });
  }
  runtime.charge(1 + (stat.size >> 10), stat.size);
  const bytes = attemptHost(() => files.readFile(path), shown, runtime);
  if (bytes.length > stat.size) runtime.charge(0, bytes.length - stat.size);
  return textOfBytes(bytes);
}

/** Where a config's relative path leads: the working directory, or else the folder of the file that names it. */
export function resolvePath(path: string, from: string, runtime: Evaluator): string {
  const { host } = runtime.options;
  if (isAbsolute(path)) return path;
  const here = join(host.currentDirectory, path);
  if (path.includes('\0') || host.files.stat(here) !== undefined) return here;
  const beside = resolve(host.currentDirectory, dirname(from), path);
  return host.files.stat(beside) === undefined ? here : beside;
}

/** With `--hermetic` only the config's own folder can be read, links followed. */
export function checkRoot(path: string, shown: string, runtime: Evaluator): void {
  const { hermetic, root, host } = runtime.options;
  if (hermetic !== true) return;
  const base = real(resolve(host.currentDirectory, root ?? '.'), runtime);
  const target = real(path, runtime);
  if (target === base || target.startsWith(base.endsWith(sep) ? base : base + sep)) return;
  runtime.raise('RuntimeError', `--hermetic does not allow reading '${shown}': it lies outside ${base}`, {
    code: 'hermetic',
  });
}

function real(path: string, runtime: Evaluator): string {
  try {
    return runtime.options.host.files.realpath(path);
  } catch {
    return resolve(path);
  }
}

/** The error of the operating system as Python shows it. */
export function systemError(number: number, text: string, path: string, runtime: Evaluator): never {
  return runtime.raiseException('IOError', [number, text, path], { code: 'file-error' });
}

const SYSTEM_ERRORS: ReadonlyMap<string, readonly [number: number, text: string]> = new Map([
  ['EPERM', [1, 'Operation not permitted']],
  ['ENOENT', [2, 'No such file or directory']],
  ['EIO', [5, 'Input/output error']],
  ['EACCES', [13, 'Permission denied']],
  ['ENOTDIR', [20, 'Not a directory']],
  ['EISDIR', [21, 'Is a directory']],
  ['EMFILE', [24, 'Too many open files']],
  ['ENAMETOOLONG', [36, 'File name too long']],
  ['ELOOP', [40, 'Too many levels of symbolic links']],
]);

/** Turns Node's error into the language's. */
export function attemptHost<T>(action: () => T, path: string, runtime: Evaluator): T {
  try {
    return action();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const [number, text] = SYSTEM_ERRORS.get(code) ?? [5, 'Input/output error'];
    return systemError(number, text, path, runtime);
  }
}
