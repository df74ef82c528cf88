import type { FileSystem } from '../../base/file-system.js';

/** What a process and its descendants use. */
export interface TreeUsage {
  readonly cores: number;
  readonly ramBytes: number;
  readonly ticks: number;
  readonly atMs: number;
}

const TICKS_PER_SECOND = 100;
const PAGE_BYTES = 4096;

/** Sums the tree below `pid`; cores are averaged since `before`. */
export function treeUsage(
  files: FileSystem,
  pid: number,
  nowMs: number,
  before: TreeUsage | undefined,
): TreeUsage {
  let ticks = 0;
  let pages = 0;
  const waiting = [pid];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const stat = read(files, `/proc/${next}/stat`);
    if (stat === undefined) continue;
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    ticks += Number(fields[11]) + Number(fields[12]);
    pages += Number(fields[21]);
    const children = read(files, `/proc/${next}/task/${next}/children`) ?? '';
    waiting.push(...children.split(' ').filter(Boolean).map(Number));
  }
  const elapsedSecs = before ? (nowMs - before.atMs) / 1000 : 0;
  const cores = before && elapsedSecs > 0 ? (ticks - before.ticks) / TICKS_PER_SECOND / elapsedSecs : 0;
  return { cores: Math.max(0, cores), ramBytes: pages * PAGE_BYTES, ticks, atMs: nowMs };
}

function read(files: FileSystem, path: string): string | undefined {
  try {
    return files.readText(path);
  } catch {
    return undefined;
  }
}
