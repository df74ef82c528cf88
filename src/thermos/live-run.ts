import type { Process } from '../model/process.js';
import type { ProcessStatus } from './checkpoint-record.js';

/** One run that has not ended yet. */
export interface LiveRun {
  readonly process: Process;
  readonly run: number;
  /** Index of the process and number of the run: how the journal calls it. */
  readonly runId: string;
  phase: 'queued' | 'forked' | 'running' | 'draining';
  coordinatorPid: number | undefined;
  /** Undefined for a coordinator that is none of ours, but the original's. */
  coordinatorTicks: number | undefined;
  forkTime: number | undefined;
  /** Of the command's shell. */
  pid: number | undefined;
  startTime: number | undefined;
  /** What a piped run's command ended with, while its pipes are still open. */
  status: number | undefined;
  /** Its coordinator was another runner's: nobody tells us when that dies. */
  readonly adopted: boolean;
  /** SIGTERM it as soon as it runs. */
  doomed: boolean;
  /** Monotonic; long ago for an adopted one. */
  forkedMs: number;
}

export function queuedRun(process: Process, run: number, runId: string): LiveRun {
  return {
    process,
    run,
    runId,
    phase: 'queued',
    coordinatorPid: undefined,
    coordinatorTicks: undefined,
    forkTime: undefined,
    pid: undefined,
    startTime: undefined,
    status: undefined,
    adopted: false,
    doomed: false,
    forkedMs: Number.NEGATIVE_INFINITY,
  };
}

/** A run that an earlier runner left FORKED or RUNNING. */
export function adoptedRun(
  process: Process,
  run: number,
  runId: string,
  last: ProcessStatus,
  coordinatorTicks: number | undefined,
): LiveRun {
  return {
    ...queuedRun(process, run, runId),
    phase: last.state === 'RUNNING' ? 'running' : 'forked',
    coordinatorPid: last.coordinatorPid,
    coordinatorTicks,
    forkTime: last.forkTime,
    pid: last.pid,
    startTime: last.startTime,
    adopted: true,
  };
}
