import type { FileSystem } from '../../base/file-system.js';

/**
 * Memory of several processes with shared pages counted once among them (Pss of smaps_rollup), or their
 * resident memory where the kernel does not tell. Costs a walk over the page tables, so it is asked rarely.
 */
export function exactRamBytes(fileSystem: FileSystem, pids: readonly number[]): number {
  let total = 0;
  for (const pid of pids) total += (pss(fileSystem, pid) ?? resident(fileSystem, pid)) * 1024;
  return total;
}

function pss(fileSystem: FileSystem, pid: number): number | undefined {
  return kilobytes(fileSystem, `/proc/${pid}/smaps_rollup`, /^Pss:\s+(\d+) kB/m);
}

function resident(fileSystem: FileSystem, pid: number): number {
  return kilobytes(fileSystem, `/proc/${pid}/status`, /^VmRSS:\s+(\d+) kB/m) ?? 0;
}

function kilobytes(fileSystem: FileSystem, path: string, pattern: RegExp): number | undefined {
  try {
    const match = pattern.exec(fileSystem.readText(path));
    return match ? Number(match[1]) : undefined;
  } catch {
    return undefined;
  }
}
