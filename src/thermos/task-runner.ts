import type { Timer } from '../base/clock.js';
import { isTerminalProcessState, isTerminalTaskState, type TaskState } from '../model/process.js';
import { CheckpointLog } from './checkpoint-log.js';
import { commandShell } from './command-shell.js';
import { destroyTask } from './destroy-task.js';
import { guardOptions } from './guarded-options.js';
import { Planners } from './planners.js';
import { ProcessRuns } from './process-runs.js';
import { Population } from './population.js';
import { journalPath, runnerCheckpoint } from './paths.js';
import { Remains } from './remains.js';
import { headerOf, processEnvironment } from './run-facts.js';
import { brokenOff, describeSurvivors, isFailureOfOneTask, withSurvivors } from './runner-failure.js';
import { takeRunnerLock, type RunnerLock } from './runner-lock.js';
import { taskStateOf } from './runner-state.js';
import { Starts } from './starts.js';
import { TaskFiles } from './task-files.js';
import { nextStage, type StageFacts } from './task-stage.js';
import type { KillOptions, ProcessSnapshot, TaskRunnerOptions } from './task-runner-options.js';

/**
 * One task on this host. `start` runs it, or, when its checkpoint exists, replays that and takes over what
 * still runs. Everything is an event; nothing polls while all is well.
 */
export class TaskRunner {
  /** Callbacks go through `#attempt`. */
  readonly #options: TaskRunnerOptions;
  readonly #unguarded: TaskRunnerOptions;
  readonly #log: CheckpointLog;
  readonly #files: TaskFiles;
  readonly #population: Population;
  readonly #runs: ProcessRuns;
  readonly #remains: Remains;
  readonly #starts: Starts;
  readonly #planners: Planners;
  readonly #logDir: string;
  #forced: KillOptions['forced'] | undefined;
  /** Monotonic time at which CLEANING and FINALIZING must be over. */
  #deadlineMs = Number.POSITIVE_INFINITY;
  #stepping = false;
  #again = false;
  #closed = false;
  #attempting = false;
  #brokenOff = false;
  #isOver = false;
  #lock: RunnerLock | undefined;
  #timer: Timer | undefined;

  /** Throws InvalidTask when the task cannot be run at all. */
  constructor(unguarded: TaskRunnerOptions) {
    const options = guardOptions(unguarded, (step) => {
      this.#attempt(step);
    });
    this.#options = options;
    this.#unguarded = unguarded;
    this.#planners = new Planners(options.task, options.runLimit);
    for (const name of this.#planners.unknownNames) {
      options.logger.warn('an order names an unknown process and is ignored', { process: name });
    }
    this.#logDir = options.logDir ?? `${options.sandbox}/.logs`;
    this.#log = new CheckpointLog(options.fileSystem, options.root, options.taskId, (error) => {
      this.#attempt(() => {
        throw error;
      });
    });
    this.#files = new TaskFiles(options.fileSystem, options.root, options.taskId);
    this.#population = new Population(options);
    const shell = commandShell(options);
    this.#runs = new ProcessRuns(options, this.#log, this.#logDir, shell, this.#population, {
      begun: (process) => {
        this.#planners.begun(process);
      },
      ended: (process, outcome) => {
        this.#planners.ended(process, outcome, this.#monotonicMs());
      },
      changed: () => {
        this.#step();
      },
      failed: (error) => {
        throw error;
      },
    });
    this.#remains = new Remains(options, this.#runs, this.#population, {
      isCleaning: () => this.state === 'CLEANING',
      changed: () => {
        this.#step();
      },
    });
    this.#starts = new Starts(options, this.#log, this.#planners, {
      launch: (processes) => {
        this.#remains.mayExist();
        this.#runs.launch(processes);
      },
      durable: () => {
        this.#attempt(() => {
          this.#step();
        });
      },
    });
  }

  /**
   * Takes control. Throws CheckpointError when the checkpoint is damaged, InvalidTask when another task has
   * this id, the system's own error when the disk refuses; whoever knows that no other runner has the task may
   * then `destroy` what is left of it. A task that is over already stays as it is: see `state`.
   */
  start(): void {
    this.#attempting = true;
    try {
      this.#takeControl();
    } catch (error) {
      this.#letGo();
      this.#lock?.release();
      throw error;
    } finally {
      this.#attempting = false;
    }
  }

  /** Ends the task: SIGTERM, finalizing processes within the deadline, SIGKILL, then the forced state. */
  kill(options: KillOptions): void {
    const state = taskStateOf(this.#log.state);
    if (this.#closed || state === undefined || isTerminalTaskState(state)) return;
    this.#attempt(() => {
      this.#forced = options.forced;
      this.#deadlineMs = this.#monotonicMs() + options.deadlineMs;
      this.#enter(state);
      if (state !== 'FINALIZING') this.#beginCleaning();
      this.#log.flush();
      this.#step();
    });
  }

  /**
   * SIGKILL to everything of the task, for a runner whose `start` threw. The files stay as they are. `done` comes
   * when nothing is alive, or nothing that can be killed.
   */
  destroy(done: () => void): void {
    this.#letGo();
    destroyTask(
      this.#unguarded,
      () => {
        this.#lock?.release();
        done();
      },
      this.#population,
    );
  }

  /** The task was over before this runner began: there will be no event of its end. */
  get isOver(): boolean {
    return this.#isOver;
  }

  get state(): TaskState {
    return taskStateOf(this.#log.state) ?? 'ACTIVE';
  }

  processes(): ProcessSnapshot[] {
    return [...this.#log.state.processes].flatMap(([name, runs]) => {
      const last = runs.at(-1);
      if (!last) return [];
      // Of a task that was broken off nothing runs any more, whatever could still be recorded.
      const state = this.#brokenOff && !isTerminalProcessState(last.state) ? 'LOST' : last.state;
      return [{ ...last, state, name, run: runs.length - 1 }];
    });
  }

  close(): void {
    if (this.#closed) return;
    try {
      this.#log.flush();
    } catch (error) {
      const { logger, taskId } = this.#options;
      logger.warn('the end of a checkpoint could not be written', { taskId, error: String(error) });
    }
    this.#letGo();
    this.#lock?.release();
  }

  /** What is pending in the checkpoint is forgotten. */
  #letGo(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#timer?.cancel();
    this.#runs.close();
    this.#log.abandon();
  }

  /** Everything the runner does begins here: a failure in the middle of it ends this task and no other. */
  #attempt(step: () => void): void {
    if (this.#closed) return;
    if (this.#attempting) {
      step();
      return;
    }
    this.#attempting = true;
    try {
      step();
    } catch (error) {
      if (!isFailureOfOneTask(error)) throw error;
      this.#breakOff(error);
    } finally {
      this.#attempting = false;
    }
  }

  /** Without a checkpoint nothing may run: whoever came after us could not know of it. */
  #breakOff(error: Error): void {
    const { taskId, root, logger, onEvent } = this.#unguarded;
    const reason = brokenOff(error, runnerCheckpoint(root, taskId));
    this.#brokenOff = true;
    logger.error(`task ${taskId} is broken off: ${reason}`);
    this.destroy(() => {
      onEvent({ kind: 'task', state: 'LOST', reason: withSurvivors(reason, this.#population.survivors) });
    });
  }

  #takeControl(): void {
    if (this.#options.lock) this.#takeLock();
    this.#log.replay((record) => {
      if (record.kind === 'process') this.#planners.replayed(record.status, this.#monotonicMs());
    });
    const state = taskStateOf(this.#log.state);
    const hasEnded = state !== undefined && isTerminalTaskState(state);
    this.#isOver = hasEnded && !this.#files.isActive();
    if (this.#isOver) return;
    this.#files.activate(this.#options.task);
    this.#log.open();
    if (hasEnded) {
      // Killed between its last record and its end: only the end is missing.
      this.#runs.open(processEnvironment(this.#options));
      this.#remains.mayExist();
      this.#endTask();
      return;
    }
    this.#enter(state ?? 'ACTIVE');
    if (!this.#log.state.header) this.#log.header(headerOf(this.#options, this.#logDir));
    this.#log.flush();
    if (state !== undefined) this.#remains.mayExist();
    if (state === 'CLEANING' || state === 'FINALIZING') this.#resumeEnding();
    this.#runs.open(processEnvironment(this.#options));
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
    if (isTerminalTaskState(state) || this.#remains.isSweeping) return;
    // A plan of ephemeral processes only is over before it began: they are started once all the same.
    const isFresh = this.#log.state.processes.size === 0;
    if (state === 'ACTIVE' && isFresh && this.#forced === undefined)
      this.#starts.launch(this.#planners.regular);
    const next = nextStage(state, this.#facts());
    switch (next) {
      case 'STAY':
        if (state === 'CLEANING') this.#remains.lookForEscaped();
        else this.#starts.launch(state === 'ACTIVE' ? this.#planners.regular : this.#planners.finalizing);
        return;
      case 'CLEANING':
        this.#beginCleaning();
        break;
      case 'FINALIZING':
        this.#enter('FINALIZING');
        if (!this.#remains.isClean) this.#remains.sweep(() => undefined);
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
      quiet: this.#runs.liveCount === 0 && this.#remains.isClean,
      timeUp: this.#monotonicMs() >= this.#deadlineMs,
    };
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
    this.#remains.terminate();
  }

  /** After the last task record: nothing of the task may be left, on disk or alive. */
  #endTask(): void {
    this.#log.flush();
    this.#runs.abandonAll();
    const finish = (): void => {
      this.#whenDurable(() => {
        this.#runs.disband(() => {
          this.#attempt(() => {
            this.#finish();
          });
        });
      });
    };
    if (this.#remains.isClean) finish();
    else this.#remains.sweep(finish);
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
    const { root, taskId, fileSystem, clock, logger, onEvent } = this.#options;
    const { survivors } = this.#population;
    try {
      // The move of the task's file comes last: nobody looks into the folder of a finished task again.
      fileSystem.remove(journalPath(root, taskId));
      this.#files.finish(clock.nowMs());
    } catch (error) {
      // How it ended is on disk already: whoever starts it again finds that, and tidies up.
      if (!isFailureOfOneTask(error)) throw error;
      logger.warn('the files of a finished task stay where they are', { taskId, error: error.message });
    }
    this.close();
    onEvent({ kind: 'task', state, ...(survivors.length > 0 && { reason: describeSurvivors(survivors) }) });
  }

  #whenDurable(done: () => void): void {
    this.#log.whenDurable(() => {
      this.#attempt(done);
    });
  }

  #enter(state: TaskState): void {
    const uid = process.getuid?.() ?? 0;
    this.#log.task(state, this.#options.clock.nowMs(), process.pid, uid);
    if (!isTerminalTaskState(state)) this.#options.onEvent({ kind: 'task', state });
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
    if (isTerminalTaskState(this.state) || this.#remains.isSweeping) return;
    const planner = this.state === 'ACTIVE' ? this.#planners.regular : this.#planners.finalizing;
    // Without room nothing starts before a run ends: a timer for what is due already would fire without pause.
    const mayStart = this.state !== 'CLEANING' && this.#starts.room(planner) > 0;
    const ready = mayStart ? planner.nextReadyMs() : undefined;
    const dueMs = Math.min(ready ?? Number.POSITIVE_INFINITY, this.#deadlineMs);
    if (dueMs === Number.POSITIVE_INFINITY) return;
    this.#timer = this.#options.clock.after(Math.max(0, dueMs - this.#monotonicMs()), () => {
      this.#step();
    });
  }

  #monotonicMs(): number {
    return this.#options.clock.monotonicMs();
  }
}
