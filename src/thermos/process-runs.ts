import type { Timer } from '../base/clock.js';
import { isTerminalProcessState, type Process, type ProcessState } from '../model/process.js';
import type { Census } from './census.js';
import type { CheckpointLog } from './checkpoint-log.js';
import type { ProcessStatus } from './checkpoint-record.js';
import { clearSession } from './clear-session.js';
import type { JournalEntry } from './journal.js';
import type { Crew, CrewEvent, LaunchOrder } from './launcher.js';
import { adoptedRun, queuedRun, type LiveRun } from './live-run.js';
import { journalPath } from './paths.js';
import type { Population } from './population.js';
import type { ProcessInfo } from './process-table.js';
import type { Outcome } from './planners.js';
import { RecentProcesses } from './recent-processes.js';
import { makeOrder } from './run-order.js';
import { isCoordinatorAlive, terminateRun } from './run-signals.js';
import type { TaskRunnerOptions } from './task-runner-options.js';

export interface RunsListener {
  /** A run was found that had begun without our knowledge. */
  begun(process: Process): void;
  ended(process: Process, outcome: Outcome): void;
  /** Everything that came at once has been told. */
  changed(): void;
  /** What the runs do can be neither learnt nor recorded any more. */
  failed(error: Error): void;
}

const ADOPTED_POLL_MS = 500;
/** The return code that a runner writes for what it had to kill. */
const RUNNERS_KILL = -1;

/**
 * The runs of a task's processes: starts them, keeps their checkpoint records, takes over those of an earlier
 * runner, and clears away what a run leaves behind.
 */
export class ProcessRuns {
  readonly #options: TaskRunnerOptions;
  readonly #log: CheckpointLog;
  readonly #logDir: string;
  readonly #shell: string;
  readonly #listener: RunsListener;
  readonly #indexes = new Map<string, number>();
  readonly #live = new Map<string, LiveRun>();
  /** Those of them whose command is not known to have started. */
  readonly #starting = new Set<string>();
  readonly #population: Population;
  readonly #recent: RecentProcesses;
  #crew: Crew | undefined;
  #adoptedTimer: Timer | undefined;
  /** Runs whose remains are being cleared away before they count as ended. */
  #clearing = 0;

  constructor(
    options: TaskRunnerOptions,
    log: CheckpointLog,
    logDir: string,
    shell: string,
    population: Population,
    listener: RunsListener,
  ) {
    this.#options = options;
    this.#log = log;
    this.#logDir = logDir;
    this.#shell = shell;
    this.#population = population;
    this.#recent = new RecentProcesses(options.sweeper.table);
    this.#listener = listener;
    options.task.processes.forEach((process, index) => this.#indexes.set(process.name, index));
  }

  /** Opens the journal and takes over what it and the checkpoint tell of earlier runners' runs. */
  open(environment: ReadonlyMap<string, string>): void {
    const { taskId, root, user, stdin, console } = this.#options;
    this.#crew = this.#options.launcher.open({
      taskId,
      journalPath: journalPath(root, taskId),
      join: this.#options.containment?.join ?? [],
      environment,
      user,
      ...(stdin !== undefined && { stdin }),
      ...(console && { console }),
      onEvents: (events) => {
        this.#recent.forget();
        for (const event of events) this.#handle(event);
        this.#changed();
      },
      onFailure: (error) => {
        this.#listener.failed(error);
      },
    });
    this.#recover(this.#crew.history);
  }

  get liveCount(): number {
    return this.#live.size + this.#clearing;
  }

  /** Runs whose command is not known to have started. */
  get startingCount(): number {
    return this.#starting.size;
  }

  launch(processes: readonly Process[]): void {
    const orders: LaunchOrder[] = [];
    for (const process of processes) {
      const last = this.#log.state.processes.get(process.name)?.at(-1);
      if (last?.state !== 'WAITING') this.#record(process.name, 'WAITING', {}, 'runner');
      const run = this.#lastRun(process.name);
      const runId = this.#runId(process, run);
      try {
        orders.push(makeOrder(this.#options, this.#logDir, this.#shell, process, run, runId));
        this.#live.set(runId, queuedRun(process, run, runId));
        this.#starting.add(runId);
      } catch (error) {
        this.#couldNotStart(process, (error as Error).message);
        // Not at once: the task is in the middle of a step, and the next run may fail in the same way.
        this.#options.clock.after(0, () => {
          if (this.#crew) this.#changed();
        });
      }
    }
    this.#log.flush();
    this.#crew?.launch(orders);
  }

  /** Orders that no coordinator took yet are forgotten; everything that runs gets SIGTERM. */
  terminateAll(): void {
    for (const runId of this.#crew?.withdrawAll() ?? []) this.#drop(runId);
    for (const run of this.#live.values()) this.#terminate(run);
  }

  /** Whoever has not ended by now is over: KILLED if anything of it is alive, otherwise LOST. */
  abandonAll(): void {
    this.#crew?.withdrawAll();
    this.#crew?.poll();
    for (const run of [...this.#live.values()]) {
      this.#drop(run.runId);
      if (run.phase === 'queued') continue;
      if (isCoordinatorAlive(run, this.#options.sweeper.table)) {
        const ending = { stopTime: this.#nowSecs(), returnCode: RUNNERS_KILL };
        this.#record(run.process.name, 'KILLED', ending, 'runner');
      } else {
        this.#record(run.process.name, 'LOST', {}, 'runner');
      }
    }
    this.#log.flush();
  }

  /**
   * Processes outside the sessions of the runs: double-forked, setsid, re-parented, or left in the session of a
   * run that is over, whose runner died before it cleared that away.
   */
  findEscaped(census: Census): ProcessInfo[] {
    const sessions = new Set([...this.#live.values()].map((run) => run.coordinatorPid));
    return this.#population
      .find(census)
      .filter((info) => !this.#population.coordinators.has(info.pid) && !sessions.has(info.session));
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

  #drop(runId: string): void {
    this.#live.delete(runId);
    this.#starting.delete(runId);
  }

  #couldNotStart(process: Process, reason: string): void {
    this.#drop(this.#runId(process, this.#lastRun(process.name)));
    this.#options.logger.warn('a process could not be started', { process: process.name, reason });
    this.#record(process.name, 'FAILED', {}, 'runner', reason);
    this.#listener.ended(process, 'failure');
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
        this.#couldNotStart(run.process, event.reason);
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
    run.forkedMs = this.#options.clock.monotonicMs();
    run.coordinatorPid = coordinatorPid;
    run.coordinatorTicks = ticks;
    run.forkTime = this.#nowSecs();
    this.#population.coordinators.set(coordinatorPid, ticks);
    this.#record(run.process.name, 'FORKED', { coordinatorPid, forkTime: run.forkTime }, 'coordinator');
  }

  #started(run: LiveRun, pid: number, startTime: number): void {
    run.pid = pid;
    run.startTime = startTime;
    run.phase = 'running';
    this.#starting.delete(run.runId);
    this.#population.shells.set(pid, startTime);
    this.#record(run.process.name, 'RUNNING', { startTime, pid }, 'coordinator');
    if (run.doomed) this.#terminate(run);
  }

  #exited(run: LiveRun, status: number, stopTime: number, words: string | undefined): void {
    const state = status === 0 ? 'SUCCESS' : status > 0 ? 'FAILED' : 'KILLED';
    const reason = status > 0 ? words : undefined;
    this.#record(run.process.name, state, { stopTime, returnCode: status }, 'coordinator', reason);
    this.#clear(run, () => {
      this.#crew?.release(run.runId);
      this.#listener.ended(run.process, outcomeOf(state));
    });
  }

  /** The coordinator is gone and wrote no end: what became of the command nobody can tell. */
  #lose(run: LiveRun): void {
    this.#record(run.process.name, 'LOST', {}, 'runner');
    this.#clear(run, () => {
      this.#listener.ended(run.process, 'lost');
    });
  }

  /** A run counts as ended when nothing is left in its session: two runs of one process never overlap. */
  #clear(run: LiveRun, then: () => void): void {
    this.#drop(run.runId);
    const ageMs = this.#options.clock.monotonicMs() - run.forkedMs;
    const end = (): void => {
      if (run.pid !== undefined) this.#population.shells.delete(run.pid);
      then();
    };
    const { sweeper } = this.#options;
    const isClearing = clearSession(run, ageMs, sweeper, this.#recent, this.#population.belonging, (left) => {
      this.#clearing -= 1;
      this.#population.survived(left);
      end();
      this.#changed();
    });
    if (isClearing) this.#clearing += 1;
    else end();
  }

  #terminate(run: LiveRun): void {
    run.doomed = true;
    terminateRun(run, this.#options.sweeper);
  }

  /** Brings the runs that the checkpoint left open up to what their coordinators wrote since. */
  #recover(history: readonly JournalEntry[]): void {
    for (const entry of history) {
      if (entry.kind === 'coordinator') this.#population.coordinators.set(entry.pid, entry.startTicks);
    }
    for (const process of this.#options.task.processes) {
      this.#follow(process);
      const last = this.#log.state.processes.get(process.name)?.at(-1);
      if (!last || last.state === 'WAITING' || isTerminalProcessState(last.state)) continue;
      const run = this.#adopt(process, last);
      for (const entry of history) {
        if (entry.kind === 'coordinator' || entry.runId !== run.runId) continue;
        if (entry.kind === 'started' && last.state === 'RUNNING') continue;
        this.#handle(entry);
      }
    }
    this.#pollAdopted();
  }

  #adopt(process: Process, last: ProcessStatus): LiveRun {
    const run = this.#lastRun(process.name);
    const { coordinatorPid, pid, startTime } = last;
    const ticks =
      coordinatorPid === undefined ? undefined : this.#population.coordinators.get(coordinatorPid);
    const adopted = adoptedRun(process, run, this.#runId(process, run), last, ticks);
    if (pid !== undefined && startTime !== undefined) this.#population.shells.set(pid, startTime);
    this.#live.set(adopted.runId, adopted);
    if (adopted.phase === 'forked') this.#starting.add(adopted.runId);
    return adopted;
  }

  #pollAdopted(): void {
    const adopted = [...this.#live.values()].filter((run) => run.adopted);
    if (adopted.length === 0) return;
    this.#recent.forget();
    for (const run of adopted) {
      const isAlive = isCoordinatorAlive(run, this.#options.sweeper.table);
      if (run.coordinatorTicks === undefined) this.#follow(run.process);
      else if (!isAlive) this.#crew?.poll();
      if (!isAlive && this.#live.has(run.runId)) this.#endAdopted(run);
    }
    this.#adoptedTimer = this.#options.clock.after(ADOPTED_POLL_MS, () => {
      this.#pollAdopted();
      this.#changed();
    });
  }

  /** Its coordinator is dead. A piped command that had ended before is not lost with it. */
  #endAdopted(run: LiveRun): void {
    if (run.phase === 'draining') this.#exited(run, run.status ?? 0, this.#nowSecs(), undefined);
    else this.#lose(run);
  }

  /** Takes over what a coordinator of the original wrote into its own stream since. */
  #follow(process: Process): void {
    for (const status of this.#log.unreadOf(process.name)) {
      this.#log.adopt(status);
      this.#tell(process.name, status.state, status.returnCode);
      if (status.state === 'FORKED') this.#listener.begun(process);
      if (!isTerminalProcessState(status.state)) continue;
      this.#drop(this.#runId(process, this.#lastRun(process.name)));
      this.#listener.ended(process, outcomeOf(status.state));
    }
  }

  #record(
    name: string,
    state: ProcessState,
    fields: Omit<ProcessStatus, 'seq' | 'process' | 'state'>,
    by: 'coordinator' | 'runner',
    reason?: string,
  ): void {
    this.#log.process(name, state, fields, by === 'coordinator');
    this.#tell(name, state, fields.returnCode, reason);
  }

  #tell(name: string, state: ProcessState, returnCode?: number, reason?: string): void {
    this.#options.onEvent({
      kind: 'process',
      name,
      run: this.#lastRun(name),
      state,
      ...(returnCode !== undefined && { returnCode }),
      ...(reason !== undefined && { reason }),
    });
  }

  #changed(): void {
    this.#log.flush();
    this.#listener.changed();
  }

  #lastRun(name: string): number {
    return (this.#log.state.processes.get(name)?.length ?? 1) - 1;
  }

  #runId(process: Process, run: number): string {
    return `${this.#indexes.get(process.name) ?? 0}.${run}`;
  }

  /** The shells tell time in seconds of uptime, to the hundredth: what we hear late still has its right time. */
  #eventSecs(run: LiveRun, uptimeSecs: number | undefined): number {
    const now = this.#nowSecs();
    if (uptimeSecs === undefined) return now;
    const agoSecs = Math.max(0, this.#options.sweeper.table.uptimeSecs() - uptimeSecs);
    return Math.max(now - agoSecs, run.startTime ?? run.forkTime ?? 0);
  }

  #nowSecs(): number {
    return this.#options.clock.nowMs() / 1000;
  }
}

function outcomeOf(state: ProcessState): Outcome {
  return state === 'SUCCESS' ? 'success' : state === 'FAILED' ? 'failure' : 'lost';
}
