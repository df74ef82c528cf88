import type { Clock } from '../base/clock.js';
import { Census, HomeMemory } from './census.js';
import { isShortage, type ProcessInfo, type ProcessTable } from './process-table.js';

/** What a task's runner asks of a Sweeper. */
export type Sweeping = Pick<Sweeper, 'table' | 'inspect' | 'sweep' | 'signal'>;

/**
 * Kills until nothing is left. All tasks of an agent share one: however many end at the same moment, the
 * process table is read once for all of them.
 */
export class Sweeper {
  readonly table: ProcessTable;
  readonly #clock: Clock;
  readonly #homes: HomeMemory;
  #waiting: Question[] = [];
  #armed = false;

  constructor(clock: Clock, table: ProcessTable) {
    this.#clock = clock;
    this.table = table;
    this.#homes = new HomeMemory(table);
  }

  /** A look at the process table that was taken after this call. */
  inspect(look: (census: Census) => void, delayMs = 0): void {
    if (delayMs > 0) {
      this.#clock.after(delayMs, () => {
        this.inspect(look);
      });
      return;
    }
    this.#ask({ look, since: undefined });
  }

  /**
   * SIGKILLs what `find` finds, again and again, until it finds nothing. A process that waits for a broken disk
   * or a dead file server cannot be killed at all: after a bounded time `done` is told who is left.
   */
  sweep(
    find: (census: Census) => readonly ProcessInfo[],
    done: (left: readonly ProcessInfo[]) => void,
  ): void {
    const startMs = this.#clock.monotonicMs();
    let pass = 0;
    const look = (census: Census, seen: Seen): void => {
      const isLast = this.#clock.monotonicMs() - startMs >= GIVE_UP_MS;
      const left = this.#untilThereIsRoom(() => {
        const found = find(census);
        if (found.length > 0 && !isLast) this.#killAll(found, find, pass);
        return found;
      });
      if (left && (left.length === 0 || isLast)) done(left);
      else {
        pass++;
        this.#whenGone(left ?? [], PAUSE_MS, (areGone) => {
          this.#ask({ look, since: left && areGone ? seen : undefined });
        });
      }
    };
    this.#ask({ look, since: undefined });
  }

  /** Signals exactly this process: whoever got its pid since is left alone. */
  signal(info: ProcessInfo, signal: NodeJS.Signals): boolean {
    if (this.table.lookUp(info.pid)?.startTicks !== info.startTicks) return false;
    return this.table.signal(info.pid, signal);
  }

  /** When all of them are gone, or it is time to look again. */
  #whenGone(killed: readonly ProcessInfo[], leftMs: number, then: (areGone: boolean) => void): void {
    const pauseMs = Math.min(leftMs, STEP_MS);
    this.#clock.after(pauseMs, () => {
      const areGone = killed.every((info) => !this.#isThere(info));
      if (areGone || leftMs <= pauseMs) then(areGone);
      else this.#whenGone(killed, leftMs - pauseMs, then);
    });
  }

  #isThere(info: ProcessInfo): boolean {
    const now = this.#untilThereIsRoom(() => this.table.lookUp(info.pid));
    return now?.startTicks === info.startTicks && now.state !== 'Z';
  }

  #killAll(
    found: readonly ProcessInfo[],
    find: (census: Census) => readonly ProcessInfo[],
    pass: number,
  ): void {
    // What forks faster than it is killed must be frozen first: a stopped process forks no more.
    if (pass >= FREEZE_AFTER_PASSES) this.#freeze(find);
    const killedGroups = new Set<number>();
    // Whoever leads a session has no strangers in his group: they die in one call, and none sees the others die.
    for (const info of found) {
      if (info.session !== info.pid || info.processGroup !== info.pid || !this.#isThere(info)) continue;
      killedGroups.add(info.pid);
      this.table.signalGroup(info.pid, 'SIGKILL');
    }
    for (const info of found) if (!killedGroups.has(info.processGroup)) this.signal(info, 'SIGKILL');
  }

  #ask(question: Question): void {
    this.#waiting.push(question);
    this.#arm(0);
  }

  #arm(delayMs: number): void {
    if (this.#armed) return;
    this.#armed = true;
    this.#clock.after(delayMs, () => {
      this.#armed = false;
      const answer = this.#untilThereIsRoom(() => this.#answer());
      if (!answer) {
        this.#arm(PAUSE_MS);
        return;
      }
      const served = this.#waiting;
      this.#waiting = [];
      for (const { look } of served) look(answer.census, answer.seen);
    });
  }

  /** One look for all that wait; where each has seen the whole table just before, only at who came since. */
  #answer(): { readonly census: Census; readonly seen: Seen } {
    const seen = { lastPid: this.table.lastPid(), atMs: this.#clock.monotonicMs() };
    const newcomers = pidsSince(
      this.#waiting.map(({ since }) => since),
      seen,
    );
    if (!newcomers) return { census: this.#takeCensus(), seen };
    return { census: new Census(this.table, this.#homes.homeOf, this.#withLeaders(newcomers)), seen };
  }

  /** Those of them that are alive, and the leaders of their sessions: by these they are known. */
  #withLeaders(pids: readonly number[]): Iterable<ProcessInfo> {
    const found = new Map<number, ProcessInfo>();
    const add = (pid: number): ProcessInfo | undefined => {
      const info = found.get(pid) ?? this.table.lookUp(pid);
      if (info) found.set(pid, info);
      return info;
    };
    for (const pid of pids) {
      const info = add(pid);
      if (info) add(info.session);
    }
    return found.values();
  }

  #takeCensus(): Census {
    this.#homes.nextCensus();
    return new Census(this.table, this.#homes.homeOf);
  }

  /** Undefined when the process table could not be read: that is not to say that nothing is left. */
  #untilThereIsRoom<T>(look: () => T): T | undefined {
    try {
      return look();
    } catch (error) {
      if (isShortage(error)) return undefined;
      throw error;
    }
  }

  #freeze(find: (census: Census) => readonly ProcessInfo[]): void {
    const frozen = new Set<number>();
    for (let round = 0; round < FREEZE_ROUNDS; round++) {
      const fresh = find(this.#takeCensus()).filter((info) => !frozen.has(info.pid));
      if (fresh.length === 0) return;
      for (const info of fresh) {
        frozen.add(info.pid);
        this.signal(info, 'SIGSTOP');
      }
    }
  }
}

interface Question {
  readonly look: (census: Census, seen: Seen) => void;
  /** When the asker last looked, if all that he found then is gone. */
  readonly since: Seen | undefined;
}

/** The moment of a look. */
interface Seen {
  /** The pid given out last before it. */
  readonly lastPid: number | undefined;
  readonly atMs: number;
}

/**
 * The pids given out since: they rise, and within so short a time do not start again. Undefined when that cannot be
 * said, or when reading the whole table costs no more.
 */
function pidsSince(looks: ReadonlyArray<Seen | undefined>, now: Seen): number[] | undefined {
  const { lastPid } = now;
  if (lastPid === undefined) return undefined;
  let first = lastPid;
  for (const look of looks) {
    if (look?.lastPid === undefined || look.lastPid > lastPid) return undefined;
    if (now.atMs - look.atMs > SHORT_MS) return undefined;
    first = Math.min(first, look.lastPid - UNBORN);
  }
  if (lastPid - first > FEW) return undefined;
  return Array.from({ length: lastPid - first }, (_, index) => first + 1 + index).filter((pid) => pid > 0);
}

/** A process has its pid a moment before the table shows it. */
const UNBORN = 64;
const FEW = 256;
const SHORT_MS = 2000;
const FREEZE_AFTER_PASSES = 3;
const FREEZE_ROUNDS = 32;
const PAUSE_MS = 100;
const STEP_MS = 4;
/** SIGKILL takes effect at once, or when the kernel lets go of a process; by then it does not any more. */
export const GIVE_UP_MS = 30_000;
