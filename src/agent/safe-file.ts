import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readlinkSync,
  readSync,
  realpathSync,
  type Stats,
} from 'node:fs';
import { isAbsolute, join, relative, sep } from 'node:path';

/**
 * Opens a file or directory for reading that really lies below `root`, wherever its links lead: resolved
 * first, opened without following or waiting, and the open file's own place checked again, so that a link
 * swapped in between changes nothing. Undefined for everything else: missing, outside, a FIFO, a device.
 */
export function openInside(root: string, path: string): OpenFile | undefined {
  const inside = resolveInside(root, path);
  if (!inside) return undefined;
  let descriptor: number;
  try {
    descriptor = openSync(inside.path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch {
    return undefined;
  }
  const stat = fstatSync(descriptor);
  const acceptable = (stat.isFile() || stat.isDirectory()) && placeIsInside(descriptor, inside.root, stat);
  if (acceptable) return { descriptor, stat, path: inside.path };
  closeSync(descriptor);
  return undefined;
}

export interface OpenFile {
  /** The caller closes it. */
  readonly descriptor: number;
  readonly stat: Stats;
  /** The resolved path. */
  readonly path: string;
}

/** The resolved path of something below `root`, or undefined. */
export function resolveInside(
  root: string,
  path: string,
): { readonly root: string; readonly path: string } | undefined {
  if (path.includes('\0')) return undefined;
  try {
    const realRoot = realpathSync.native(root);
    const real = realpathSync.native(join(realRoot, path));
    return isBelow(realRoot, real) ? { root: realRoot, path: real } : undefined;
  } catch {
    return undefined;
  }
}

/** Bytes from `offset`, at most `length`, fewer at the end of the file. */
export function readRange(descriptor: number, offset: number, length: number): Buffer {
  const buffer = Buffer.alloc(length);
  let done = 0;
  while (done < length) {
    const count = readSync(descriptor, buffer, done, length - done, offset + done);
    if (count === 0) break;
    done += count;
  }
  return buffer.subarray(0, done);
}

function placeIsInside(descriptor: number, root: string, stat: Stats): boolean {
  let place: string;
  try {
    place = readlinkSync(`/proc/self/fd/${descriptor}`);
  } catch {
    // No /proc: a file of another device than the sandbox's cannot be of it.
    return stat.dev === fstatRoot(root);
  }
  return isBelow(root, place);
}

function fstatRoot(root: string): number | undefined {
  try {
    const descriptor = openSync(root, constants.O_RDONLY);
    try {
      return fstatSync(descriptor).dev;
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return undefined;
  }
}

function isBelow(root: string, path: string): boolean {
  const way = relative(root, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}
