import { START_TOLERANCE_SECS } from './census.js';
import type { LiveRun } from './live-run.js';
import type { ProcessInfo, ProcessTable } from './process-table.js';
import type { Sweeping } from './sweeper.js';

/** SIGTERM to the command of a run, and to nobody whose pid merely equals the recorded one. */
export function terminateRun(run: LiveRun, sweeper: Sweeping): void {
  if (run.phase === 'draining') {
    terminatePipeHolders(run, sweeper);
    return;
  }
  if (run.phase !== 'running' || run.pid === undefined) return;
  const info = sweeper.table.lookUp(run.pid);
  if (!info || !isShellOf(run, info, sweeper.table)) return;
  sweeper.signal(info, 'SIGTERM');
  // A stopped process would get it only when somebody continues it.
  if (info.state === 'T') sweeper.signal(info, 'SIGCONT');
}

/** Whether the coordinator of a run is alive: pid and start time, never the pid alone. */
export function isCoordinatorAlive(run: LiveRun, table: ProcessTable): boolean {
  const info = run.coordinatorPid === undefined ? undefined : table.lookUp(run.coordinatorPid);
  if (!info || info.state === 'Z') return false;
  if (run.coordinatorTicks !== undefined) return info.startTicks === run.coordinatorTicks;
  // The original's own test, for its coordinators: a session leader that started when the record says.
  return info.session === info.pid && startedNear(info, run.forkTime, table);
}

/** The command has ended; somebody it left behind keeps its pipes open. */
function terminatePipeHolders(run: LiveRun, sweeper: Sweeping): void {
  sweeper.inspect((census) => {
    for (const info of census.inSession(run.coordinatorPid ?? 0)) {
      const isOrphan = census.byPid.get(info.parentPid)?.session !== info.session;
      if (isOrphan && info.pid !== run.coordinatorPid) sweeper.signal(info, 'SIGTERM');
    }
  });
}

function isShellOf(run: LiveRun, info: ProcessInfo, table: ProcessTable): boolean {
  if (isCoordinatorAlive(run, table)) {
    return info.parentPid === run.coordinatorPid || info.session === run.coordinatorPid;
  }
  return startedNear(info, run.startTime, table);
}

function startedNear(info: ProcessInfo, timeSecs: number | undefined, table: ProcessTable): boolean {
  return timeSecs !== undefined && Math.abs(table.startedMs(info) / 1000 - timeSecs) < START_TOLERANCE_SECS;
}
