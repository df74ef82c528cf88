import { below } from '../../../src/base/random.js';
import type { Crew, CrewEvent, CrewOptions, Launcher, LaunchOrder } from '../../../src/thermos/launcher.js';
import type { JournalEntry } from '../../../src/thermos/journal.js';
import type { World } from './world.js';

interface Member {
  readonly pid: number;
  readonly ticks: number;
  runId: string | undefined;
  /** Its script is not at its end. */
  isWorking: boolean;
}

/** What a runner that lives may do; a dead one does nothing any more. */
export interface Life {
  readonly isOver: boolean;
  after(delayMs: number, callback: () => void): void;
  /** Runs what the world has to tell; a death in the middle ends there. */
  live(body: () => void): void;
}

const MOST_MEMBERS = 6;

/** Coordinators in the simulated world. They keep working, and end when idle, when their runner is gone. */
export function simulatedLauncher(
  world: World,
  life: Life,
  onAssign: (runId: string) => void,
): Launcher & { release(): void } {
  let crew: SimulatedCrew | undefined;
  return {
    open: (options) => (crew = new SimulatedCrew(world, life, options, onAssign)),
    release: () => {
      crew?.letGo();
    },
  };
}

class SimulatedCrew implements Crew {
  readonly history: readonly JournalEntry[];
  readonly #members = new Set<Member>();
  #queue: LaunchOrder[] = [];
  /** Written, but not yet read by the runner. */
  #unread: CrewEvent[] = [];
  #reading = false;
  #disbanded: (() => void) | undefined;
  #closed = false;

  constructor(
    readonly world: World,
    readonly life: Life,
    readonly options: CrewOptions,
    readonly onAssign: (runId: string) => void,
  ) {
    this.history = [...world.journal];
    world.onJournal = (entry) => {
      if (entry.kind !== 'coordinator') this.#hear(entry);
    };
    world.onCoordinatorDeath = (pid) => {
      const member = [...this.#members].find((one) => one.pid === pid);
      if (!member) return;
      this.#members.delete(member);
      if (this.#disbanded && this.#members.size === 0) this.life.live(this.#disbanded);
      else if (member.runId !== undefined) this.#hear({ kind: 'gone', coordinatorPid: pid });
    };
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
    for (const member of this.#members) if (member.runId === runId) member.runId = undefined;
    this.#pump();
  }

  poll(): void {
    const events = this.#unread;
    this.#unread = [];
    if (events.length > 0) this.options.onEvents(events);
  }

  disband(done: () => void): void {
    this.#disbanded = done;
    if (this.#members.size === 0) done();
    for (const member of [...this.#members]) this.world.table.signal(member.pid, 'SIGKILL');
  }

  close(): void {
    this.letGo();
  }

  /** The pipes of the coordinators end: idle ones go, busy ones after their command. */
  letGo(): void {
    this.#closed = true;
    for (const member of this.#members) if (!member.isWorking) this.world.endCoordinator(member.pid);
  }

  #pump(): void {
    const events: CrewEvent[] = [];
    const handed: Array<{ readonly member: Member; readonly runId: string }> = [];
    while (this.#queue.length > 0 && !this.#closed) {
      let member = [...this.#members].find((one) => one.runId === undefined);
      if (!member && this.#members.size >= MOST_MEMBERS) break;
      const order = this.#queue.shift();
      if (!order) break;
      if (!member && this.world.chance(this.world.weather.refusals)) {
        events.push({ kind: 'refused', runId: order.runId, reason: 'EAGAIN' });
        continue;
      }
      member ??= this.#hire();
      member.runId = order.runId;
      this.onAssign(order.runId);
      const { pid: coordinatorPid, ticks: coordinatorTicks } = member;
      events.push({ kind: 'assigned', runId: order.runId, coordinatorPid, coordinatorTicks });
      handed.push({ member, runId: order.runId });
    }
    try {
      if (events.length > 0) this.options.onEvents(events);
    } catch (error) {
      // Died before it handed over the scripts.
      for (const { member } of handed) member.runId = undefined;
      throw error;
    }
    for (const { member, runId } of handed) {
      member.isWorking = true;
      this.world.run(runId, member, () => {
        member.isWorking = false;
        if (this.life.isOver || this.#closed) this.world.endCoordinator(member.pid);
      });
    }
  }

  #hire(): Member {
    const member: Member = { ...this.world.startCoordinator(), runId: undefined, isWorking: false };
    this.#members.add(member);
    return member;
  }

  #hear(event: CrewEvent): void {
    if (this.life.isOver || this.#closed) return;
    this.#unread.push(event);
    if (this.#reading) return;
    this.#reading = true;
    this.life.after(below(this.world.random, 3), () => {
      this.#reading = false;
      if (!this.#closed) this.poll();
    });
  }
}
