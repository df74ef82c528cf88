import { execFile } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  watch,
  writeFileSync,
} from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { systemClock } from '../../src/base/clock.js';
import { diskFileSystem } from '../../src/base/file-system.js';
import { silentLogger } from '../../src/base/logging.js';
import {
  isTerminalTaskState,
  parseTask,
  taskToJson,
  type Task,
  type TaskState,
} from '../../src/model/process.js';
import type { CheckpointRecord, ProcessStatus } from '../../src/thermos/checkpoint-record.js';
import { frameRecord, readStream } from '../../src/thermos/checkpoint-stream.js';
import { systemProcessTable } from '../../src/thermos/process-table.js';
import { ShellLauncher } from '../../src/thermos/shell-launcher.js';
import { Sweeper } from '../../src/thermos/sweeper.js';
import { TaskRunner } from '../../src/thermos/task-runner.js';
import type { RunnerEvent, TaskRunnerOptions } from '../../src/thermos/task-runner-options.js';

export const sweeper = new Sweeper(systemClock, systemProcessTable);
export const launcher = new ShellLauncher({
  clock: systemClock,
  processTable: systemProcessTable,
  logger: silentLogger,
});

/** A process in the JSON form: P('hello', 'echo hello', {max_failures: 2}). */
export function P(
  name: string,
  cmdline: string,
  fields: Record<string, unknown> = {},
): Record<string, unknown> {
  return { name, cmdline, ...fields };
}

export function task(processes: unknown[], fields: Record<string, unknown> = {}): Task {
  const parsed = parseTask({ name: 'task', processes, ...fields });
  if (!parsed.ok) throw new Error(parsed.error);
  return parsed.value;
}

export function order(...names: string[]): Record<string, unknown> {
  return { order: names };
}

/** One task with a folder of its own. `remove` ends whatever is left of it. */
export class RunnerRig {
  readonly directory: string;
  readonly root: string;
  readonly sandbox: string;
  readonly taskId: string;
  readonly events: RunnerEvent[] = [];
  #waiting: Array<{ condition: (rig: RunnerRig) => boolean; done: () => void }> = [];
  #runners: TaskRunner[] = [];

  constructor(taskId = 'task') {
    this.taskId = taskId;
    this.directory = mkdtempSync(join(tmpdir(), 'thermos-'));
    this.root = join(this.directory, 'root');
    this.sandbox = join(this.directory, 'sandbox');
    mkdirSync(this.sandbox);
  }

  start(given: Task, options: Partial<TaskRunnerOptions> = {}): TaskRunner {
    const user = userInfo();
    const runner = new TaskRunner({
      taskId: this.taskId,
      task: given,
      root: this.root,
      sandbox: this.sandbox,
      user: { name: user.username, uid: user.uid, gid: user.gid },
      ports: new Map(),
      hostname: 'host.example',
      path: process.env['PATH'] ?? '/usr/bin:/bin',
      clock: systemClock,
      fileSystem: diskFileSystem,
      launcher,
      sweeper,
      logger: silentLogger,
      ...options,
      onEvent: (event) => {
        this.events.push(event);
        options.onEvent?.(event);
        this.#check();
      },
    });
    this.#runners.push(runner);
    runner.start();
    return runner;
  }

  async until(condition: (rig: RunnerRig) => boolean): Promise<void> {
    if (condition(this)) return;
    await new Promise<void>((done) => {
      this.#waiting.push({ condition, done });
    });
  }

  /** Waits for the terminal state and tells it. */
  async end(): Promise<TaskState> {
    await this.until((rig) => rig.#terminal() !== undefined);
    return this.#terminal() as TaskState;
  }

  async reaches(name: string, state: string, run = 0): Promise<void> {
    await this.until((rig) =>
      rig.events.some(
        (event) =>
          event.kind === 'process' && event.name === name && event.run === run && event.state === state,
      ),
    );
  }

  records(): CheckpointRecord[] {
    return readStream(readFileSync(join(this.root, 'checkpoints', this.taskId, 'runner'))).records;
  }

  /** `FORKED 1` and so on of one process, runs divided by `|`. */
  history(name: string): string {
    return this.statuses(name)
      .map((status) => (status.state === 'WAITING' && status.seq > 0 ? '| WAITING' : status.state))
      .join(' ');
  }

  statuses(name: string): ProcessStatus[] {
    return this.records().flatMap((record) =>
      record.kind === 'process' && record.status.process === name ? [record.status] : [],
    );
  }

  taskStates(): string {
    return this.records()
      .flatMap((record) => (record.kind === 'task' ? [record.status.state] : []))
      .join(' ');
  }

  log(name: string, run = 0, stream: 'stdout' | 'stderr' = 'stdout'): string {
    return readFileSync(join(this.sandbox, '.logs', name, String(run), stream), 'utf8');
  }

  /** Pids of live processes that were started with this sandbox as HOME. */
  leftovers(): number[] {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      .filter((pid) => systemProcessTable.environmentValue(pid, 'HOME') === this.sandbox);
  }

  /** Makes a FIFO in the sandbox: a process that reads it waits until the test writes. */
  async fifo(name: string): Promise<void> {
    await promisify(execFile)('mkfifo', [join(this.sandbox, name)]);
  }

  /** Writes what an earlier runner would have left: the task's file, and a checkpoint that goes on with `records`. */
  forge(given: Task, records: readonly CheckpointRecord[]): void {
    mkdirSync(join(this.root, 'tasks/active'), { recursive: true });
    mkdirSync(join(this.root, 'checkpoints', this.taskId), { recursive: true });
    writeFileSync(join(this.root, 'tasks/active', this.taskId), JSON.stringify(taskToJson(given)));
    const { username, uid } = userInfo();
    const all: CheckpointRecord[] = [
      { kind: 'task', status: { state: 'ACTIVE', timestampMs: Date.now(), runnerPid: 1, runnerUid: uid } },
      {
        kind: 'header',
        header: {
          taskId: this.taskId,
          launchTimeMs: Date.now(),
          sandbox: this.sandbox,
          hostname: 'host.example',
          user: username,
          ports: new Map(),
          logDir: join(this.sandbox, '.logs'),
          uid,
        },
      },
      ...records,
    ];
    const runner = join(this.root, 'checkpoints', this.taskId, 'runner');
    writeFileSync(runner, Buffer.concat(all.map(frameRecord)));
  }

  closeAll(): void {
    for (const runner of this.#runners) runner.close();
    this.#runners = [];
  }

  remove(): void {
    this.closeAll();
    for (const pid of this.leftovers()) systemProcessTable.signal(pid, 'SIGKILL');
    rmSync(this.directory, { recursive: true, force: true });
  }

  #terminal(): TaskState | undefined {
    for (const event of this.events) {
      if (event.kind === 'task' && isTerminalTaskState(event.state)) return event.state;
    }
    return undefined;
  }

  #check(): void {
    const due = this.#waiting.filter((one) => one.condition(this));
    this.#waiting = this.#waiting.filter((one) => !due.includes(one));
    for (const one of due) one.done();
  }
}

/** Runs a test with a rig that is removed whatever happens. */
export async function withRig(body: (rig: RunnerRig) => Promise<void>): Promise<void> {
  const rig = new RunnerRig();
  try {
    await body(rig);
  } finally {
    rig.remove();
  }
}

/** Resolves when the sandbox holds the file: the process has come so far. */
export async function appears(rig: RunnerRig, file: string): Promise<void> {
  await new Promise<void>((done) => {
    const look = (): void => {
      if (!existsSync(join(rig.sandbox, file))) return;
      watcher.close();
      done();
    };
    const watcher = watch(rig.sandbox, look);
    look();
  });
}
