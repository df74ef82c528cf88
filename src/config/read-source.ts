import type { SourceFile } from '../base/source.js';
import type { Host } from '../language/host.js';
import { ConfigError } from './config-error.js';
import { resolve } from 'node:path';

const LARGEST_FILE = 64 * 2 ** 20;

/** Reads a config file as UTF-8; what cannot be read is refused in plain words. */
export function readSource(path: string, host: Host): SourceFile {
  const absolute = resolve(host.currentDirectory, path);
  const stat = attempt(() => host.files.stat(absolute), path);
  if (!stat) throw unreadable(path, 2, 'No such file or directory');
  if (stat.kind === 'directory') throw unreadable(path, 21, 'Is a directory');
  if (stat.kind !== 'file')
    throw unreadable(path, 22, 'Invalid argument', 'it is neither a file nor a link to one');
  if (stat.size > LARGEST_FILE) throw unreadable(path, 27, 'File too large');
  const bytes = attempt(() => host.files.readFile(absolute), path);
  try {
    return { path, text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes) };
  } catch {
    throw new ConfigError('InvalidConfigError', `${path} is not UTF-8 text`, { code: 'not-text' });
  }
}

const REASONS: ReadonlyMap<string, readonly [number, string]> = new Map([
  ['ENOENT', [2, 'No such file or directory']],
  ['EACCES', [13, 'Permission denied']],
  ['EPERM', [1, 'Operation not permitted']],
  ['ENOTDIR', [20, 'Not a directory']],
  ['EISDIR', [21, 'Is a directory']],
  ['ELOOP', [40, 'Too many levels of symbolic links']],
  ['ENAMETOOLONG', [36, 'File name too long']],
]);

function attempt<T>(read: () => T, path: string): T {
  try {
    return read();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const [number, reason] = REASONS.get(code) ?? [5, `Input/output error (${code})`];
    throw unreadable(path, number, reason);
  }
}

/** The original's client opens the file itself, so this is Python's text. */
function unreadable(path: string, number: number, reason: string, note?: string): ConfigError {
  return new ConfigError('IOError', `[Errno ${number}] ${reason}: '${path}'`, {
    code: 'unreadable-file',
    ...(note !== undefined && { notes: [note] }),
  });
}
