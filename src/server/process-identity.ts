import { readFileSync } from 'node:fs';

/** A process that pid reuse cannot forge: two processes never share both pid and start time. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks since boot (/proc/PID/stat, field 22); absent where there is no /proc. */
  readonly startTicks?: number;
}

export function ownIdentity(): ProcessIdentity {
  return identify(process.pid);
}

export function identify(pid: number): ProcessIdentity {
  const startTicks = readStartTicks(pid);
  return startTicks === undefined ? { pid } : { pid, startTicks };
}

/** Whether exactly this process still runs; a zombie does not. */
export function isAlive({ pid, startTicks }: ProcessIdentity): boolean {
  if (!exists(pid)) return false;
  if (startTicks === undefined) return true;
  return readStartTicks(pid) === startTicks;
}

/** Signals exactly this process, or nobody. */
export function signal(identity: ProcessIdentity, name: 'SIGTERM' | 'SIGKILL'): void {
  if (!isAlive(identity)) return;
  try {
    process.kill(identity.pid, name);
  } catch (error) {
    // It ended in between.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Undefined without /proc, for an ended process and for a zombie. */
function readStartTicks(pid: number): number | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return undefined;
  }
  // The command name stands in parentheses and may hold anything, parentheses too.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' || fields[0] === 'X' ? undefined : Number(fields[19]);
}
