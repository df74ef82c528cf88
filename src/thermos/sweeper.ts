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
  #waiting: Array<(census: Census) => void> = [];
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
    this.#waiting.push(look);
    this.#arm(0);
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
    const look = (census: Census): void => {
      const isLast = this.#clock.monotonicMs() - startMs >= GIVE_UP_MS;
      const left = this.#untilThereIsRoom(() => {
        const found = find(census);
        if (found.length > 0 && !isLast) this.#killAll(found, find, pass);
        return found;
      });
      if (left && (left.length === 0 || isLast)) done(left);
      else {
        const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** pass++, LONGEST_PAUSE_MS);
        this.#whenGone(left ?? [], pauseMs, () => {
          this.inspect(look);
        });
      }
    };
    this.inspect(look);
  }

  /** Signals exactly this process: whoever got its pid since is left alone. */
  signal(info: ProcessInfo, signal: NodeJS.Signals): boolean {
    if (this.table.lookUp(info.pid)?.startTicks !== info.startTicks) return false;
    return this.table.signal(info.pid, signal);
  }

  /**
   * When all of them are gone, or it is time to look again. Asking for these few costs nothing beside the whole
   * table, which has to be read once more in any case: they may have had children meanwhile.
   */
  #whenGone(killed: readonly ProcessInfo[], leftMs: number, then: () => void): void {
    const pauseMs = Math.min(leftMs, STEP_MS);
    this.#clock.after(pauseMs, () => {
      if (leftMs <= pauseMs || killed.every((info) => !this.#isThere(info))) then();
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
    for (const info of found) this.signal(info, 'SIGKILL');
  }

  #arm(delayMs: number): void {
    if (this.#armed) return;
    this.#armed = true;
    this.#clock.after(delayMs, () => {
      this.#armed = false;
      const census = this.#untilThereIsRoom(() => this.#takeCensus());
      if (!census) {
        this.#arm(LONGEST_PAUSE_MS);
        return;
      }
      const served = this.#waiting;
      this.#waiting = [];
      for (const one of served) one(census);
    });
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

/** Killed processes are usually gone by then. */
const FIRST_PAUSE_MS = 16;
const FREEZE_AFTER_PASSES = 3;
const FREEZE_ROUNDS = 32;
const LONGEST_PAUSE_MS = 100;
const STEP_MS = 4;
/** SIGKILL takes effect at once, or when the kernel lets go of a process; by then it does not any more. */
export const GIVE_UP_MS = 30_000;
