import type { Timer } from '../base/clock.js';
import { isTerminalTaskState, type TaskState } from '../model/process.js';
import { CheckpointLog } from './checkpoint-log.js';
import { commandShell } from './command-shell.js';
import type { Planner } from './planner.js';
import { Planners } from './planners.js';
import { ProcessRuns } from './process-runs.js';
import { journalPath, runnerCheckpoint } from './paths.js';
import { takeRunnerLock, type RunnerLock } from './runner-lock.js';
import { taskStateOf } from './runner-state.js';
import { TaskFiles } from './task-files.js';
import { nextStage, type StageFacts } from './task-stage.js';
import type { KillOptions, ProcessSnapshot, TaskRunnerOptions } from './task-runner-options.js';

/** How long processes that escaped their sessions get between SIGTERM and SIGKILL. */
const ESCAPED_GRACE_MS = 2000;
const ESCAPED_POLL_MS = 50;

/**
 * One task on this host. `start` runs it, or, when its checkpoint exists, replays that and takes over what
 * still runs. Everything is an event; nothing polls while all is well.
 */
export class TaskRunner {
  readonly #options: TaskRunnerOptions;
  readonly #log: CheckpointLog;
  readonly #files: TaskFiles;
  readonly #runs: ProcessRuns;
  readonly #planners: Planners;
  readonly #logDir: string;
  #forced: KillOptions['forced'] | undefined;
  /** Monotonic time at which CLEANING and FINALIZING must be over. */
  #deadlineMs = Number.POSITIVE_INFINITY;
  /** Nothing of the task was alive when last looked, and nothing was started since. */
  #clean = true;
  #inspecting = false;
  #sweeping = false;
  #escapedSinceMs: number | undefined;
  #waitsForDisk = false;
  #stepping = false;
  #again = false;
  #closed = false;
  #lock: RunnerLock | undefined;
  #timer: Timer | undefined;

  /** Throws InvalidTask when the task cannot be run at all. */
  constructor(options: TaskRunnerOptions) {
    this.#options = options;
    this.#planners = new Planners(options.task, options.runLimit);
    for (const name of this.#planners.unknownNames) {
      options.logger.warn('an order names an unknown process and is ignored', { process: name });
    }
    this.#logDir = options.logDir ?? `${options.sandbox}/.logs`;
    this.#log = new CheckpointLog(options.fileSystem, options.root, options.taskId);
    this.#files = new TaskFiles(options.fileSystem, options.root, options.taskId);
    this.#runs = new ProcessRuns(options, this.#log, this.#logDir, commandShell(options), {
      begun: (process) => {
        this.#planners.begun(process);
      },
      ended: (process, outcome) => {
        this.#planners.ended(process, outcome, this.#monotonicMs());
      },
      changed: () => {
        this.#step();
      },
    });
  }

  /**
   * Takes control. Throws CheckpointError when the checkpoint is damaged, InvalidTask when another task has
   * this id. A task that is over already stays as it is: see `state`.
   */
  start(): void {
    try {
      this.#takeControl();
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** Ends the task: SIGTERM, finalizing processes within the deadline, SIGKILL, then the forced state. */
  kill(options: KillOptions): void {
    const state = taskStateOf(this.#log.state);
    if (this.#closed || state === undefined || isTerminalTaskState(state)) return;
    this.#forced = options.forced;
    this.#deadlineMs = this.#monotonicMs() + options.deadlineMs;
    this.#enter(state);
    if (state !== 'FINALIZING') this.#beginCleaning();
    this.#log.flush();
    this.#step();
  }

  get state(): TaskState {
    return taskStateOf(this.#log.state) ?? 'ACTIVE';
  }

  processes(): ProcessSnapshot[] {
    return [...this.#log.state.processes].flatMap(([name, runs]) => {
      const last = runs.at(-1);
      return last ? [{ ...last, name, run: runs.length - 1 }] : [];
    });
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#timer?.cancel();
    this.#runs.close();
    this.#log.close();
    this.#lock?.release();
  }

  #takeControl(): void {
    if (this.#options.lock) this.#takeLock();
    this.#log.replay((record) => {
      if (record.kind === 'process') this.#planners.replayed(record.status, this.#monotonicMs());
    });
    const state = taskStateOf(this.#log.state);
    if (state !== undefined && isTerminalTaskState(state) && !this.#files.isActive()) return;
    this.#files.activate(this.#options.task);
    this.#log.open();
    if (state !== undefined && isTerminalTaskState(state)) {
      // Killed between its last record and its end: only the end is missing.
      this.#runs.open(this.#environment());
      this.#clean = false;
      this.#endTask();
      return;
    }
    this.#enter(state ?? 'ACTIVE');
    if (!this.#log.state.header) this.#writeHeader();
    this.#log.flush();
    if (state !== undefined) this.#clean = false;
    if (state === 'CLEANING' || state === 'FINALIZING') this.#resumeEnding();
    this.#runs.open(this.#environment());
    if (this.state === 'CLEANING') this.#terminate();
    this.#step();
  }

  /** Does everything that can be done now. */
  #step(): void {
    this.#again = true;
    if (this.#stepping) return;
    this.#stepping = true;
    while (this.#again && !this.#closed) {
      this.#again = false;
      this.#stepOnce();
    }
    this.#stepping = false;
    if (this.#closed) return;
    this.#log.flush();
    this.#armTimer();
  }

  #stepOnce(): void {
    const state = this.state;
    if (isTerminalTaskState(state) || this.#sweeping) return;
    // A plan of ephemeral processes only is over before it began: they are started once all the same.
    const isFresh = this.#log.state.processes.size === 0;
    if (state === 'ACTIVE' && isFresh && this.#forced === undefined) this.#launch(this.#planners.regular);
    const next = nextStage(state, this.#facts());
    switch (next) {
      case 'STAY':
        if (state === 'CLEANING') this.#lookForEscaped();
        else this.#launch(state === 'ACTIVE' ? this.#planners.regular : this.#planners.finalizing);
        return;
      case 'CLEANING':
        this.#beginCleaning();
        break;
      case 'FINALIZING':
        this.#enter('FINALIZING');
        if (!this.#clean) this.#sweep(() => undefined);
        break;
      case 'TERMINAL':
        this.#enter(this.#forced ?? (this.#planners.isHealthy ? 'SUCCESS' : 'FAILED'));
        this.#endTask();
        return;
    }
    this.#again = true;
  }

  #facts(): StageFacts {
    const plan = this.state === 'FINALIZING' ? this.#planners.finalizing : this.#planners.regular;
    return {
      healthy: this.#planners.isHealthy,
      planOver: plan.isComplete || plan.isDeadlocked,
      starting: this.#runs.startingCount > 0,
      forced: this.#forced !== undefined,
      quiet: this.#runs.liveCount === 0 && this.#clean,
      timeUp: this.#monotonicMs() >= this.#deadlineMs,
    };
  }

  #launch(planner: Planner): void {
    const room = this.#room(planner);
    if (room <= 0) return;
    const start: string[] = [];
    for (const name of planner.runnable(this.#monotonicMs())) {
      if (start.length >= room) break;
      if (this.#mustWaitForDisk(planner, name)) continue;
      start.push(name);
    }
    if (start.length === 0) return;
    this.#clean = false;
    for (const name of start) planner.started(name);
    this.#runs.launch(start.map((name) => this.#planners.process(name)));
  }

  #room(planner: Planner): number {
    const { maxConcurrency } = this.#options.task;
    // Even when there is no room: a timer for whom nothing changes would fire again and again.
    planner.wake(this.#monotonicMs());
    return maxConcurrency === 0 ? Number.POSITIVE_INFINITY : maxConcurrency - planner.runningCount;
  }

  /** What builds on the end of another run starts only when that end can no longer be forgotten. */
  #mustWaitForDisk(planner: Planner, name: string): boolean {
    if (!planner.hasPredecessors(name) && !this.#log.state.processes.has(name)) return false;
    if (this.#log.isDurable) return false;
    if (!this.#waitsForDisk) {
      this.#waitsForDisk = true;
      this.#log.whenDurable(() => {
        this.#waitsForDisk = false;
        this.#step();
      });
    }
    return !this.#log.isDurable;
  }

  #beginCleaning(): void {
    this.#enter('CLEANING');
    if (this.#forced === undefined) {
      this.#deadlineMs = this.#monotonicMs() + this.#options.task.finalizationWaitSecs * 1000;
    }
    this.#terminate();
  }

  #terminate(): void {
    this.#log.flush();
    this.#runs.terminateAll();
    this.#escapedSinceMs = undefined;
    this.#lookForEscaped();
  }

  /**
   * Finds out whether anything of the task is alive. Processes outside the runs' sessions get SIGTERM when
   * first seen, and a short grace.
   */
  #lookForEscaped(): void {
    if (this.#clean || this.#inspecting) return;
    this.#inspecting = true;
    const delayMs = this.#escapedSinceMs === undefined ? 0 : ESCAPED_POLL_MS;
    this.#options.sweeper.inspect((census) => {
      this.#inspecting = false;
      if (this.#closed || this.state !== 'CLEANING') return;
      const escaped = this.#runs.findEscaped(census);
      const now = this.#monotonicMs();
      if (escaped.length > 0 && this.#escapedSinceMs === undefined) {
        this.#escapedSinceMs = now;
        for (const info of escaped) this.#options.sweeper.signal(info, 'SIGTERM');
      }
      const graceOver = this.#escapedSinceMs !== undefined && now - this.#escapedSinceMs >= ESCAPED_GRACE_MS;
      if (this.#runs.liveCount > 0) return;
      if (escaped.length === 0) this.#clean = true;
      else if (graceOver) {
        this.#sweep(() => undefined);
        return;
      }
      this.#step();
    }, delayMs);
  }

  #sweep(then: () => void): void {
    this.#sweeping = true;
    this.#options.containment?.kill?.();
    this.#options.sweeper.sweep(
      (census) => this.#runs.find(census),
      () => {
        if (this.#closed) return;
        this.#sweeping = false;
        this.#clean = true;
        then();
        this.#step();
      },
    );
  }

  /** After the last task record: nothing of the task may be left, on disk or alive. */
  #endTask(): void {
    this.#log.flush();
    this.#runs.abandonAll();
    const finish = (): void => {
      this.#log.whenDurable(() => {
        if (!this.#closed)
          this.#runs.disband(() => {
            this.#finish();
          });
      });
    };
    if (this.#clean) finish();
    else this.#sweep(finish);
  }

  /** Two runners of one task would each undo what the other does. */
  #takeLock(): void {
    const { root, taskId } = this.#options;
    if (!this.#files.isActive() && this.#files.isFinished()) return;
    this.#lock = takeRunnerLock(runnerCheckpoint(root, taskId));
  }

  #finish(): void {
    if (this.#closed) return;
    const { state } = this;
    const { root, taskId, fileSystem, clock, onEvent } = this.#options;
    this.close();
    // The move of the task's file comes last: nobody looks into the folder of a finished task again.
    fileSystem.remove(journalPath(root, taskId));
    this.#files.finish(clock.nowMs());
    onEvent({ kind: 'task', state });
  }

  #enter(state: TaskState): void {
    const uid = process.getuid?.() ?? 0;
    this.#log.task(state, this.#options.clock.nowMs(), process.pid, uid);
    if (!isTerminalTaskState(state)) this.#options.onEvent({ kind: 'task', state });
  }

  #writeHeader(): void {
    const { taskId, clock, sandbox, hostname, user, ports } = this.#options;
    this.#log.header({
      taskId,
      launchTimeMs: clock.nowMs(),
      sandbox,
      hostname,
      user: user.name,
      ports,
      logDir: this.#logDir,
      uid: user.uid,
    });
  }

  /**
   * The time that CLEANING has taken already counts. A healthy task that left ACTIVE with its plan incomplete did
   * so because somebody asked for its end, and whoever it was told the earlier runner only.
   */
  #resumeEnding(): void {
    if (this.#planners.isHealthy && !this.#planners.regular.isComplete) this.#forced = 'KILLED';
    const cleaning = this.#log.state.statuses.find((status) => status.state === 'CLEANING');
    const takenMs = Math.max(0, this.#options.clock.nowMs() - (cleaning?.timestampMs ?? 0));
    this.#deadlineMs = this.#monotonicMs() + this.#options.task.finalizationWaitSecs * 1000 - takenMs;
  }

  #armTimer(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    // The end of the sweep is a step of its own.
    if (isTerminalTaskState(this.state) || this.#sweeping) return;
    const planner = this.state === 'ACTIVE' ? this.#planners.regular : this.#planners.finalizing;
    // Without room nothing starts before a run ends: a timer for what is due already would fire without pause.
    const mayStart = this.state !== 'CLEANING' && this.#room(planner) > 0;
    const ready = mayStart ? planner.nextReadyMs() : undefined;
    const dueMs = Math.min(ready ?? Number.POSITIVE_INFINITY, this.#deadlineMs);
    if (dueMs === Number.POSITIVE_INFINITY) return;
    this.#timer = this.#options.clock.after(Math.max(0, dueMs - this.#monotonicMs()), () => {
      this.#step();
    });
  }

  #environment(): ReadonlyMap<string, string> {
    const { environment, sandbox, user, path, home } = this.#options;
    return new Map([
      ...(environment ?? []),
      ['HOME', home ?? sandbox],
      ['USER', user.name],
      ['LOGNAME', user.name],
      ['PATH', path],
    ]);
  }

  #monotonicMs(): number {
    return this.#options.clock.monotonicMs();
  }
}
