import type { BigIntStats, Dirent } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

export interface DiskMeasure {
  /** Allocated bytes. */
  readonly bytes: number;
  readonly entries: number;
}

/**
 * Bytes allocated below a directory: 512 for each block of each regular file, hard links each time, the
 * length of the target for a symbolic link, nothing for directories and other kinds. Walks in small steps,
 * yielding between them, so that a sandbox of a million files holds nothing up.
 */
export async function measureDisk(root: string, signal?: AbortSignal): Promise<DiskMeasure> {
  let bytes = 0;
  let entries = 0;
  const directories = [root];
  for (let directory = directories.pop(); directory !== undefined; directory = directories.pop()) {
    if (signal?.aborted === true) break;
    for (const entry of await list(directory)) {
      entries++;
      const path = join(directory, entry.name);
      if (entry.isDirectory()) directories.push(path);
      else if (entry.isFile() || entry.isSymbolicLink()) bytes += await allocated(path);
    }
  }
  return { bytes, entries };
}

/** A file that goes away while it is looked at counts nothing. */
async function allocated(path: string): Promise<number> {
  const stat: BigIntStats | undefined = await lstat(path, { bigint: true }).catch(() => undefined);
  if (!stat) return 0;
  return Number(stat.isSymbolicLink() ? stat.size : stat.blocks * 512n);
}

async function list(directory: string): Promise<Dirent[]> {
  return readdir(directory, { withFileTypes: true }).catch(() => []);
}

const SHORTEST_MS = 2000;
const LONGEST_MS = 60_000;
/** What looking at one entry costs, and the part of a core that measuring may take. */
const ENTRY_MS = 0.03;
const SHARE = 0.002;
const SETTLED = 0.5;

/**
 * When to measure next. A young task, one near its limit or growing fast is looked at often, an idle one once a
 * minute, and a large tree never so often that walking it takes more than its share of a core.
 */
export function nextDiskMeasureMs(facts: {
  readonly entries: number;
  readonly bytes: number;
  readonly previousBytes: number;
  readonly elapsedMs: number;
  readonly limitBytes: number;
  /** Since the task's start. */
  readonly ageMs: number;
}): number {
  const affordable = Math.max(SHORTEST_MS, (facts.entries * ENTRY_MS) / SHARE);
  const growth = Math.max(0, facts.bytes - facts.previousBytes) / Math.max(1, facts.elapsedMs);
  const left = Math.max(0, facts.limitBytes - facts.bytes);
  const untilFull = facts.limitBytes > 0 && growth > 0 ? (left / growth) * SETTLED : LONGEST_MS;
  return Math.min(LONGEST_MS, Math.max(affordable, Math.min(untilFull, facts.ageMs)));
}
