import type { TaskState } from '../model/process.js';
import type { CheckpointRecord, ProcessStatus, RunnerHeader, TaskStatus } from './checkpoint-record.js';
import { isProcessTransition } from './process-state.js';

/** What the records of a runner's checkpoint amount to. */
export interface RunnerState {
  header?: RunnerHeader;
  readonly statuses: TaskStatus[];
  /** Runs by process name; the index is the run number. Each holds the fields of all its records. */
  readonly processes: Map<string, ProcessStatus[]>;
}

export function emptyRunnerState(): RunnerState {
  return { statuses: [], processes: new Map() };
}

export class InvalidTransition extends Error {
  override readonly name = 'InvalidTransition';
}

/**
 * Applies one record. Throws InvalidTransition when the record cannot follow what came before.
 *
 * The original forgot to copy the return code and stop time of FAILED runs into this state; `asOriginal`
 * does the same, for comparing with its dumps.
 */
export function applyRecord(state: RunnerState, record: CheckpointRecord, asOriginal = false): void {
  switch (record.kind) {
    case 'header':
      if (state.header) throw new InvalidTransition('Attempting to bind task twice!');
      state.header = record.header;
      return;
    case 'task':
      state.statuses.push(record.status);
      return;
    case 'process':
      applyProcessStatus(state, record.status, asOriginal);
  }
}

/** Replays a whole stream; records whose sequence number is not the next one are skipped. */
export function replay(records: Iterable<CheckpointRecord>, asOriginal = false): RunnerState {
  const state = emptyRunnerState();
  for (const record of records) {
    if (record.kind === 'process' && record.status.seq !== nextSequence(state, record.status.process))
      continue;
    applyRecord(state, record, asOriginal);
  }
  return state;
}

export function taskStateOf(state: RunnerState): TaskState | undefined {
  return state.statuses.at(-1)?.state;
}

export function lastRun(state: RunnerState, process: string): ProcessStatus | undefined {
  return state.processes.get(process)?.at(-1);
}

export function nextSequence(state: RunnerState, process: string): number {
  return (lastRun(state, process)?.seq ?? -1) + 1;
}

function applyProcessStatus(state: RunnerState, status: ProcessStatus, asOriginal: boolean): void {
  const runs = state.processes.get(status.process) ?? [];
  const current = runs.at(-1);
  if (!isProcessTransition(current?.state, status.state)) {
    throw new InvalidTransition(
      `Detected invalid state transition ${current?.state ?? 'nothing'} => ${status.state} of ${status.process}`,
    );
  }
  if (status.seq !== (current?.seq ?? -1) + 1) {
    throw new InvalidTransition(
      `Detected invalid sequence number ${status.seq} of ${status.process}, expected ${(current?.seq ?? -1) + 1}`,
    );
  }
  state.processes.set(status.process, runs);
  if (status.state === 'WAITING' || !current) {
    runs.push(status);
  } else {
    const { returnCode: _returnCode, stopTime: _stopTime, ...kept } = status;
    runs[runs.length - 1] = { ...current, ...(asOriginal && status.state === 'FAILED' ? kept : status) };
  }
}
