import { closeSync, openSync, readSync, watch, writeFileSync, writeSync, type FSWatcher } from 'node:fs';
import { availableParallelism } from 'node:os';
import type { Clock, Timer } from '../base/clock.js';
import type { Logger } from '../base/logging.js';
import { Growth } from './growth.js';
import { startCoordinator, type Coordinator } from './coordinator.js';
import { LineCutter, parseJournalLine, type JournalEntry } from './journal.js';
import type { Crew, CrewEvent, CrewOptions, Launcher, LaunchOrder } from './launcher.js';
import type { ProcessTable } from './process-table.js';

export interface ShellLauncherOptions {
  readonly clock: Clock;
  readonly processTable: ProcessTable;
  readonly logger: Logger;
}

/**
 * Runs commands under real shells. A shell that has finished a command takes the next one, so a task of a
 * thousand short processes forks from this process only a few times, and each command costs little more than
 * its own start.
 */
export class ShellLauncher implements Launcher {
  readonly #options: ShellLauncherOptions;

  constructor(options: ShellLauncherOptions) {
    this.#options = options;
  }

  open(options: CrewOptions): Crew {
    return new ShellCrew(this.#options, options);
  }
}

const IDLE_MS = 5000;
const DISBAND_MS = 1000;
/** The journal's watcher tells at once; this is for file systems whose watchers do not. */
const SAFETY_MS = 5000;

interface Member {
  readonly coordinator: Coordinator;
  readonly startTicks: number;
  runId: string | undefined;
  idleSinceMs: number;
}

class ShellCrew implements Crew {
  readonly history: readonly JournalEntry[];
  readonly #shell: ShellLauncherOptions;
  readonly #options: CrewOptions;
  readonly #journal: number;
  readonly #watcher: FSWatcher;
  readonly #lines = new LineCutter();
  readonly #members = new Set<Member>();
  readonly #busy = new Map<string, Member>();
  readonly #idle: Member[] = [];
  readonly #growth: Growth;
  #queue: LaunchOrder[] = [];
  #offset = 0;
  #growthTimer: Timer | undefined;
  #idleTimer: Timer | undefined;
  #safetyTimer: Timer | undefined;
  #disbanded: (() => void) | undefined;
  #closed = false;

  constructor(shell: ShellLauncherOptions, options: CrewOptions) {
    this.#shell = shell;
    this.#options = options;
    this.#growth = new Growth(shell.clock, availableParallelism());
    this.#journal = openSync(options.journalPath, 'a+', 0o600);
    this.history = this.#read();
    this.#watcher = watch(options.journalPath, () => {
      this.#drain();
    });
    this.#watcher.on('error', (error) => {
      shell.logger.warn('the journal cannot be watched; it is read every 5 s instead', {
        error: String(error),
      });
    });
    this.#armSafety();
  }

  launch(orders: readonly LaunchOrder[]): void {
    this.#queue.push(...orders);
    this.#pump();
  }

  withdrawAll(): string[] {
    const withdrawn = this.#queue.map((order) => order.runId);
    this.#queue = [];
    return withdrawn;
  }

  release(runId: string): void {
    const member = this.#busy.get(runId);
    if (!member) return;
    this.#busy.delete(runId);
    member.runId = undefined;
    member.idleSinceMs = this.#shell.clock.monotonicMs();
    this.#idle.push(member);
    if (this.#queue.length > 0) this.#pump();
    else this.#armIdle();
  }

  poll(): void {
    this.#drain();
  }

  disband(done: () => void): void {
    this.#disbanded = done;
    for (const member of this.#members) member.coordinator.dismiss();
    if (this.#members.size === 0) {
      done();
      return;
    }
    const { clock, processTable } = this.#shell;
    this.#idleTimer?.cancel();
    this.#idleTimer = clock.after(DISBAND_MS, () => {
      for (const member of this.#members) processTable.signal(member.coordinator.pid, 'SIGKILL');
    });
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#growthTimer?.cancel();
    this.#idleTimer?.cancel();
    this.#safetyTimer?.cancel();
    this.#watcher.close();
    for (const member of this.#members) member.coordinator.dismiss();
    closeSync(this.#journal);
  }

  /** Gives queued orders to idle coordinators, and to new ones as far as growth is allowed now. */
  #pump(): void {
    const events: CrewEvent[] = [];
    const handed: Array<{ readonly member: Member; readonly script: string }> = [];
    while (this.#queue.length > 0 && !this.#closed) {
      const member = this.#idle.pop() ?? (this.#growth.mayGrow ? this.#hire(events) : undefined);
      if (!member) break;
      const order = this.#queue.shift();
      if (!order) break;
      member.runId = order.runId;
      this.#busy.set(order.runId, member);
      this.#growth.assigned(order.runId);
      events.push({
        kind: 'assigned',
        runId: order.runId,
        coordinatorPid: member.coordinator.pid,
        coordinatorTicks: member.startTicks,
      });
      handed.push({ member, script: order.script });
    }
    if (this.#queue.length > 0) this.#armGrowth();
    // The runner records the fork before the command can start.
    if (events.length > 0) this.#options.onEvents(events);
    for (const { member, script } of handed) member.coordinator.send(script);
  }

  /** A new coordinator; when none can be started, the order at the head of the queue is refused. */
  #hire(events: CrewEvent[]): Member | undefined {
    try {
      const coordinator = startCoordinator(this.#options, this.#journal, () => {
        this.#left(member);
      });
      const startTicks = this.#shell.processTable.lookUp(coordinator.pid)?.startTicks ?? 0;
      const member: Member = { coordinator, startTicks, runId: undefined, idleSinceMs: 0 };
      this.#members.add(member);
      this.#contain(coordinator.pid);
      writeSync(this.#journal, `c ${coordinator.pid} ${startTicks}\n`);
      return member;
    } catch (error) {
      const order = this.#queue.shift();
      if (order) events.push({ kind: 'refused', runId: order.runId, reason: (error as Error).message });
      return undefined;
    }
  }

  /** By this process, not the coordinator: that one may have given up the right to. A task runs without, too. */
  #contain(pid: number): void {
    for (const file of this.#options.join) {
      try {
        writeFileSync(file, String(pid));
      } catch (error) {
        this.#shell.logger.warn('a coordinator stays outside its cgroup', { file, error: String(error) });
      }
    }
  }

  #left(member: Member): void {
    this.#members.delete(member);
    const index = this.#idle.indexOf(member);
    if (index >= 0) this.#idle.splice(index, 1);
    if (this.#closed) return;
    if (this.#disbanded) {
      if (this.#members.size === 0) this.#disbanded();
      return;
    }
    this.#drain();
    if (member.runId === undefined) return;
    this.#busy.delete(member.runId);
    this.#growth.ended(member.runId);
    this.#options.onEvents([{ kind: 'gone', coordinatorPid: member.coordinator.pid }]);
    if (this.#queue.length > 0) this.#pump();
  }

  #drain(): void {
    if (this.#closed) return;
    const events = this.#read().filter((entry) => entry.kind !== 'coordinator');
    for (const event of events) {
      if (event.kind === 'started') this.#growth.started(event.runId);
      else if (event.kind === 'exited') this.#growth.ended(event.runId);
    }
    if (events.length > 0) this.#options.onEvents(events);
  }

  #read(): JournalEntry[] {
    const entries: JournalEntry[] = [];
    for (;;) {
      const size = readSync(this.#journal, buffer, 0, buffer.length, this.#offset);
      if (size === 0) return entries;
      this.#offset += size;
      for (const line of this.#lines.push(buffer.toString('latin1', 0, size))) {
        const entry = parseJournalLine(line);
        if (entry) entries.push(entry);
      }
      if (size < buffer.length) return entries;
    }
  }

  #armGrowth(): void {
    this.#growthTimer ??= this.#shell.clock.after(this.#growth.waitMs, () => {
      this.#growthTimer = undefined;
      this.#growth.waited();
      this.#pump();
    });
  }

  #armIdle(): void {
    this.#idleTimer ??= this.#shell.clock.after(IDLE_MS, () => {
      this.#idleTimer = undefined;
      const oldest = this.#shell.clock.monotonicMs() - IDLE_MS;
      while (this.#idle[0] && this.#idle[0].idleSinceMs <= oldest) this.#idle.shift()?.coordinator.dismiss();
      if (this.#idle.length > 0) this.#armIdle();
    });
  }

  #armSafety(): void {
    this.#safetyTimer = this.#shell.clock.after(SAFETY_MS, () => {
      this.#drain();
      if (!this.#closed) this.#armSafety();
    });
  }
}

const buffer = Buffer.alloc(65536);
