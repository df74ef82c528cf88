import type { ProcessState, TaskState } from '../model/process.js';
import { decodeStruct, encodeStruct, structNamed } from '../thrift/codec.js';
import { loadSchema } from '../thrift/load-schema.js';
import type { ValueType } from '../thrift/schema.js';
import type { CheckpointRecord, ProcessStatus, RunnerHeader, TaskStatus } from './checkpoint-record.js';

/**
 * Records to bytes and back: the RunnerCkpt union of grammar/thermos.thrift in Thrift's binary protocol, fields
 * in ascending order of id, unset ones left out: byte for byte what the original writes.
 */
export function encodeRecord(record: CheckpointRecord): Buffer {
  switch (record.kind) {
    case 'header':
      return encodeStruct(recordType(), { runner_header: headerToWire(record.header) });
    case 'process':
      return encodeStruct(recordType(), { process_status: processToWire(record.status) });
    case 'task':
      return encodeStruct(recordType(), { task_status: taskToWire(record.status) });
  }
}

/** Throws when the bytes are not exactly one record. */
export function decodeRecord(bytes: Uint8Array): CheckpointRecord {
  const wire = decodeStruct(recordType(), bytes) as WireRecord;
  if (wire.runner_header) return { kind: 'header', header: headerFromWire(wire.runner_header) };
  if (wire.process_status) return { kind: 'process', status: processFromWire(wire.process_status) };
  if (wire.task_status) return { kind: 'task', status: taskFromWire(wire.task_status) };
  throw new Error('an empty record');
}

interface WireRecord {
  readonly runner_header?: WireHeader;
  readonly process_status?: WireProcess;
  readonly task_status?: WireTask;
}

interface WireHeader {
  readonly task_id?: string;
  readonly launch_time_ms?: number;
  readonly sandbox?: string;
  readonly hostname?: string;
  readonly user?: string;
  readonly ports?: ReadonlyMap<string, number>;
  readonly log_dir?: string;
  readonly uid?: number;
}

interface WireProcess {
  readonly seq?: number;
  readonly process?: string;
  readonly state?: ProcessState;
  readonly start_time?: number;
  readonly pid?: number;
  readonly stop_time?: number;
  readonly return_code?: number;
  readonly coordinator_pid?: number;
  readonly fork_time?: number;
}

interface WireTask {
  readonly state?: TaskState;
  readonly timestamp_ms?: number;
  readonly runner_pid?: number;
  readonly runner_uid?: number;
}

let cachedType: ValueType | undefined;

function recordType(): ValueType {
  return (cachedType ??= structNamed(loadSchema('thermos.thrift'), 'RunnerCkpt'));
}

function headerToWire(header: RunnerHeader): WireHeader {
  return {
    task_id: header.taskId,
    launch_time_ms: header.launchTimeMs,
    sandbox: header.sandbox,
    hostname: header.hostname,
    user: header.user,
    ports: header.ports,
    ...(header.logDir !== undefined && { log_dir: header.logDir }),
    ...(header.uid !== undefined && { uid: header.uid }),
  };
}

function headerFromWire(wire: WireHeader): RunnerHeader {
  return {
    taskId: wire.task_id ?? lacks('RunnerHeader', 'task_id'),
    launchTimeMs: wire.launch_time_ms ?? lacks('RunnerHeader', 'launch_time_ms'),
    sandbox: wire.sandbox ?? lacks('RunnerHeader', 'sandbox'),
    hostname: wire.hostname ?? lacks('RunnerHeader', 'hostname'),
    user: wire.user ?? lacks('RunnerHeader', 'user'),
    ports: wire.ports ?? new Map(),
    ...(wire.log_dir !== undefined && { logDir: wire.log_dir }),
    ...(wire.uid !== undefined && { uid: wire.uid }),
  };
}

function processToWire(status: ProcessStatus): WireProcess {
  return {
    seq: status.seq,
    process: status.process,
    state: status.state,
    ...(status.startTime !== undefined && { start_time: status.startTime }),
    ...(status.pid !== undefined && { pid: status.pid }),
    ...(status.stopTime !== undefined && { stop_time: status.stopTime }),
    ...(status.returnCode !== undefined && { return_code: status.returnCode }),
    ...(status.coordinatorPid !== undefined && { coordinator_pid: status.coordinatorPid }),
    ...(status.forkTime !== undefined && { fork_time: status.forkTime }),
  };
}

function processFromWire(wire: WireProcess): ProcessStatus {
  return {
    seq: wire.seq ?? lacks('ProcessStatus', 'seq'),
    process: wire.process ?? lacks('ProcessStatus', 'process'),
    state: wire.state ?? lacks('ProcessStatus', 'state'),
    ...(wire.start_time !== undefined && { startTime: wire.start_time }),
    ...(wire.pid !== undefined && { pid: wire.pid }),
    ...(wire.stop_time !== undefined && { stopTime: wire.stop_time }),
    ...(wire.return_code !== undefined && { returnCode: wire.return_code }),
    ...(wire.coordinator_pid !== undefined && { coordinatorPid: wire.coordinator_pid }),
    ...(wire.fork_time !== undefined && { forkTime: wire.fork_time }),
  };
}

function taskToWire(status: TaskStatus): WireTask {
  return {
    state: status.state,
    timestamp_ms: status.timestampMs,
    runner_pid: status.runnerPid,
    runner_uid: status.runnerUid,
  };
}

function taskFromWire(wire: WireTask): TaskStatus {
  return {
    state: wire.state ?? lacks('TaskStatus', 'state'),
    timestampMs: wire.timestamp_ms ?? lacks('TaskStatus', 'timestamp_ms'),
    runnerPid: wire.runner_pid ?? lacks('TaskStatus', 'runner_pid'),
    runnerUid: wire.runner_uid ?? lacks('TaskStatus', 'runner_uid'),
  };
}

function lacks(struct: string, field: string): never {
  throw new Error(`a ${struct} without ${field}`);
}
