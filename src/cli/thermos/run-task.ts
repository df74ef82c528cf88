import { isTerminalTaskState, parseTask, type Task, type TaskState } from '../../model/process.js';
import { CheckpointError, readCheckpoint } from '../../thermos/checkpoint-file.js';
import { discoverTasks } from '../../thermos/discover.js';
import { bindReferences, thermosReferences } from '../../thermos/references.js';
import { replay } from '../../thermos/runner-state.js';
import { InvalidTask } from '../../thermos/task-files.js';
import { TaskRunner } from '../../thermos/task-runner.js';
import type { KillOptions, TaskRunnerOptions, UserAccount } from '../../thermos/task-runner-options.js';
import { ThermosFailure, type ThermosHost } from './context.js';
import { LiveView } from './live-view.js';
import type { LoadedTask } from './load-task.js';

export interface RunTaskOptions {
  readonly taskId: string;
  readonly root: string;
  readonly sandbox: string;
  readonly user: UserAccount;
  readonly chroot: boolean;
  /** Signals that end the task, and how. */
  readonly kills: ReadonlyMap<NodeJS.Signals, KillOptions>;
  /** Said when one arrives. */
  readonly killMessage: string | undefined;
  readonly more?: Partial<TaskRunnerOptions>;
}

export const INTERRUPT_KILL: KillOptions = { forced: 'KILLED', deadlineMs: 60_000 };

/** Runs a task in the foreground to its end and gives its last state. Throws ThermosFailure. */
export async function runTask(
  loaded: LoadedTask,
  options: RunTaskOptions,
  host: ThermosHost,
): Promise<TaskState> {
  const task = bindTask(loaded, options.taskId, options.user);
  host.files.makeDirectory(options.sandbox);
  const sandbox = host.files.realpath(options.sandbox);
  const view = host.stdoutIsTerminal ? new LiveView(host, task) : undefined;
  let ended: (state: TaskState) => void = () => undefined;
  const end = new Promise<TaskState>((resolve) => (ended = resolve));
  const runner = makeRunner(task, { ...options, sandbox }, loaded.ports, host, (event) => {
    if (event.kind === 'task' && isTerminalTaskState(event.state)) ended(event.state);
    view?.show(event, runner.processes());
  });
  const heard = new Set<NodeJS.Signals>();
  const stopListening = host.onSignal([...options.kills.keys()], (signal) => {
    // A terminal's Ctrl-C reaches a whole group, of which another may pass it on.
    if (heard.has(signal)) return;
    heard.add(signal);
    if (options.killMessage !== undefined) host.out(`${options.killMessage}\n`);
    const kill = options.kills.get(signal);
    if (kill) runner.kill(kill);
  });
  try {
    start(runner);
    return runner.isOver ? runner.state : await end;
  } finally {
    stopListening();
    view?.close();
  }
}

function start(runner: TaskRunner): void {
  try {
    runner.start();
  } catch (error) {
    if (error instanceof CheckpointError) throw new ThermosFailure(error.message, 1);
    if (error instanceof InvalidTask) throw new ThermosFailure(`Invalid task: ${error.message}`, 1);
    throw error;
  }
}

/** The task with everything known about its run filled in. Throws ThermosFailure with the original's text. */
export function bindTask(loaded: LoadedTask, taskId: string, user: UserAccount): Task {
  const bound = bindReferences(loaded.json, thermosReferences(taskId, user.name, loaded.ports));
  if (bound.unbound.length > 0) {
    const ports = bound.unbound.flatMap((text) => /^\{\{thermos\.ports\[(.*)\]\}\}$/.exec(text)?.[1] ?? []);
    const reason =
      ports[0] === undefined
        ? `Unexpected unbound refs: ${bound.unbound.join(' ')}. Make sure you are not nesting template variables.`
        : `Task requires unbound port ${ports[0]}!`;
    throw new ThermosFailure(`Invalid task: ${reason}`, 1);
  }
  const task = parseTask(bound.json);
  if (!task.ok) throw new ThermosFailure(`Invalid task: ${task.error}`, 1);
  return task.value;
}

function makeRunner(
  task: Task,
  options: RunTaskOptions,
  ports: ReadonlyMap<string, number>,
  host: ThermosHost,
  onEvent: TaskRunnerOptions['onEvent'],
): TaskRunner {
  try {
    return new TaskRunner({
      taskId: options.taskId,
      task,
      root: options.root,
      sandbox: options.sandbox,
      user: options.user,
      ports,
      hostname: host.hostname,
      path: host.env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin',
      chroot: options.chroot,
      // Whoever holds our stdout keeps a pipe behind it open: only processes that write there get it.
      ...(usesConsole(task) && { console: { stdout: 1, stderr: 2 } }),
      stdin: 0,
      lock: true,
      sharedSandbox: isShared(options, host),
      clock: host.clock,
      fileSystem: host.files,
      launcher: host.launcher,
      sweeper: host.sweeper,
      logger: {
        debug: () => undefined,
        info: () => undefined,
        warn: (message, facts) => {
          host.err(`${message}${facts ? ` ${JSON.stringify(facts)}` : ''}\n`);
        },
        error: (message) => {
          host.err(`${message}\n`);
        },
      },
      ...options.more,
      onEvent,
    });
  } catch (error) {
    if (error instanceof InvalidTask) throw new ThermosFailure(`Invalid task: ${error.message}`, 1);
    throw error;
  }
}

function usesConsole(task: Task): boolean {
  return task.processes.some(
    ({ logger }) => logger?.destination === 'console' || logger?.destination === 'both',
  );
}

/** Whether another living task under this root has the same sandbox. */
function isShared(options: RunTaskOptions, host: ThermosHost): boolean {
  return discoverTasks(host.files, [options.root]).some((other) => {
    if (other.status !== 'active' || other.taskId === options.taskId) return false;
    try {
      return replay(readCheckpoint(host.files, other.checkpoint)).header?.sandbox === options.sandbox;
    } catch {
      // A checkpoint that cannot be read may be anybody's: be careful.
      return true;
    }
  });
}
