import type { ProcessInfo, ProcessTable } from './process-table.js';

/**
 * The processes whose pids were given out last, looked at once for all runs whose ends were told together. A look
 * is good for what had ended before it: `forget` it before the next such news.
 */
export class RecentProcesses {
  readonly #table: ProcessTable;
  readonly #seen = new Map<number, ProcessInfo | undefined>();
  #lastPid: number | undefined;

  constructor(table: ProcessTable) {
    this.#table = table;
  }

  forget(): void {
    this.#seen.clear();
    this.#lastPid = undefined;
  }

  /** The pid given out last before the look; undefined where the system does not tell. */
  lastPid(): number | undefined {
    return (this.#lastPid ??= this.#table.lastPid());
  }

  lookUp(pid: number): ProcessInfo | undefined {
    if (!this.#seen.has(pid)) this.#seen.set(pid, this.#table.lookUp(pid));
    return this.#seen.get(pid);
  }
}
