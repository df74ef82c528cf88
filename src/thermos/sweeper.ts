import type { Clock } from '../base/clock.js';
import { Census } from './census.js';
import type { ProcessInfo, ProcessTable } from './process-table.js';

/**
 * Kills until nothing is left. All tasks of an agent share one: however many end at the same moment, the
 * process table is read once for all of them.
 */
export class Sweeper {
  readonly table: ProcessTable;
  readonly #clock: Clock;
  #waiting: Array<(census: Census) => void> = [];
  #armed = false;

  constructor(clock: Clock, table: ProcessTable) {
    this.#clock = clock;
    this.table = table;
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
    if (this.#armed) return;
    this.#armed = true;
    this.#clock.after(0, () => {
      this.#armed = false;
      const served = this.#waiting;
      this.#waiting = [];
      const census = new Census(this.table);
      for (const one of served) one(census);
    });
  }

  /** SIGKILLs what `find` finds, again and again, until it finds nothing. */
  sweep(find: (census: Census) => readonly ProcessInfo[], done: () => void): void {
    let pass = 0;
    const look = (census: Census): void => {
      const found = find(census);
      if (found.length === 0) {
        done();
        return;
      }
      // What forks faster than it is killed must be frozen first: a stopped process forks no more.
      if (pass >= FREEZE_AFTER_PASSES) this.#freeze(find);
      for (const info of found) this.signal(info, 'SIGKILL');
      this.inspect(look, Math.min(2 ** pass++, LONGEST_PAUSE_MS));
    };
    this.inspect(look);
  }

  /** Signals exactly this process: whoever got its pid since is left alone. */
  signal(info: ProcessInfo, signal: NodeJS.Signals): boolean {
    if (this.table.lookUp(info.pid)?.startTicks !== info.startTicks) return false;
    return this.table.signal(info.pid, signal);
  }

  #freeze(find: (census: Census) => readonly ProcessInfo[]): void {
    const frozen = new Set<number>();
    for (let round = 0; round < FREEZE_ROUNDS; round++) {
      const fresh = find(new Census(this.table)).filter((info) => !frozen.has(info.pid));
      if (fresh.length === 0) return;
      for (const info of fresh) {
        frozen.add(info.pid);
        this.signal(info, 'SIGSTOP');
      }
    }
  }
}

const FREEZE_AFTER_PASSES = 3;
const FREEZE_ROUNDS = 32;
const LONGEST_PAUSE_MS = 100;
