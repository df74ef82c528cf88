import type { Clock } from '../base/clock.js';
import type { FileSystem } from '../base/file-system.js';
import type { Logger } from '../base/logging.js';
import type { ProcessLogger, ProcessState, Task, TaskState } from '../model/process.js';
import type { Launcher } from './launcher.js';
import type { Sweeping } from './sweeper.js';

/** What one task needs to run. Everything that touches the world is injected. */
export interface TaskRunnerOptions {
  readonly taskId: string;
  /** Fully interpolated: no `{{...}}` left (bindings.ts). */
  readonly task: Task;
  /** Holds tasks/{active,finished}/ID and checkpoints/ID/. */
  readonly root: string;
  /** Exists already; working directory and HOME of every process. */
  readonly sandbox: string;
  /** Default SANDBOX/.logs. */
  readonly logDir?: string;
  /** The account the processes run as. Needs root when it is not the runner's own. */
  readonly user: UserAccount;
  readonly ports: ReadonlyMap<string, number>;
  readonly hostname: string;
  /** HOME of the processes, when it is not the sandbox. */
  readonly home?: string;
  /** PATH of the processes. */
  readonly path: string;
  /** Extra variables (the original's preserve_env); HOME, USER, LOGNAME, PATH always win. */
  readonly environment?: ReadonlyMap<string, string>;
  /** Runs of one process until it counts as failed: 100 under the executor, unlimited in the CLI. */
  readonly runLimit?: number;
  /** For processes that name no logger of their own. */
  readonly defaultLogger?: ProcessLogger;
  /** File descriptors for processes that log to the console; /dev/null when absent. */
  readonly console?: { readonly stdout: number; readonly stderr: number };
  /** File descriptor that processes read as stdin; /dev/null when absent. */
  readonly stdin?: number;
  /** Runs the command under another one, for example ['/usr/bin/prlimit', '--nproc=256', '--']. */
  readonly commandPrefix?: readonly string[];
  /** chroot into the sandbox before the command (needs root). */
  readonly chroot?: boolean;
  /** Takes the checkpoint's file lock, for runners that nobody else keeps apart. */
  readonly lock?: boolean;
  readonly containment?: Containment;
  /** Another task has the same sandbox: processes are then not told apart by their HOME. */
  readonly sharedSandbox?: boolean;
  readonly clock: Clock;
  readonly fileSystem: FileSystem;
  readonly launcher: Launcher;
  /** One for all tasks of this process. */
  readonly sweeper: Sweeping;
  readonly logger: Logger;
  readonly onEvent: (event: RunnerEvent) => void;
}

export interface UserAccount {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  /** What bash would look up for its own SHELL, which it need not if told. */
  readonly loginShell?: string;
}

/** A cgroup or the like around all processes of the task. */
export interface Containment {
  /** cgroup.procs files: every coordinator is written into them before it starts a command. */
  readonly join: readonly string[];
  /** Every process inside now, however it escaped its session. */
  pids(): readonly number[];
  /** Kills everything inside at once, where the kernel can. */
  kill?(): void;
}

export type RunnerEvent =
  | {
      readonly kind: 'task';
      readonly state: TaskState;
      /** What else is to be known of the end, in plain words: why nobody could go on, or who could not be killed. */
      readonly reason?: string;
    }
  | {
      readonly kind: 'process';
      readonly name: string;
      readonly run: number;
      readonly state: ProcessState;
      readonly returnCode?: number;
      /** Why a run could not start, in plain words. */
      readonly reason?: string;
    };

/** The last run of one process. Times in seconds since the epoch. */
export interface ProcessSnapshot {
  readonly name: string;
  readonly run: number;
  readonly state: ProcessState;
  /** The shell's pid, while known. */
  readonly pid?: number;
  readonly coordinatorPid?: number;
  readonly startTime?: number;
  readonly stopTime?: number;
  readonly returnCode?: number;
}

export interface KillOptions {
  /** The terminal state to end in. */
  readonly forced: 'KILLED' | 'LOST';
  /** Milliseconds from now for CLEANING and FINALIZING together; finalization_wait is ignored. */
  readonly deadlineMs: number;
}
