import type { ProcessTable } from './process-table.js';

/** Beyond this many younger pids a scan of the whole table is no dearer than asking for each. */
const FEW = 64;
/** Within this time no system gives out all its pids and starts again. */
const SHORT_MS = 2000;

/**
 * Whether anything but its coordinator may be left in a session after the command `shellPid` has ended. Cheap
 * for short commands: pids are given out in rising order, so whatever the command started has a pid between
 * its own and the last one given out.
 */
export function mayHaveLeft(
  table: ProcessTable,
  session: number,
  shellPid: number | undefined,
  ageMs: number,
): boolean {
  const last = table.lastPid();
  if (last === undefined || shellPid === undefined || ageMs > SHORT_MS) return true;
  if (last < shellPid || last - shellPid > FEW) return true;
  for (let pid = shellPid; pid <= last; pid++) {
    const info = table.lookUp(pid);
    if (info && info.state !== 'Z' && (info.session === session || info.processGroup === session))
      return true;
  }
  return false;
}
