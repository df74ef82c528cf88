import type { ProcessState, TaskState } from '../model/process.js';

/** One record of a checkpoint stream. Times are seconds since the epoch unless the name says otherwise. */
export type CheckpointRecord =
  | { readonly kind: 'header'; readonly header: RunnerHeader }
  | { readonly kind: 'process'; readonly status: ProcessStatus }
  | { readonly kind: 'task'; readonly status: TaskStatus };

export interface RunnerHeader {
  readonly taskId: string;
  readonly launchTimeMs: number;
  readonly sandbox: string;
  readonly hostname: string;
  readonly user: string;
  readonly ports: ReadonlyMap<string, number>;
  /** Missing in files of old versions. */
  readonly logDir?: string;
  /** Missing in files of old versions, or when the user is unknown. */
  readonly uid?: number;
}

export interface ProcessStatus {
  /** Counts every record of this process name over all its runs, from 0. */
  readonly seq: number;
  readonly process: string;
  readonly state: ProcessState;
  readonly startTime?: number;
  readonly pid?: number;
  readonly stopTime?: number;
  /** 0 to 255, or minus a signal. */
  readonly returnCode?: number;
  readonly coordinatorPid?: number;
  readonly forkTime?: number;
}

export interface TaskStatus {
  readonly state: TaskState;
  readonly timestampMs: number;
  readonly runnerPid: number;
  readonly runnerUid: number;
}
