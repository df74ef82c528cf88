import { isDeepStrictEqual } from 'node:util';
import type { CheckpointRecord } from '../../src/thermos/checkpoint-record.js';
import type { RunnerState } from '../../src/thermos/runner-state.js';
import { findDeliberate, type Facet } from './thermos-differences.js';
import type { RecordedFile, RecordedRecord, ThermosCase } from './thermos-cases.js';

export interface CommandResult {
  readonly exit: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly count?: number;
}

/** What a case left behind. */
export interface Outcome {
  readonly commands: readonly CommandResult[];
  readonly state: RunnerState | undefined;
  readonly records: readonly CheckpointRecord[];
  readonly root: string;
  readonly sandbox: string;
  readonly rootTree: readonly string[];
  readonly files: readonly RecordedFile[];
  readonly taskJson: unknown;
  readonly status: CommandResult | undefined;
  readonly read: CommandResult | undefined;
  readonly inspect: CommandResult | undefined;
}

/** Compares meaning: accidents of time, pids and hash order are left out, deliberate differences are noted. */
export function compareCase(
  recorded: ThermosCase,
  outcome: Outcome,
): { problems: string[]; notes: string[] } {
  const problems: string[] = [];
  const notes = new Set<string>();
  const judge = (facet: Facet, problem: string | undefined): void => {
    if (problem === undefined) return;
    const reason = findDeliberate(recorded, facet);
    if (reason === undefined) problems.push(`${facet}: ${problem}`);
    else notes.add(reason);
  };
  judge('commands', compareCommands(recorded, outcome.commands));
  judge('processes', compareProcesses(recorded, outcome));
  judge('task', compareTask(recorded, outcome));
  judge('json', recorded.taskJson == null ? undefined : differ(recorded.taskJson, outcome.taskJson));
  judge('tree', recorded.rootTree ? differ(recorded.rootTree, outcome.rootTree) : undefined);
  judge('files', compareFiles(recorded, outcome.files));
  for (const view of ['status', 'read', 'inspect'] as const) {
    const before = recorded[view];
    const now = outcome[view];
    if (!before || !now || recorded.unstable?.includes(view)) continue;
    judge(view, differ([before.exit, lines(before.stdout ?? '')], [now.exit, lines(now.stdout)]));
  }
  return { problems, notes: [...notes] };
}

function compareCommands(recorded: ThermosCase, now: readonly CommandResult[]): string | undefined {
  const before = recorded.commands ?? [
    { exit: recorded.exit ?? 0, stdout: recorded.stdout ?? '', stderr: recorded.stderr ?? '' },
  ];
  for (const [index, command] of before.entries()) {
    const result = now[index];
    if (!result) return `command ${index} was not run`;
    if (command.count !== undefined) {
      if (result.count !== command.count)
        return `${result.count} processes ${command.pattern}, not ${command.count}`;
      continue;
    }
    if (command.exit !== result.exit) {
      return `exit ${result.exit}, not ${command.exit}, of ${command.argv?.join(' ') ?? 'the command'}: ${result.stderr.slice(0, 300)}`;
    }
    const output = differ(unrepeated(command.stdout ?? ''), unrepeated(result.stdout));
    if (output !== undefined) return `stdout of command ${index}: ${output}`;
    const errors = compareErrors(command.stderr ?? '', result.stderr);
    if (errors !== undefined) return `stderr of command ${index}: ${errors}`;
  }
  return undefined;
}

/** The message behind a Python traceback must be said, if perhaps with more; everything else is literal. */
function compareErrors(before: string, now: string): string | undefined {
  if (!before.includes('<traceback>')) {
    const wanted = before.replace(/^@PROG@/m, 'thermos').trimEnd();
    return now.startsWith(wanted) ? undefined : differ(before, now);
  }
  const message = (before.trimEnd().split('\n').at(-1) ?? '').replace(/^[\w.]+: /, '');
  return now.includes(message.replace(/^Invalid task: /, ''))
    ? undefined
    : `${now} does not say "${message}"`;
}

interface Summary {
  readonly state: string;
  readonly runs: number;
  readonly history: ReadonlyArray<{
    readonly state: string;
    readonly returnCode?: number;
    readonly lastSeq: number;
  }>;
}

function compareProcesses(recorded: ThermosCase, { state }: Outcome): string | undefined {
  if (recorded.processes === undefined) return undefined;
  const now = state ? summarize(state) : {};
  const variants = [
    recorded.processes,
    ...(recorded.checkpointVariants ?? []).map((records) => summarizeRecorded(records)),
  ];
  return variants.some((variant) => isDeepStrictEqual(plain(variant), plain(now)))
    ? undefined
    : differ(recorded.processes, now);
}

function summarize(state: RunnerState): Record<string, Summary> {
  return Object.fromEntries(
    [...state.processes].map(([name, runs]) => [
      name,
      {
        state: runs.at(-1)?.state ?? '',
        runs: runs.length,
        history: runs.map((run) => ({
          state: run.state,
          ...(run.returnCode !== undefined && { returnCode: run.returnCode }),
          lastSeq: run.seq,
        })),
      },
    ]),
  );
}

function summarizeRecorded(records: readonly RecordedRecord[]): Record<string, Summary> {
  const runs = new Map<string, Array<{ state: string; returnCode?: number; lastSeq: number }>>();
  for (const { process: status } of records) {
    if (!status) continue;
    const name = String(status['process']);
    const list = runs.get(name) ?? [];
    runs.set(name, list);
    const entry = {
      state: String(status['state']),
      ...(typeof status['return_code'] === 'number' && { returnCode: status['return_code'] }),
      lastSeq: Number(status['seq']),
    };
    if (status['state'] === 'WAITING') list.push(entry);
    else list[list.length - 1] = entry;
  }
  return Object.fromEntries(
    [...runs].map(([name, history]) => [
      name,
      { state: history.at(-1)?.state ?? '', runs: history.length, history },
    ]),
  );
}

function compareTask(recorded: ThermosCase, { records }: Outcome): string | undefined {
  const states = (list: readonly RecordedRecord[]): string =>
    list.flatMap((record) => (record.task ? [String(record.task['state'])] : [])).join(' ');
  if (!recorded.checkpoint) return undefined;
  const now = records.flatMap((record) => (record.kind === 'task' ? [record.status.state] : [])).join(' ');
  const allowed = [recorded.checkpoint, ...(recorded.checkpointVariants ?? [])].map(states);
  if (!allowed.includes(now)) return `${now}, not ${allowed.join(' or ')}`;
  return compareFields(recorded.checkpoint, records);
}

/** The fields that each kind of record carries, by process and position. */
function compareFields(
  before: readonly RecordedRecord[],
  now: readonly CheckpointRecord[],
): string | undefined {
  const fields = (record: RecordedRecord): string =>
    Object.keys(record.process ?? {})
      .sort()
      .join();
  const wanted = new Map<string, Set<string>>();
  for (const record of before) {
    if (!record.process) continue;
    const state = String(record.process['state']);
    wanted.set(state, (wanted.get(state) ?? new Set()).add(fields(record)));
  }
  for (const record of now) {
    if (record.kind !== 'process') continue;
    const names = Object.keys(record.status)
      .map((name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`))
      .sort()
      .join();
    const allowed = wanted.get(record.status.state);
    if (allowed && !allowed.has(names)) return `a ${record.status.state} record with ${names}`;
  }
  return undefined;
}

function compareFiles(recorded: ThermosCase, now: readonly RecordedFile[]): string | undefined {
  if (!recorded.files) return undefined;
  const found = new Map(now.map((file) => [file.path, file]));
  for (const file of recorded.files) {
    const ours = found.get(file.path);
    found.delete(file.path);
    if (!ours) return `${file.path} is missing`;
    if (file.mode !== undefined && ours.mode !== file.mode)
      return `${file.path} has mode ${ours.mode}, not ${file.mode}`;
    if (recorded.unstable?.includes(`files:${file.path}`)) continue;
    if (file.type === 'dir') continue;
    const sameLines = (): boolean => isDeepStrictEqual(sortedLines(file.text), sortedLines(ours.text));
    // What several processes wrote without an order between them may stand in any order.
    if ((recorded.unordered ?? []).length > 0 && file.text !== undefined && sameLines()) continue;
    if (file.sha256 !== undefined && !file.normalised && ours.sha256 !== file.sha256) {
      return `${file.path}: ${differ(file.text ?? file.size, ours.text ?? ours.size) ?? 'differs'}`;
    }
    if (file.normalised && file.text !== undefined) {
      const problem = differ(unstablePids(file.text), unstablePids(ours.text ?? ''));
      if (problem !== undefined) return `${file.path}: ${problem}`;
    }
  }
  const extra = [...found.keys()];
  return extra.length > 0 ? `not in the recording: ${extra.join(', ')}` : undefined;
}

function sortedLines(text: string | undefined): string[] {
  return (text ?? '').split('\n').sort();
}

/** Lines without order, pids without their value: the recordings name pids by labels. */
function lines(text: string): string[] {
  return unstablePids(text).split('\n').sort();
}

function unstablePids(text: string): string {
  return text
    .replace(/\bpid=.*?, rc=/g, 'pid=#, rc=')
    .replace(/(line \d+:) +(P\?|\d+) /g, '$1 # ')
    .replace(/\bpid=(None|[\w:.-]+)/g, 'pid=#')
    .replace(/\[pid: \w+\]/g, '[pid: #]')
    .replace(/\b(runner_pid|coordinator_pid)=[\w:.-]+/g, '$1=#')
    .replace(/\b(timestamp_ms|launch_time_ms|start_time|stop_time|fork_time)=(T|[\d.]+)/g, '$1=T')
    .replace(/host(:|name=u')\s*[\w.-]+/g, 'host')
    .replace(/@SANDBOX@\/tmp\/\w+|@TMP@\/\w+|\/\S*\/tmp\w{6}/g, '<tmp>');
}

/** The original wrote what it had buffered once more after each fork. */
function unrepeated(text: string): string[] {
  const all = unstablePids(text).split('\n');
  return all.filter((line, index) => line === '' || all.indexOf(line) === index);
}

function differ(before: unknown, now: unknown): string | undefined {
  if (isDeepStrictEqual(plain(before), plain(now))) return undefined;
  return `${short(now)}, not ${short(before)}`;
}

function short(value: unknown): string {
  const text = JSON.stringify(value) as string | undefined;
  return text === undefined ? 'nothing' : text.length > 700 ? `${text.slice(0, 700)}...` : text;
}

/** Without undefined fields and with keys in one order. */
function plain(value: unknown): unknown {
  return value === undefined ? undefined : sorted(JSON.parse(JSON.stringify(value)));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => [key, sorted(item)]),
  );
}
