import { closeSync, lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { FileList, LogChunk, ProcessRun } from '../model/cluster.js';
import { isTerminalProcessState, type ProcessState } from '../model/process.js';
import { HttpError } from './http-error.js';
import { openInside, readRange } from './safe-file.js';

/** A task as readers of its files see it, live or ended. */
export interface TaskView {
  readonly taskId: string;
  readonly sandbox: string | undefined;
  readonly live: boolean;
  readonly processes: readonly ProcessRun[];
}

const DEFAULT_LENGTH = 64 * 1024;
const LARGEST_LENGTH = 1024 * 1024;
/** Longest UTF-8 sequence, less one: what a chunk may end with and leave to the next. */
const LONGEST_TAIL = 3;

export interface LogRequest {
  readonly process: string | undefined;
  readonly run: number | undefined;
  readonly stream: string;
  /** Negative counts from the end of the file; absent is its beginning. */
  readonly offset: number | undefined;
  readonly length: number | undefined;
}

/** A piece of what a run printed. Throws HttpError when there is no such run or stream. */
export function readLog(task: TaskView, request: LogRequest): LogChunk {
  const run = selectRun(task, request);
  if (request.stream !== 'stdout' && request.stream !== 'stderr')
    throw new HttpError(404, `No such log type: ${request.stream}`);
  const ended = !task.live || run.superseded || isTerminalProcessState(run.state as ProcessState);
  const file = openInside(task.sandbox ?? '', join('.logs', run.name, String(run.run), request.stream));
  if (!file) return { offset: 0, length: 0, data: '', end: ended };
  try {
    if (!file.stat.isFile()) throw new HttpError(404, 'the log is no file');
    const size = file.stat.size;
    const offset = startOffset(request.offset, size);
    const length = Math.min(request.length ?? DEFAULT_LENGTH, LARGEST_LENGTH);
    const bytes = readRange(file.descriptor, offset, Math.max(0, Math.min(length, size - offset)));
    const atEnd = offset + bytes.length >= size;
    const kept = ended && atEnd ? bytes : bytes.subarray(0, wholeCharacters(bytes));
    return { offset, length: kept.length, data: kept.toString('utf8'), end: ended && atEnd };
  } finally {
    closeSync(file.descriptor);
  }
}

/** What a directory of the sandbox holds. */
export function listFiles(task: TaskView, path: string): FileList {
  const directory = openInside(task.sandbox ?? '', path);
  if (!directory) throw new HttpError(404, `no such directory in the sandbox: ${JSON.stringify(path)}`);
  try {
    if (!directory.stat.isDirectory()) throw new HttpError(404, `not a directory: ${JSON.stringify(path)}`);
    const entries = readdirSync(directory.path)
      .sort()
      .flatMap((name) => {
        const stat = lstatSync(join(directory.path, name), { throwIfNoEntry: false });
        if (!stat) return [];
        const kind = stat.isFile()
          ? 'file'
          : stat.isDirectory()
            ? 'directory'
            : stat.isSymbolicLink()
              ? 'symlink'
              : 'other';
        return [{ name, kind, size: stat.size, modifiedMs: Math.round(stat.mtimeMs) } as const];
      });
    return { path, entries };
  } finally {
    closeSync(directory.descriptor);
  }
}

interface SelectedRun {
  readonly name: string;
  readonly run: number;
  readonly state: string;
  /** A later run exists. */
  readonly superseded: boolean;
}

function selectRun(task: TaskView, request: LogRequest): SelectedRun {
  const names = task.processes.map((process) => process.name);
  const only = names.length === 1 ? names[0] : undefined;
  const name = request.process ?? only;
  if (name === undefined) throw new HttpError(400, `name one process of: ${names.join(', ')}`);
  const newest = task.processes.find((process) => process.name === name);
  if (!newest)
    throw new HttpError(
      404,
      `task ${task.taskId} has no process ${JSON.stringify(name)}, only: ${names.join(', ')}`,
    );
  const run = request.run ?? newest.run;
  if (run < 0 || run > newest.run)
    throw new HttpError(404, `process ${name} has had ${newest.run + 1} runs, counted from 0`);
  return { name, run, state: newest.state, superseded: run < newest.run };
}

function startOffset(requested: number | undefined, size: number): number {
  if (requested === undefined) return 0;
  return requested < 0 ? Math.max(0, size + requested) : Math.min(requested, size);
}

/** Length without a UTF-8 sequence that is cut at the end; everything when it is no UTF-8 anyway. */
export function wholeCharacters(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(LONGEST_TAIL, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if ((byte & 0xc0) === 0x80) continue;
    const needed = byte >= 0xf5 ? 1 : byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return needed > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}
