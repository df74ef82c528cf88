import { join } from 'node:path';
import type { FileSystem } from '../../base/file-system.js';
import { isTerminalProcessState } from '../../model/process.js';
import { readCheckpoint } from '../../thermos/checkpoint-file.js';
import type { FoundTask } from '../../thermos/discover.js';
import { replay, type RunnerState } from '../../thermos/runner-state.js';
import { printable } from '../printable.js';
import { findTasks, GLOBAL_OPTIONS } from './common.js';
import { ThermosFailure, type ThermosCommand, type ThermosHost } from './context.js';
import { UsageError } from './options.js';

const LINES = 10;
/** Enough for ten lines of any sensible length; longer ones are cut at their start. */
const LARGEST_TAIL = 1_048_576;

export const tailCommand: ThermosCommand = {
  name: 'tail',
  doc: 'Tail the logs of a task process.\n\n    Usage: thermos tail task_name [process_name]\n  ',
  options: [...GLOBAL_OPTIONS, { flags: ['--stderr'], help: 'Tail stderr instead of stdout' }],
  async run(options, host) {
    const [taskId, wanted] = options.positionals;
    if (taskId === undefined) throw new UsageError('Expected a task to tail, got nothing!');
    if (options.positionals.length > 2) {
      throw new UsageError(
        `Expected at most two arguments (task and optional process), got ${options.positionals.length}`,
      );
    }
    const task = findTasks(host, options).find((one) => one.taskId === taskId);
    if (!task) {
      host.out('ERROR: Could not find task.\n');
      return 1;
    }
    const state = replay(readCheckpoint(host.files, task.checkpoint));
    const { process, run } = pick(logDirOf(task, state), host.files, wanted);
    const stream = options.given.has('--stderr') ? 'stderr' : 'stdout';
    const file = join(logDirOf(task, state), process, String(run), stream);
    const current = state.processes.get(process)?.at(run);
    const isOver =
      task.status === 'finished' || (current !== undefined && isTerminalProcessState(current.state));
    host.out(`Tail of ${isOver ? 'terminal' : 'active'} log ${file}\n`);
    const follower = new Follower(host, file);
    follower.lastLines();
    if (!isOver) await follow(follower, task, process, run, host);
    return 0;
  },
};

function logDirOf(task: FoundTask, state: RunnerState): string {
  return state.header?.logDir ?? join(task.root, 'logs', task.taskId);
}

/** The process and its latest run, by what is on disk. */
function pick(
  logDir: string,
  files: FileSystem,
  wanted: string | undefined,
): { process: string; run: number } {
  const names = files.stat(logDir)?.kind === 'directory' ? files.readDirectory(logDir) : [];
  const found = names.flatMap((process) => {
    if (wanted !== undefined && process !== wanted) return [];
    const runs = files.readDirectory(join(logDir, process)).filter((name) => /^\d+$/.test(name));
    return runs.length > 0 ? [{ process, run: Math.max(...runs.map(Number)) }] : [];
  });
  const [first, ...others] = found;
  if (!first) {
    const hint = names.length > 0 ? ` There is: ${names.join(', ')}` : '';
    throw new ThermosFailure(`ERROR: No processes found.${hint}`, 1);
  }
  if (others.length > 0) {
    const list = found.map(({ process }) => process).join(', ');
    throw new ThermosFailure(`ERROR: More than one process matches query.\nName one of: ${list}`, 1);
  }
  return first;
}

/** Until the run is over or Ctrl-C. */
async function follow(
  follower: Follower,
  task: FoundTask,
  process: string,
  run: number,
  host: ThermosHost,
): Promise<void> {
  await new Promise<void>((done) => {
    const stops: Array<() => void> = [];
    const stop = (): void => {
      follower.more();
      for (const one of stops) one();
      done();
    };
    const look = (): void => {
      follower.more();
      const status = replay(readCheckpoint(host.files, task.checkpoint)).processes.get(process)?.at(run);
      if (!status || isTerminalProcessState(status.state)) stop();
    };
    stops.push(
      host.watchFile(follower.file, () => {
        follower.more();
      }),
      host.watchFile(task.checkpoint, look),
      host.onSignal(['SIGINT', 'SIGTERM'], stop),
    );
    look();
  });
}

/** Prints what a file gains; one that was replaced or cut is read from its start. */
class Follower {
  readonly file: string;
  readonly #host: ThermosHost;
  #inode = 0;
  #offset = 0;

  constructor(host: ThermosHost, file: string) {
    this.#host = host;
    this.file = file;
  }

  lastLines(): void {
    const stat = this.#host.files.stat(this.file);
    if (!stat) return;
    this.#inode = stat.inode;
    this.#offset = stat.size;
    const text = this.#host.files.readRange(this.file, Math.max(0, stat.size - LARGEST_TAIL), stat.size);
    const lines = text.split('\n');
    const end = lines.at(-1) === '' ? lines.length - 1 : lines.length;
    const tail = lines.slice(Math.max(0, end - LINES), end);
    if (tail.length > 0) this.#print(`${tail.join('\n')}\n`);
  }

  more(): void {
    const stat = this.#host.files.stat(this.file);
    if (!stat) return;
    if (stat.inode !== this.#inode || stat.size < this.#offset) this.#offset = 0;
    this.#inode = stat.inode;
    while (this.#offset < stat.size) {
      const end = Math.min(stat.size, this.#offset + LARGEST_TAIL);
      this.#print(this.#host.files.readRange(this.file, this.#offset, end));
      this.#offset = end;
    }
  }

  /** What a process wrote must not act on the terminal; into a file or pipe it goes as it is. */
  #print(text: string): void {
    this.#host.out(this.#host.stdoutIsTerminal ? printable(text) : text);
  }
}
