import type { FakeClock } from '../../../src/base/clock.js';
import { below, type Random } from '../../../src/base/random.js';
import type { Process } from '../../../src/model/process.js';
import type { JournalEntry } from '../../../src/thermos/journal.js';
import type { ProcessInfo, ProcessTable } from '../../../src/thermos/process-table.js';

/** One process of the simulated host. */
interface Being {
  readonly info: ProcessInfo;
  readonly role: 'coordinator' | 'command' | 'orphan' | 'foreign';
  /** What SIGTERM does. */
  readonly stubborn: boolean;
  readonly onDeath: (signal: number) => void;
}

export interface CommandRun {
  readonly runId: string;
  readonly index: number;
  /** 0 to 255 or minus a signal, once its command has ended. */
  status?: number;
}

/** How often the things happen that a host does to its processes, 0 to 1. */
export interface Weather {
  readonly failing: number;
  readonly stubborn: number;
  readonly orphans: number;
  readonly coordinatorDeaths: number;
  readonly refusals: number;
  readonly longestMs: number;
}

const FIRST_PID = 5_000_000;
/** So few that pids come back soon. */
const PIDS = 300;

/**
 * A host: processes with pids that are given out again, what commands do, and the journal that the
 * coordinators write. It goes on whatever becomes of the runner.
 */
export class World {
  readonly journal: JournalEntry[] = [];
  readonly runs: CommandRun[] = [];
  readonly violations: string[] = [];
  /** The runner that lives now hears of new journal entries here. */
  onJournal: ((entry: JournalEntry) => void) | undefined;
  onCoordinatorDeath: ((pid: number) => void) | undefined;
  /** Asked when a command starts. */
  onStart: (run: CommandRun, liveRuns: readonly CommandRun[]) => void = () => undefined;
  /** Orphans wait for a device that never answers: no signal ends them. */
  hasUnkillableOrphans = false;
  readonly #beings = new Map<number, Being>();
  readonly #commands = new Map<number, CommandRun>();
  #nextPid = 0;

  constructor(
    readonly clock: FakeClock,
    readonly random: Random,
    readonly weather: Weather,
    readonly processes: readonly Process[],
    readonly home: string,
  ) {}

  readonly table: ProcessTable = {
    lookUp: (pid) => this.#beings.get(pid)?.info,
    scan: () => [...this.#beings.values()].map((being) => being.info),
    lastPid: () => undefined,
    owner: (pid) => (this.#beings.has(pid) ? 1000 : undefined),
    environmentValue: (pid, name) =>
      name === 'HOME' && this.#beings.has(pid)
        ? this.#beings.get(pid)?.role === 'foreign'
          ? '/root'
          : this.home
        : undefined,
    commandLine: () => undefined,
    openFiles: () => [],
    uptimeSecs: () => this.clock.monotonicMs() / 1000,
    startedMs: (info) => this.clock.nowMs() - this.clock.monotonicMs() + info.startTicks * 10,
    signal: (pid, signal) => this.#signal(pid, signal),
    signalGroup: (leader, signal) =>
      [...this.#beings.values()]
        .filter(({ info }) => info.processGroup === leader)
        .map(({ info }) => this.#signal(info.pid, signal))
        .includes(true),
  };

  chance(probability: number): boolean {
    return this.random.next() < probability;
  }

  /** Whoever is neither foreign nor dead. */
  get left(): number {
    return [...this.#beings.values()].filter((being) => being.role !== 'foreign').length;
  }

  get orphans(): readonly number[] {
    return [...this.#beings.values()].flatMap(({ role, info }) => (role === 'orphan' ? [info.pid] : []));
  }

  startCoordinator(): { readonly pid: number; readonly ticks: number } {
    const info = this.#create('coordinator', 1, undefined, false, () => this.onCoordinatorDeath?.(info.pid));
    this.#write({ kind: 'coordinator', pid: info.pid, startTicks: info.startTicks });
    if (this.chance(0.3)) this.#create('foreign', 1, undefined, true, () => undefined);
    return { pid: info.pid, ticks: info.startTicks };
  }

  /** Ends by itself: nobody will give it another command. */
  endCoordinator(pid: number): void {
    if (this.#beings.get(pid)?.role === 'coordinator') this.#end(pid, 0);
  }

  isCoordinator(pid: number, ticks: number): boolean {
    return this.#beings.get(pid)?.info.startTicks === ticks;
  }

  /** The coordinator reads the script of a run: its command starts, lives and ends. */
  run(runId: string, coordinator: { readonly pid: number; readonly ticks: number }, then: () => void): void {
    const { weather } = this;
    this.clock.after(below(this.random, 4), () => {
      if (!this.isCoordinator(coordinator.pid, coordinator.ticks)) return;
      const run: CommandRun = { runId, index: Number(runId.split('.')[0]) };
      this.onStart(run, [...this.#commands.values()]);
      this.runs.push(run);
      const stubborn = this.chance(weather.stubborn);
      const command = this.#create('command', coordinator.pid, coordinator.pid, stubborn, (signal) => {
        this.#commands.delete(command.pid);
        run.status = signal === 0 ? status : -signal;
        this.clock.after(below(this.random, 3), () => {
          if (!this.isCoordinator(coordinator.pid, coordinator.ticks)) return;
          this.#write({ kind: 'exited', runId, status: run.status ?? 0, draining: false, ...this.#uptime() });
          then();
        });
      });
      const status = this.chance(weather.failing) ? 1 + below(this.random, 255) : 0;
      this.#commands.set(command.pid, run);
      this.#write({
        kind: 'started',
        runId,
        coordinatorPid: coordinator.pid,
        pid: command.pid,
        ...this.#uptime(),
      });
      const lifeMs = Math.floor(weather.longestMs ** this.random.next());
      if (this.chance(weather.orphans)) {
        const escapes = this.chance(0.5);
        this.#create('orphan', 1, escapes ? undefined : coordinator.pid, this.chance(0.3), () => undefined);
      }
      this.#endLater(command, lifeMs, 0);
      if (this.chance(weather.coordinatorDeaths)) {
        const info = this.#beings.get(coordinator.pid)?.info;
        if (info) this.#endLater(info, below(this.random, lifeMs + 5), 9);
      }
    });
  }

  #signal(pid: number, signal: NodeJS.Signals): boolean {
    const being = this.#beings.get(pid);
    if (!being) return false;
    if (this.hasUnkillableOrphans && being.role === 'orphan') return true;
    if (being.role === 'foreign') this.violations.push(`${signal} to a foreign process`);
    if (signal === 'SIGKILL') this.#end(pid, 9);
    else if (signal === 'SIGTERM' && !being.stubborn) {
      // Some end well when asked to.
      this.#endLater(being.info, below(this.random, 300), this.chance(0.3) ? 0 : 15);
    }
    return true;
  }

  #endLater(info: ProcessInfo, delayMs: number, signal: number): void {
    this.clock.after(delayMs, () => {
      if (this.#beings.get(info.pid)?.info === info) this.#end(info.pid, signal);
    });
  }

  #end(pid: number, signal: number): void {
    const being = this.#beings.get(pid);
    this.#beings.delete(pid);
    being?.onDeath(signal);
  }

  #create(
    role: Being['role'],
    parentPid: number,
    session: number | undefined,
    stubborn: boolean,
    onDeath: (signal: number) => void,
  ): ProcessInfo {
    const sessions = new Set([...this.#beings.values()].map((being) => being.info.session));
    do this.#nextPid = (this.#nextPid + 1) % PIDS;
    while (this.#beings.has(FIRST_PID + this.#nextPid) || sessions.has(FIRST_PID + this.#nextPid));
    const pid = FIRST_PID + this.#nextPid;
    const startTicks = Math.floor(this.clock.monotonicMs() / 10);
    const group = session ?? pid;
    const info = { pid, parentPid, processGroup: group, session: group, state: 'S', startTicks };
    this.#beings.set(pid, { info, role, stubborn, onDeath });
    return info;
  }

  #write(entry: JournalEntry): void {
    this.journal.push(entry);
    this.onJournal?.(entry);
  }

  #uptime(): { readonly uptimeSecs: number } {
    return { uptimeSecs: Math.floor(this.clock.monotonicMs() / 10) / 100 };
  }
}
