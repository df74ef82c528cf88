import { closeSync, openSync, readSync, watch, writeSync, type FSWatcher } from 'node:fs';
import { writeFile } from 'node:fs/promises';
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
/** Where it cannot be watched at all: the system gives out only so many watchers. */
const UNWATCHED_MS = 100;

interface Member {
  readonly coordinator: Coordinator;
  readonly startTicks: number;
  /** While it is being moved into the task's cgroups. */
  moving: Promise<void> | undefined;
  runId: string | undefined;
  idleSinceMs: number;
}

class ShellCrew implements Crew {
  readonly history: readonly JournalEntry[];
  readonly #shell: ShellLauncherOptions;
  readonly #options: CrewOptions;
  readonly #journal: number;
  readonly #watcher: FSWatcher | undefined;
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
    try {
      this.history = this.#read();
      this.#watcher = this.#watch();
    } catch (error) {
      closeSync(this.#journal);
      throw error;
    }
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
      // One that not even this ends is as the others that cannot be killed: nobody waits for it.
      this.#idleTimer = clock.after(DISBAND_MS, () => {
        if (!this.#closed) done();
      });
    });
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#growthTimer?.cancel();
    this.#idleTimer?.cancel();
    this.#safetyTimer?.cancel();
    this.#watcher?.close();
    for (const member of this.#members)
      whenMoved(member, () => {
        member.coordinator.dismiss();
      });
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
    for (const { member, script } of handed)
      whenMoved(member, () => {
        member.coordinator.send(script);
      });
  }

  /** A new coordinator; when none can be started, the order at the head of the queue is refused. */
  #hire(events: CrewEvent[]): Member | undefined {
    let coordinator: Coordinator | undefined;
    try {
      let member: Member | undefined = undefined;
      let order: LaunchOrder | undefined;
      coordinator = startCoordinator(this.#options, this.#journal, {
        exited: () => {
          if (member) this.#left(member);
        },
        refused: (reason) => {
          if (order && !this.#closed)
            this.#options.onEvents([{ kind: 'refused', runId: order.runId, reason }]);
        },
      });
      if (!coordinator) {
        order = this.#queue.shift();
        return undefined;
      }
      member = this.#enlist(coordinator);
      return member;
    } catch (error) {
      coordinator?.dismiss();
      const order = this.#queue.shift();
      if (order) events.push({ kind: 'refused', runId: order.runId, reason: (error as Error).message });
      return undefined;
    }
  }

  /** Whoever the journal does not name would be nobody's after our death: it gets no command before. */
  #enlist(coordinator: Coordinator): Member {
    const startTicks = this.#shell.processTable.lookUp(coordinator.pid)?.startTicks;
    if (startTicks === undefined) throw new Error('its coordinator ended as soon as it was started');
    writeSync(this.#journal, `c ${coordinator.pid} ${startTicks}\n`);
    const member: Member = { coordinator, startTicks, moving: undefined, runId: undefined, idleSinceMs: 0 };
    if (this.#options.join.length > 0) member.moving = this.#contain(member);
    this.#members.add(member);
    return member;
  }

  /**
   * By this process, not the coordinator: that one may have given up the right to. A task runs without, too. The kernel
   * takes ten milliseconds for a move: this process has other tasks to see to meanwhile.
   */
  async #contain(member: Member): Promise<void> {
    const move = async (file: string): Promise<void> => {
      try {
        await writeFile(file, String(member.coordinator.pid));
      } catch (error) {
        this.#shell.logger.warn('a coordinator stays outside its cgroup', { file, error: String(error) });
      }
    };
    await Promise.all(this.#options.join.map(move));
    member.moving = undefined;
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

  #watch(): FSWatcher | undefined {
    const { logger } = this.#shell;
    try {
      const watcher = watch(this.#options.journalPath, () => {
        this.#drain();
      });
      watcher.on('error', (error) => {
        logger.warn('the journal cannot be watched; it is read every 5 s instead', { error: String(error) });
      });
      return watcher;
    } catch (error) {
      logger.warn('the journal cannot be watched; it is read again and again instead', {
        error: String(error),
      });
      return undefined;
    }
  }

  #drain(): void {
    if (this.#closed) return;
    const entries = this.#readOrFail();
    const events = entries.filter((entry) => entry.kind !== 'coordinator');
    for (const event of events) {
      if (event.kind === 'started') this.#growth.started(event.runId);
      else if (event.kind === 'exited') this.#growth.ended(event.runId);
    }
    if (events.length > 0) this.#options.onEvents(events);
  }

  #readOrFail(): JournalEntry[] {
    try {
      return this.#read();
    } catch (error) {
      this.#options.onFailure(error as Error);
      return [];
    }
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
    const delayMs = this.#watcher ? SAFETY_MS : UNWATCHED_MS;
    this.#safetyTimer = this.#shell.clock.after(delayMs, () => {
      this.#drain();
      if (!this.#closed) this.#armSafety();
    });
  }
}

/** No command starts outside its task's cgroups. */
function whenMoved(member: Member, act: () => void): void {
  if (member.moving) void member.moving.then(act);
  else act();
}

const buffer = Buffer.alloc(65536);
