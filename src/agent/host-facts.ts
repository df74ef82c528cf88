import type { FileSystem } from '../base/file-system.js';

/** Changes with every start of the host; undefined where there is no /proc. */
export function readBootId(fileSystem: FileSystem): string | undefined {
  try {
    return fileSystem.readText('/proc/sys/kernel/random/boot_id').trim();
  } catch {
    return undefined;
  }
}

/** Start of a process in clock ticks since boot: with its pid it names the process for good. */
export function lookUpStartTicks(fileSystem: FileSystem, pid: number): number | undefined {
  try {
    const text = fileSystem.readText(`/proc/${pid}/stat`);
    const ticks = Number(text.slice(text.lastIndexOf(')') + 2).split(' ')[19]);
    return Number.isFinite(ticks) ? ticks : undefined;
  } catch {
    return undefined;
  }
}
