import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ProcessRun } from '../model/cluster.js';
import { isTerminalProcessState, isTerminalTaskState, type TaskState } from '../model/process.js';
import type { ScheduleStatus } from '../model/scheduled-task.js';
import type { RunnerEvent, UserAccount } from '../thermos/task-runner-options.js';
import { taskPath } from '../thermos/paths.js';
import type { AgentEnvironment, Runner } from './agent-environment.js';
import { announcementOf, type Announcement } from './announce/announcement.js';
import type { LaunchedTask } from './assigned-task.js';
import { stopOverHttp } from './http-lifecycle.js';
import { IsolationError } from './isolation/command-prefix.js';
import type { IsolationReport, TaskIsolation } from './isolation/isolation.js';
import { SandboxError } from './sandbox.js';
import type { TerminalCheck } from './status-chain.js';
import { TaskCheckers } from './task-checkers.js';
import { KeptRecord } from './kept-record.js';
import { taskPaths, type TaskPaths, type TaskRecord } from './task-directory.js';
import { causeOfFailure, endOfRunner, memoryLimitExceeded, withNote } from './task-end.js';
import { initializationFailure, isExpectedFailure } from './task-failure.js';
import { portsInUse } from './ports-in-use.js';
import { killDeadlineMs, planTask, type TaskPlan } from './task-plan.js';
import { processRuns } from './task-processes.js';
import { destroyRemains } from './task-remains.js';
import { prepareSandbox } from './task-sandbox.js';

/**
 * One task on this host, from the launch to its last update:
 *
 *     INITIALIZING --sandbox, fetch, runner--> ACTIVE --a checker, a kill--> STOPPING --processes gone--> ENDED
 *         `------- cannot start, killed -------------- the runner's own end -----------------------------^
 *
 * STARTING is reported at the beginning, RUNNING once when the checkers agree, a terminal status when nothing
 * of the task is left. A restarted agent makes a new executor over the same directory, which goes on.
 */
export class TaskExecutor {
  readonly taskId: string;
  readonly ended: Promise<void>;
  readonly #environment: AgentEnvironment;
  readonly #launched: LaunchedTask;
  readonly #paths: TaskPaths;
  readonly #abort = new AbortController();
  #resolveEnded: () => void = () => undefined;
  readonly #kept: KeptRecord;
  #phase: 'INITIALIZING' | 'ACTIVE' | 'STOPPING' | 'ENDED' = 'INITIALIZING';
  #account: UserAccount | undefined;
  #plan: TaskPlan | undefined;
  #announcement: Announcement | undefined;
  #isolation: TaskIsolation | undefined;
  #isolationReport: IsolationReport | undefined;
  #runner: Runner | undefined;
  #checkers: TaskCheckers | undefined;
  #pendingKill: TerminalCheck | undefined;
  /** Why the newest failure of a process was none of its own. */
  #cause: string | undefined;
  #closed = false;

  constructor(environment: AgentEnvironment, launched: LaunchedTask) {
    this.#environment = environment;
    this.#launched = launched;
    this.taskId = launched.taskId;
    this.#paths = taskPaths(environment.directory, launched.taskId);
    this.#kept = new KeptRecord(environment, this.#paths);
    this.ended = new Promise((resolve) => {
      this.#resolveEnded = resolve;
    });
  }

  get status(): ScheduleStatus {
    return this.#kept.value.status ?? 'STARTING';
  }

  get record(): TaskRecord {
    return this.#kept.value;
  }

  get ports(): ReadonlyMap<string, number> {
    return this.#launched.assignedPorts;
  }

  get checkers(): TaskCheckers | undefined {
    return this.#checkers;
  }

  get isolationReport(): IsolationReport | undefined {
    return this.#isolationReport;
  }

  processes(): ProcessRun[] {
    const runner = this.#runner;
    if (!runner || this.#phase === 'ENDED') return [...(this.#kept.value.processes ?? [])];
    return processRuns(runner.processes(), this.#checkers?.monitor.latest);
  }

  /** Runs the task, or goes on with it. Never throws: what goes wrong is the task's last update. */
  async start(): Promise<void> {
    try {
      await this.#initialize();
    } catch (error) {
      await this.#destroyRemains();
      this.#end(initializationFailure(error, this.#runner !== undefined));
      if (!isExpectedFailure(error))
        this.#environment.logger.error('task initialization', { taskId: this.taskId, error: String(error) });
    }
  }

  kill(message: string): void {
    const trigger: TerminalCheck = { kind: 'TERMINAL', status: 'KILLED', message };
    if (this.#phase === 'INITIALIZING') {
      this.#pendingKill ??= trigger;
      this.#abort.abort();
    } else this.#stop(trigger);
  }

  /** Leaves everything running for the next agent. */
  close(): void {
    this.#closed = true;
    this.#abort.abort();
    this.#checkers?.detach();
    this.#runner?.close();
  }

  async #destroyRemains(): Promise<void> {
    const { sandbox } = this.#kept.value;
    if (sandbox === undefined || this.#closed) return;
    const place = { taskId: this.taskId, root: this.#paths.checkpointRoot, sandbox, account: this.#account };
    await destroyRemains(this.#environment, place, this.#runner);
  }

  async #initialize(): Promise<void> {
    const { bootId } = this.#environment;
    this.#account = await this.#findAccount();
    if (this.#kept.value.status === undefined) {
      this.#reportStatus('STARTING', this.#userNote());
      this.#kept.remember({ ...(bootId !== undefined && { bootId }), status: 'STARTING' });
      // The scheduler records it while the task is being started here.
      await nextTurn();
    }
    const adopting = this.#kept.value.sandbox !== undefined;
    const sandbox = this.#kept.value.sandbox ?? (await this.#prepareSandbox());
    if (this.#isClosed()) return;
    const host = this.#launched.slaveHost ?? this.#environment.hostname;
    this.#plan = planTask(this.#launched, host);
    this.#announcement = announcementOf(
      this.#environment.options.announcer,
      this.#launched,
      this.#plan,
      host,
    );
    if (this.#pendingKill && !adopting) {
      this.#end({ kind: 'TERMINAL', status: 'KILLED', message: 'Task killed during initialization.' });
      return;
    }
    if (!adopting) this.#kept.remember({ sandbox });
    const user = this.#account ?? this.#environment.ownAccount;
    const prefix = await this.#commandPrefix(user, sandbox, adopting);
    if (this.#isClosed()) return;
    this.#startRunner(this.#plan, sandbox, user, prefix);
  }

  /** A task that runs already is stopped as it runs; nothing new of it is let through meanwhile. */
  async #commandPrefix(user: UserAccount, sandbox: string, adopting: boolean): Promise<readonly string[]> {
    try {
      const prefix = await this.#environment.commandPrefix(user, sandbox);
      this.#isolationReport = prefix.report;
      return prefix.words;
    } catch (error) {
      if (!(error instanceof IsolationError) || !adopting) throw error;
      this.#pendingKill ??= initializationFailure(error, true);
      return ['/bin/false'];
    }
  }

  async #findAccount(): Promise<UserAccount | undefined> {
    const { isRoot, options, findAccount } = this.#environment;
    if (!isRoot) return undefined;
    const account = await findAccount(this.#launched.role);
    if (!account && options.requireRoleUser) {
      this.#reportStatus('STARTING', undefined);
      throw new SandboxError(`Could not create sandbox because user does not exist: ${this.#launched.role}`);
    }
    return account;
  }

  #userNote(): string | undefined {
    if (!this.#environment.isRoot || this.#account) return undefined;
    return `User ${this.#launched.role} does not exist on this host: the task runs as the agent's own user.`;
  }

  #prepareSandbox(): Promise<string> {
    return prepareSandbox(this.#environment, this.#launched, this.#account, this.#abort.signal);
  }

  #startRunner(plan: TaskPlan, sandbox: string, user: UserAccount, prefix: readonly string[]): void {
    const { isolation, fileSystem, clock, launcher, sweeper, logger, hostname, path, options } =
      this.#environment;
    const limits = {
      cpus: this.#launched.cpus,
      ramBytes: this.#launched.ramMb * 1024 ** 2,
      processes: options.processLimit,
      cpuQuota: options.cpuQuota,
    };
    const place = isolation.open(this.taskId, limits, this.#kept.value.entryFiles);
    this.#isolation = place;
    if (this.#kept.value.entryFiles === undefined) this.#kept.remember({ entryFiles: place.entryFiles });
    const runner = this.#environment.createRunner({
      taskId: this.taskId,
      task: plan.task,
      root: this.#paths.checkpointRoot,
      sandbox,
      user,
      ...(prefix.length > 0 && { commandPrefix: prefix }),
      ports: plan.ports,
      hostname: this.#launched.slaveHost ?? hostname,
      path,
      runLimit: RUN_LIMIT,
      ...(place.entryFiles.length > 0 && {
        containment: {
          join: place.entryFiles,
          pids: () => place.pids() ?? [],
          kill: () => {
            place.kill();
          },
        },
      }),
      clock,
      fileSystem,
      launcher,
      sweeper,
      logger,
      onEvent: (event) => {
        this.#onRunnerEvent(event);
      },
    });
    this.#runner = runner;
    runner.start();
    if (this.#isEnded()) return;
    this.#phase = 'ACTIVE';
    if (isTerminalTaskState(runner.state) && this.#isFinished()) {
      this.#runnerEnded(runner.state);
      return;
    }
    this.#startCheckers(plan, sandbox, place, runner);
    this.#resumeStop(runner);
  }

  #startCheckers(plan: TaskPlan, sandbox: string, place: TaskIsolation, runner: Runner): void {
    this.#checkers = new TaskCheckers({
      environment: this.#environment,
      launched: this.#launched,
      plan,
      sandbox,
      workDirectory: this.#paths.directory,
      account: this.#account,
      isolation: place,
      runner,
      wasRunning: this.#kept.value.status === 'RUNNING',
      announcement: this.#announcement,
      onChange: () => {
        this.#evaluate();
      },
    });
    if (!this.#kept.value.stopping && !this.#pendingKill) this.#checkers.start();
    this.#evaluate();
  }

  /** A runner that finds its task over says nothing; one that only has to clean up tells when it has. */
  #isFinished(): boolean {
    return this.#environment.fileSystem.exists(taskPath(this.#paths.checkpointRoot, 'finished', this.taskId));
  }

  /** After another boot nothing of the task can be left; a stop that was under way goes on. */
  #resumeStop(runner: Runner): void {
    const { bootId } = this.#environment;
    const { stopping } = this.#kept.value;
    if (this.#kept.value.bootId !== undefined && bootId !== undefined && this.#kept.value.bootId !== bootId) {
      this.#phase = 'STOPPING';
      this.#kept.remember({
        stopping: stopping ?? { kind: 'TERMINAL', status: 'LOST', message: 'The host was restarted.' },
      });
      runner.kill({ forced: 'LOST', deadlineMs: 0 });
    } else if (stopping) {
      this.#carryOutStop(runner);
    } else if (this.#pendingKill) {
      this.#stop(this.#pendingKill);
    }
  }

  #evaluate(): void {
    if (this.#phase !== 'ACTIVE' || this.#pendingKill || this.#kept.value.stopping) return;
    const status = this.#checkers?.status;
    if (status?.kind === 'TERMINAL') this.#stop(status);
    else if (status?.kind === 'RUNNING' && this.#kept.value.status !== 'RUNNING') {
      this.#reportStatus('RUNNING', status.message);
      this.#kept.remember({ status: 'RUNNING' });
    }
  }

  /** The first reason to stop counts; a second one changes nothing. */
  #stop(trigger: TerminalCheck): void {
    if (this.#phase !== 'ACTIVE' || !this.#runner) return;
    this.#kept.remember({ stopping: trigger });
    this.#carryOutStop(this.#runner);
  }

  #carryOutStop(runner: Runner): void {
    this.#phase = 'STOPPING';
    this.#checkers?.stopChecks();
    void this.#stopOverHttp().then(() => {
      if (this.#phase === 'STOPPING' && !this.#closed)
        runner.kill({ forced: 'KILLED', deadlineMs: killDeadlineMs(this.#plan) });
    });
  }

  async #stopOverHttp(): Promise<void> {
    const config = this.#plan?.executor.lifecycle;
    const port = config && this.#plan?.ports.get(config.port);
    if (!config || port === undefined) return;
    await stopOverHttp({ clock: this.#environment.clock, config, port, ended: this.ended });
  }

  #onRunnerEvent(event: RunnerEvent): void {
    if (this.#closed || this.#phase === 'ENDED') return;
    if (event.kind === 'process') {
      if (event.state === 'FAILED') this.#cause = causeOfFailure(event);
      if (isTerminalProcessState(event.state)) this.#checkMemory();
    } else if (isTerminalTaskState(event.state) && this.#phase !== 'INITIALIZING') {
      this.#runnerEnded(event.state, event.reason);
    }
  }

  #checkMemory(): void {
    const exceeded = this.#memoryExceeded();
    if (exceeded) this.#stop(exceeded);
  }

  #memoryExceeded(): TerminalCheck | undefined {
    const place = this.#isolation;
    if (!place || place.memoryKills() === 0) return undefined;
    return memoryLimitExceeded(this.#launched.ramMb * 1024 ** 2, place.peakRamBytes());
  }

  #runnerEnded(state: TaskState, note?: string): void {
    if (this.#phase === 'ENDED') return;
    const cause = (): string | undefined =>
      this.#cause ?? portsInUse(this.#environment.fileSystem, this.ports);
    const end = this.#kept.value.stopping ?? this.#memoryExceeded() ?? endOfRunner(state, cause);
    this.#end(withNote(end, note));
  }

  #end(check: TerminalCheck): void {
    if (this.#phase === 'ENDED' || this.#closed) return;
    const runner = this.#runner;
    const processes = runner ? processRuns(runner.processes(), undefined) : [];
    this.#phase = 'ENDED';
    this.#checkers?.stop();
    runner?.close();
    this.#leaveNothing();
    this.#reportStatus(check.status, check.message, check.reason);
    this.#kept.remember({
      status: check.status,
      message: check.message,
      ...(check.reason !== undefined && { reason: check.reason }),
      endedMs: this.#environment.clock.nowMs(),
      processes,
    });
    this.#resolveEnded();
  }

  /** Dying processes hold their cgroup for moments; the agent's own rounds see to one that stays. */
  #leaveNothing(attempts = 20): void {
    const place = this.#isolation;
    if (!place || place.close()) return;
    place.kill();
    if (attempts > 0)
      this.#environment.clock.after(25, () => {
        this.#leaveNothing(attempts - 1);
      });
  }

  #reportStatus(status: ScheduleStatus, message: string | undefined, reason?: string): void {
    this.#environment.report({
      taskId: this.taskId,
      status,
      ...(message !== undefined && { message }),
      ...(reason !== undefined && { reason }),
    });
  }

  #isClosed(): boolean {
    return this.#closed;
  }

  #isEnded(): boolean {
    return this.#phase === 'ENDED';
  }
}

/** Runs of one process under the executor. */
const RUN_LIMIT = 100;
