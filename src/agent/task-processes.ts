import type { ProcessRun } from '../model/cluster.js';
import type { ProcessSnapshot } from '../thermos/task-runner-options.js';
import type { DetailedUsage, TaskSample } from './usage/usage-history.js';

/** The newest run of each process, with what it uses while it runs. */
export function processRuns(
  snapshots: readonly ProcessSnapshot[],
  sample: TaskSample | undefined,
): ProcessRun[] {
  return snapshots.map((snapshot) => {
    const usage = snapshot.state === 'RUNNING' ? sample?.processes.get(snapshot.name) : undefined;
    return {
      name: snapshot.name,
      run: snapshot.run,
      state: snapshot.state,
      ...(snapshot.pid !== undefined && { pid: snapshot.pid }),
      ...(snapshot.returnCode !== undefined && { returnCode: snapshot.returnCode }),
      ...(snapshot.startTime !== undefined && { startMs: Math.round(snapshot.startTime * 1000) }),
      ...(snapshot.stopTime !== undefined && { stopMs: Math.round(snapshot.stopTime * 1000) }),
      ...(usage && { usage: plainUsage(usage) }),
    };
  });
}

/** The part of a sample that the scheduler keeps. */
export function plainUsage(usage: DetailedUsage): NonNullable<ProcessRun['usage']> {
  const { cpus, ramBytes, diskBytes, processes, threads } = usage;
  return { cpus: Math.round(cpus * 1000) / 1000, ramBytes, diskBytes, processes, threads };
}
