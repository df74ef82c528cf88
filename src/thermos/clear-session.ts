import { belongingTo, type Belonging } from './census.js';
import type { LiveRun } from './live-run.js';
import type { ProcessInfo } from './process-table.js';
import type { RecentProcesses } from './recent-processes.js';
import type { Sweeping } from './sweeper.js';

/** Beyond this many younger pids a scan of the whole table is no dearer than asking for each. */
const FEW = 64;
/** Within this time no system gives out all its pids and starts again. */
const SHORT_MS = 2000;

/**
 * Kills what a run has left in its session, its coordinator excepted. Returns false when there is nothing to
 * do; otherwise `done` comes when nothing is left, or nothing that can be killed.
 */
export function clearSession(
  run: LiveRun,
  ageMs: number,
  sweeper: Sweeping,
  recent: RecentProcesses,
  belonging: Belonging,
  done: (left: readonly ProcessInfo[]) => void,
): boolean {
  const session = run.coordinatorPid;
  if (session === undefined || !mayHaveLeft(recent, session, run.pid, ageMs, belonging)) return false;
  sweeper.sweep((census) => {
    const leaderLives = census.byPid.get(session)?.startTicks === run.coordinatorTicks;
    const members = leaderLives ? census.inSession(session) : belongingTo(census, sweeper.table, belonging);
    return members.filter((info) => info.session === session && info.pid !== session);
  }, done);
  return true;
}

/**
 * Cheap for short commands: pids are given out in rising order, so whatever a command started has a pid between
 * its own and the last one given out.
 */
function mayHaveLeft(
  recent: RecentProcesses,
  session: number,
  shellPid: number | undefined,
  ageMs: number,
  { shells }: Belonging,
): boolean {
  const last = recent.lastPid();
  if (last === undefined || shellPid === undefined || ageMs > SHORT_MS) return true;
  if (last < shellPid || last - shellPid > FEW) return true;
  for (let pid = shellPid; pid <= last; pid++) {
    // The shell of another run is in the session of its own coordinator.
    if (pid !== shellPid && shells.has(pid)) continue;
    const info = recent.lookUp(pid);
    if (info && info.state !== 'Z' && (info.session === session || info.processGroup === session))
      return true;
  }
  return false;
}
