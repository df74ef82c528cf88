import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../src/base/clock.js';
import { diskFileSystem } from '../src/base/file-system.js';
import { silentLogger } from '../src/base/logging.js';
import { isTerminalTaskState, parseTask, type Task, type TaskState } from '../src/model/process.js';
import { systemProcessTable } from '../src/thermos/process-table.js';
import { ShellLauncher } from '../src/thermos/shell-launcher.js';
import { Sweeper } from '../src/thermos/sweeper.js';
import { ownAccount } from '../src/thermos/user-account.js';
import { TaskRunner } from '../src/thermos/task-runner.js';
import type { RunnerEvent, TaskRunnerOptions } from '../src/thermos/task-runner-options.js';

/** What the benchmarks of running tasks share: one launcher and one sweeper, as in an agent. */
const sweeper = new Sweeper(systemClock, systemProcessTable);
const launcher = new ShellLauncher({
  clock: systemClock,
  processTable: systemProcessTable,
  logger: silentLogger,
});

/** A folder in memory where there is one: the subject is processes, not the speed of a disk. */
export function scratchFolder(): string {
  return mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'thermos-bench-'));
}

export function taskOf(processes: unknown[], fields: Record<string, unknown> = {}): Task {
  const task = parseTask({ name: 'bench', processes, ...fields });
  if (!task.ok) throw new Error(task.error);
  return task.value;
}

export interface RunningTask {
  readonly runner: TaskRunner;
  readonly ended: Promise<TaskState>;
}

export function startTask(
  folder: string,
  taskId: string,
  task: Task,
  onEvent: (event: RunnerEvent) => void = () => undefined,
  more: Partial<TaskRunnerOptions> = {},
): RunningTask {
  const sandbox = join(folder, 'sandboxes', taskId);
  mkdirSync(sandbox, { recursive: true });
  let end: (state: TaskState) => void = () => undefined;
  const ended = new Promise<TaskState>((resolve) => (end = resolve));
  const runner = new TaskRunner({
    taskId,
    task,
    root: join(folder, 'root'),
    sandbox,
    user: ownAccount(),
    ports: new Map(),
    hostname: 'bench',
    path: process.env['PATH'] ?? '/usr/bin:/bin',
    clock: systemClock,
    fileSystem: diskFileSystem,
    launcher,
    sweeper,
    logger: silentLogger,
    ...more,
    onEvent: (event) => {
      onEvent(event);
      if (event.kind === 'task' && isTerminalTaskState(event.state)) end(event.state);
    },
  });
  runner.start();
  return { runner, ended };
}

/** CPU seconds of this process and of every child it has waited for, children of those included. */
export function treeCpuSecs(): number {
  const stat = readFileSync('/proc/self/stat', 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = [11, 12, 13, 14].reduce((sum, index) => sum + Number(fields[index]), 0);
  return ticks / 100;
}

/** CPU seconds of a command and its children, or undefined when it is not installed. */
export function commandCpuSecs(command: string, args: readonly string[], input = ''): number | undefined {
  try {
    execFileSync('which', [command], { stdio: 'ignore' });
  } catch {
    return undefined;
  }
  const before = treeCpuSecs();
  spawnSync(command, args, { input, stdio: ['pipe', 'ignore', 'ignore'] });
  return treeCpuSecs() - before;
}

export function residentBytes(): number {
  return process.memoryUsage.rss();
}

export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}

export function leftBelow(folder: string): number {
  return systemProcessTable
    .scan()
    .filter(
      (info) =>
        info.session !== 0 &&
        info.state !== 'Z' &&
        systemProcessTable.environmentValue(info.pid, 'HOME')?.startsWith(folder),
    ).length;
}
