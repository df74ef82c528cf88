import { uptime } from 'node:os';
import type { Timer } from '../base/clock.js';
import { DEFAULT_LOGGER, isTerminalProcessState, type Process, type ProcessState } from '../model/process.js';
import { belongingTo, START_TOLERANCE_SECS, type Belonging, type Census } from './census.js';
import type { CheckpointLog } from './checkpoint-log.js';
import type { ProcessStatus } from './checkpoint-record.js';
import { runScript } from './coordinator-script.js';
import type { JournalEntry } from './journal.js';
import type { Crew, CrewEvent, LaunchOrder } from './launcher.js';
import { journalPath, processLogDirectory } from './paths.js';
import type { ProcessInfo } from './process-table.js';
import { mayHaveLeft } from './left-behind.js';
import type { RunnerEvent, TaskRunnerOptions } from './task-runner-options.js';

/** How a run ended, for the planner. */
export type Outcome = 'success' | 'failure' | 'lost';

/** One run that has not ended yet. */
interface LiveRun {
  readonly process: Process;
  readonly run: number;
  readonly runId: string;
  phase: 'queued' | 'forked' | 'running' | 'draining';
  coordinatorPid: number | undefined;
  coordinatorTicks: number | undefined;
  pid: number | undefined;
  /** What a piped run's command ended with, while its pipes are still open. */
  status: number | undefined;
  /** Its coordinator was another runner's: nobody tells us when that dies. */
  adopted: boolean;
  /** SIGTERM it as soon as it runs. */
  doomed: boolean;
  /** Monotonic; long ago for an adopted one. */
  startedMs: number;
}

const ADOPTED_POLL_MS = 500;

/**
 * The runs of a task's processes: starts them, keeps their checkpoint records, takes over those of an earlier
 * runner, and clears away what a run leaves behind.
 */
export class ProcessRuns {
  readonly #options: TaskRunnerOptions;
  readonly #log: CheckpointLog;
  readonly #logDir: string;
  readonly #shell: string;
  readonly #ended: (process: Process, outcome: Outcome) => void;
  readonly #changed: () => void;
  readonly #indexes = new Map<string, number>();
  readonly #live = new Map<string, LiveRun>();
  readonly #coordinators = new Map<number, number>();
  readonly #shells = new Map<number, number>();
  #crew: Crew | undefined;
  #adoptedTimer: Timer | undefined;
  /** Runs whose remains are being cleared away before they count as ended. */
  #clearing = 0;

  constructor(
    options: TaskRunnerOptions,
    log: CheckpointLog,
    logDir: string,
    shell: string,
    ended: (process: Process, outcome: Outcome) => void,
    changed: () => void,
  ) {
    this.#options = options;
    this.#log = log;
    this.#logDir = logDir;
    this.#shell = shell;
    this.#ended = ended;
    this.#changed = changed;
    options.task.processes.forEach((process, index) => this.#indexes.set(process.name, index));
  }

  /** Opens the journal and takes over what it and the checkpoint tell of earlier runners' runs. */
  open(environment: ReadonlyMap<string, string>): void {
    const { taskId, root, user, stdin, console } = this.#options;
    this.#crew = this.#options.launcher.open({
      taskId,
      journalPath: journalPath(root, taskId),
      environment,
      user,
      ...(stdin !== undefined && { stdin }),
      ...(console && { console }),
      onEvents: (events) => {
        for (const event of events) this.#handle(event);
        this.#log.flush();
        this.#changed();
      },
    });
    this.#recover(this.#crew.history);
  }

  get liveCount(): number {
    return this.#live.size + this.#clearing;
  }

  /** Runs whose command is not known to have started. */
  get startingCount(): number {
    let count = 0;
    for (const run of this.#live.values()) if (run.phase === 'queued' || run.phase === 'forked') count += 1;
    return count;
  }

  launch(processes: readonly Process[]): void {
    const orders: LaunchOrder[] = [];
    for (const process of processes) {
      const last = this.#log.state.processes.get(process.name)?.at(-1);
      if (last?.state !== 'WAITING') this.#record(process.name, 'WAITING', {}, 'runner');
      const run = (this.#log.state.processes.get(process.name)?.length ?? 1) - 1;
      try {
        orders.push(this.#prepare(process, run));
      } catch (error) {
        this.#couldNotStart(process, run, (error as Error).message);
      }
    }
    this.#log.flush();
    this.#crew?.launch(orders);
  }

  /** Orders that no coordinator took yet are forgotten; everything that runs gets SIGTERM. */
  terminateAll(): void {
    for (const runId of this.#crew?.withdrawAll() ?? []) this.#live.delete(runId);
    for (const run of this.#live.values()) this.#terminate(run);
  }

  /** Whoever has not ended by now is over: KILLED if anything of it is alive, otherwise LOST. */
  abandonAll(): void {
    this.#crew?.withdrawAll();
    this.#crew?.poll();
    for (const run of [...this.#live.values()]) {
      this.#live.delete(run.runId);
      if (run.phase === 'queued') continue;
      if (this.#isCoordinatorAlive(run)) {
        const ending = { stopTime: this.#nowSecs(), returnCode: RUNNERS_KILL };
        this.#record(run.process.name, 'KILLED', ending, 'runner');
      } else {
        this.#record(run.process.name, 'LOST', {}, 'runner');
      }
    }
    this.#log.flush();
  }

  /** Every live process of the task. */
  find(census: Census): ProcessInfo[] {
    const { containment, sweeper } = this.#options;
    const found = belongingTo(census, sweeper.table, this.#belonging());
    const known = new Set(found.map((info) => info.pid));
    for (const pid of containment?.pids() ?? []) {
      const info = census.byPid.get(pid);
      if (info && !known.has(pid)) found.push(info);
    }
    return found;
  }

  /** Processes outside the sessions of the runs: double-forked, setsid, re-parented. */
  findEscaped(census: Census): ProcessInfo[] {
    return this.find(census).filter(
      (info) => !this.#coordinators.has(info.pid) && !this.#coordinators.has(info.session),
    );
  }

  /** Ends the coordinators; nothing of the task is alive when `done` comes. */
  disband(done: () => void): void {
    if (this.#crew) this.#crew.disband(done);
    else done();
  }

  close(): void {
    this.#adoptedTimer?.cancel();
    this.#crew?.close();
    this.#crew = undefined;
  }

  #prepare(process: Process, run: number): LaunchOrder {
    const { fileSystem, user, sandbox, chroot } = this.#options;
    const logDirectory = processLogDirectory(this.#logDir, process.name, run);
    fileSystem.makeDirectory(logDirectory);
    if (user.uid !== globalThis.process.geteuid?.()) fileSystem.changeOwner(logDirectory, user.uid, user.gid);
    const runId = `${this.#indexes.get(process.name) ?? 0}.${run}`;
    this.#live.set(runId, {
      process,
      run,
      runId,
      phase: 'queued',
      coordinatorPid: undefined,
      coordinatorTicks: undefined,
      pid: undefined,
      status: undefined,
      adopted: false,
      doomed: false,
      startedMs: this.#options.clock.monotonicMs(),
    });
    const script = runScript({
      runId,
      cmdline: process.cmdline,
      shell: this.#shell,
      commandPrefix: [...(this.#options.commandPrefix ?? []), ...(chroot ? ['chroot', sandbox] : [])],
      workingDirectory: sandbox,
      environment: new Map(),
      logDirectory,
      logger: process.logger ?? this.#options.defaultLogger ?? DEFAULT_LOGGER,
      hasConsole: this.#options.console !== undefined,
      hasStdin: this.#options.stdin !== undefined,
      join: this.#options.containment?.join ?? [],
    });
    return { runId, script };
  }

  #couldNotStart(process: Process, run: number, reason: string): void {
    this.#live.delete(`${this.#indexes.get(process.name) ?? 0}.${run}`);
    this.#options.logger.warn('a process could not be started', { process: process.name, reason });
    this.#record(process.name, 'FAILED', {}, 'runner', reason);
    this.#ended(process, 'failure');
  }

  #handle(event: CrewEvent): void {
    if (event.kind === 'gone') {
      for (const run of [...this.#live.values()]) {
        if (run.coordinatorPid === event.coordinatorPid) this.#lose(run);
      }
      return;
    }
    const run = this.#live.get(event.runId);
    if (!run) return;
    switch (event.kind) {
      case 'assigned':
        this.#fork(run, event.coordinatorPid, event.coordinatorTicks);
        break;
      case 'refused':
        this.#couldNotStart(run.process, run.run, event.reason);
        break;
      case 'started':
        this.#started(run, event.pid, this.#eventSecs(run, event.uptimeSecs));
        break;
      case 'exited':
        // The start was written before; a journal without it was tampered with.
        if (run.phase === 'forked') this.#started(run, run.coordinatorPid ?? 0, this.#nowSecs());
        run.status = event.status;
        if (event.draining) run.phase = 'draining';
        else this.#exited(run, event.status, this.#eventSecs(run, event.uptimeSecs), event.words);
        break;
      case 'drained':
        this.#exited(run, run.status ?? 0, this.#eventSecs(run, event.uptimeSecs), undefined);
    }
  }

  #fork(run: LiveRun, coordinatorPid: number, ticks: number): void {
    run.phase = 'forked';
    run.startedMs = this.#options.clock.monotonicMs();
    run.coordinatorPid = coordinatorPid;
    run.coordinatorTicks = ticks;
    this.#coordinators.set(coordinatorPid, ticks);
    this.#record(run.process.name, 'FORKED', { coordinatorPid, forkTime: this.#nowSecs() }, 'coordinator');
  }

  #started(run: LiveRun, pid: number, startTime: number): void {
    run.pid = pid;
    run.phase = 'running';
    this.#shells.set(pid, startTime);
    this.#record(run.process.name, 'RUNNING', { startTime, pid }, 'coordinator');
    if (run.doomed) this.#terminate(run);
  }

  #exited(run: LiveRun, status: number, stopTime: number, words: string | undefined): void {
    const state = status === 0 ? 'SUCCESS' : status > 0 ? 'FAILED' : 'KILLED';
    const ending = { stopTime, returnCode: status };
    this.#record(run.process.name, state, ending, 'coordinator', status > 0 ? words : undefined);
    this.#clear(run, () => {
      this.#crew?.release(run.runId);
      this.#ended(run.process, state === 'SUCCESS' ? 'success' : state === 'FAILED' ? 'failure' : 'lost');
    });
  }

  /** The coordinator is gone and wrote no end: what became of the command nobody can tell. */
  #lose(run: LiveRun): void {
    this.#record(run.process.name, 'LOST', {}, 'runner');
    this.#clear(run, () => {
      this.#ended(run.process, 'lost');
    });
  }

  /** A run counts as ended when nothing is left in its session: two runs of one process never overlap. */
  #clear(run: LiveRun, then: () => void): void {
    this.#live.delete(run.runId);
    const { sweeper } = this.#options;
    const session = run.coordinatorPid;
    const ageMs = this.#options.clock.monotonicMs() - run.startedMs;
    if (session === undefined || !mayHaveLeft(sweeper.table, session, run.pid, ageMs)) {
      then();
      return;
    }
    this.#clearing += 1;
    sweeper.sweep(
      (census) => {
        const leaderLives = census.byPid.get(session)?.startTicks === run.coordinatorTicks;
        const members = leaderLives
          ? census.inSession(session)
          : belongingTo(census, sweeper.table, this.#belonging());
        return members.filter((info) => info.session === session && info.pid !== session);
      },
      () => {
        this.#clearing -= 1;
        then();
        this.#log.flush();
        this.#changed();
      },
    );
  }

  #terminate(run: LiveRun): void {
    run.doomed = true;
    const { sweeper } = this.#options;
    if (run.phase === 'running' && run.pid !== undefined) {
      const info = sweeper.table.lookUp(run.pid);
      if (!info || !this.#isShellOf(run, info)) return;
      sweeper.signal(info, 'SIGTERM');
      if (info.state === 'T') sweeper.signal(info, 'SIGCONT');
    } else if (run.phase === 'draining') {
      // The command has ended; somebody it left behind keeps its pipes open.
      sweeper.inspect((census) => {
        for (const info of census.inSession(run.coordinatorPid ?? 0)) {
          if (
            !census.byPid.has(info.parentPid) ||
            census.byPid.get(info.parentPid)?.session !== info.session
          ) {
            if (info.pid !== run.coordinatorPid) sweeper.signal(info, 'SIGTERM');
          }
        }
      });
    }
  }

  #isShellOf(run: LiveRun, info: ProcessInfo): boolean {
    if (info.parentPid === run.coordinatorPid || info.session === run.coordinatorPid) return true;
    const startedSecs = this.#options.sweeper.table.startedMs(info) / 1000;
    const recorded = run.pid === undefined ? undefined : this.#shells.get(run.pid);
    return recorded !== undefined && Math.abs(startedSecs - recorded) < START_TOLERANCE_SECS && run.adopted;
  }

  #isCoordinatorAlive(run: LiveRun): boolean {
    if (run.coordinatorPid === undefined) return false;
    const info = this.#options.sweeper.table.lookUp(run.coordinatorPid);
    return info !== undefined && info.state !== 'Z' && info.startTicks === run.coordinatorTicks;
  }

  /** Brings the runs that the checkpoint left open up to what their coordinators wrote since. */
  #recover(history: readonly JournalEntry[]): void {
    for (const entry of history) {
      if (entry.kind === 'coordinator') this.#coordinators.set(entry.pid, entry.startTicks);
    }
    for (const process of this.#options.task.processes) {
      const runs = this.#log.state.processes.get(process.name);
      const last = runs?.at(-1);
      if (!runs || !last || last.state === 'WAITING' || isTerminalProcessState(last.state)) continue;
      const run = this.#adopt(process, runs.length - 1, last);
      for (const entry of history) {
        if (entry.kind === 'coordinator' || entry.runId !== run.runId) continue;
        if (entry.kind === 'started' && last.state === 'RUNNING') continue;
        this.#handle(entry);
      }
    }
    this.#pollAdopted();
  }

  #adopt(process: Process, run: number, last: ProcessStatus): LiveRun {
    const { coordinatorPid } = last;
    const adopted: LiveRun = {
      process,
      run,
      runId: `${this.#indexes.get(process.name) ?? 0}.${run}`,
      phase: last.state === 'RUNNING' ? 'running' : 'forked',
      coordinatorPid,
      coordinatorTicks: coordinatorPid === undefined ? undefined : this.#coordinators.get(coordinatorPid),
      pid: last.pid,
      status: undefined,
      adopted: true,
      doomed: false,
      startedMs: Number.NEGATIVE_INFINITY,
    };
    if (last.pid !== undefined && last.startTime !== undefined) this.#shells.set(last.pid, last.startTime);
    this.#live.set(adopted.runId, adopted);
    return adopted;
  }

  #pollAdopted(): void {
    const adopted = [...this.#live.values()].filter((run) => run.adopted);
    if (adopted.length === 0) return;
    for (const run of adopted) {
      if (this.#isCoordinatorAlive(run)) continue;
      this.#crew?.poll();
      if (this.#live.has(run.runId)) this.#endAdopted(run);
    }
    this.#adoptedTimer = this.#options.clock.after(ADOPTED_POLL_MS, () => {
      this.#pollAdopted();
      this.#log.flush();
      this.#changed();
    });
  }

  /** Its coordinator is dead. A piped command that had ended before is not lost with it. */
  #endAdopted(run: LiveRun): void {
    if (run.phase === 'draining') this.#exited(run, run.status ?? 0, this.#nowSecs(), undefined);
    else this.#lose(run);
  }

  #record(
    name: string,
    state: ProcessState,
    fields: Omit<ProcessStatus, 'seq' | 'process' | 'state'>,
    by: 'coordinator' | 'runner',
    reason?: string,
  ): void {
    this.#log.process(name, state, fields, by === 'coordinator');
    const event: RunnerEvent = {
      kind: 'process',
      name,
      run: (this.#log.state.processes.get(name)?.length ?? 1) - 1,
      state,
      ...(fields.returnCode !== undefined && { returnCode: fields.returnCode }),
      ...(reason !== undefined && { reason }),
    };
    this.#options.onEvent(event);
  }

  #belonging(): Belonging {
    return {
      coordinators: this.#coordinators,
      shells: this.#shells,
      home: this.#options.sharedSandbox ? undefined : this.#options.sandbox,
      uid: this.#options.user.uid,
    };
  }

  /** A live event is told as it happens; an adopted one may be from long before. */
  #eventSecs(run: LiveRun, uptimeSecs: number | undefined): number {
    const now = this.#nowSecs();
    return run.adopted && uptimeSecs !== undefined ? now - Math.max(0, uptime() - uptimeSecs) : now;
  }

  #nowSecs(): number {
    return this.#options.clock.nowMs() / 1000;
  }
}

/** The return code that a runner writes for what it had to kill. */
const RUNNERS_KILL = -1;
