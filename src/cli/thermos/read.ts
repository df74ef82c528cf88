import { PROCESS_STATES, TASK_STATES } from '../../model/process.js';
import type { CheckpointRecord } from '../../thermos/checkpoint-record.js';
import { readStream } from '../../thermos/checkpoint-stream.js';
import { applyRecord, emptyRunnerState, type RunnerState } from '../../thermos/runner-state.js';
import { printable } from '../printable.js';
import { asctime, GLOBAL_OPTIONS } from './common.js';
import { ThermosFailure, type ThermosCommand } from './context.js';
import { UsageError } from './options.js';
import { quoted } from './python-pprint.js';

export const readCommand: ThermosCommand = {
  name: 'read',
  doc: 'Replay a thermos checkpoint.\n\n  Usage: thermos read [options] checkpoint_filename\n  ',
  options: [
    ...GLOBAL_OPTIONS,
    { flags: ['--simple'], help: 'Only print the checkpoint records, do not replay them' },
  ],
  async run(options, host) {
    const [path] = options.positionals;
    if (options.positionals.length !== 1 || path === undefined) {
      throw new UsageError(`Expected one checkpoint file, got ${options.positionals.length}`);
    }
    if (host.files.stat(path)?.kind !== 'file') throw new UsageError(`Could not find ${path}`);
    const stream = readStream(host.files.readFile(path));
    if (options.given.has('--simple')) {
      for (const record of stream.records) host.out(`CKPT: ${simpleText(record)}\n`);
    } else host.out(recoveredText(recover(path, stream.records)));
    if (stream.damage === undefined) return 0;
    throw new ThermosFailure(
      `Checkpoint stream CORRUPT or outdated format: ${path} is damaged at ${stream.damage}`,
      1,
    );
  },
};

function recover(path: string, records: readonly CheckpointRecord[]): RunnerState {
  const state = emptyRunnerState();
  try {
    for (const record of records) applyRecord(state, record);
  } catch (error) {
    throw new ThermosFailure(
      `Failed to recover from ${path}: ${(error as Error).message}. Are you sure this is a full checkpoint stream?`,
      1,
    );
  }
  if (!state.header && state.statuses.length === 0) {
    throw new ThermosFailure('Checkpoint stream CORRUPT or outdated format', 1);
  }
  return state;
}

function recoveredText(state: RunnerState): string {
  const lines = ['Recovered Task Header:'];
  if (state.header) {
    const { taskId, user, hostname, sandbox, ports } = state.header;
    lines.push(
      `  id:      ${taskId}`,
      `  user:    ${user}`,
      `  host:    ${hostname}`,
      `  sandbox: ${sandbox}`,
    );
    const sorted = [...ports].sort(([a], [b]) => (a < b ? -1 : 1));
    if (sorted.length > 0)
      lines.push(`  ports:   ${sorted.map(([name, port]) => `${name}->${port}`).join(' ')}`);
  }
  lines.push('Recovered Task States:');
  for (const status of state.statuses) {
    lines.push(`  ${asctime(status.timestampMs)} [pid: ${status.runnerPid}] => ${status.state}`);
  }
  lines.push('Recovered Processes:');
  for (const [name, runs] of state.processes) {
    lines.push(`  ${name}   runs: ${runs.length}`);
    for (const [index, run] of [...runs.entries()].reverse()) {
      const finish = run.stopTime === undefined ? 'None' : asctime(run.stopTime * 1000);
      const number = String(index).padStart(2);
      lines.push(
        `    ${number}: pid=${run.pid ?? 'None'}, rc=${run.returnCode ?? ''}, finish:${finish}, state:${run.state}`,
      );
    }
  }
  return lines.map((line) => `${printable(line)}\n`).join('');
}

/** A record as Python 2 showed the Thrift struct, fields in the order of its dictionary. */
function simpleText(record: CheckpointRecord): string {
  const parts = { task_status: 'None', process_status: 'None', runner_header: 'None' };
  if (record.kind === 'task') {
    const { state, timestampMs, runnerPid, runnerUid } = record.status;
    parts.task_status = `TaskStatus(state=${TASK_STATES.indexOf(state)}, runner_uid=${runnerUid}, runner_pid=${runnerPid}, timestamp_ms=${timestampMs})`;
  } else if (record.kind === 'process') {
    const { seq, process, state, startTime, coordinatorPid, pid, returnCode, stopTime, forkTime } =
      record.status;
    parts.process_status = `ProcessStatus(seq=${seq}, process=${text(process)}, start_time=${shown(startTime)}, coordinator_pid=${shown(coordinatorPid)}, pid=${shown(pid)}, return_code=${shown(returnCode)}, state=${PROCESS_STATES.indexOf(state)}, stop_time=${shown(stopTime)}, fork_time=${shown(forkTime)})`;
  } else {
    const { launchTimeMs, uid, taskId, hostname, sandbox, logDir, ports, user } = record.header;
    const portList = [...ports].map(([name, port]) => `${text(name)}: ${port}`).join(', ');
    parts.runner_header = `RunnerHeader(launch_time_ms=${launchTimeMs}, uid=${shown(uid)}, task_id=${text(taskId)}, hostname=${text(hostname)}, sandbox=${text(sandbox)}, log_dir=${logDir === undefined ? 'None' : text(logDir)}, ports={${portList}}, user=${text(user)})`;
  }
  return `RunnerCkpt(task_status=${parts.task_status}, process_status=${parts.process_status}, runner_header=${parts.runner_header})`;
}

function text(value: string): string {
  return `u${quoted(value)}`;
}

function shown(value: number | undefined): string {
  return value === undefined ? 'None' : String(value);
}
