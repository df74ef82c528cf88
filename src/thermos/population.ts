import { belongingTo, type Belonging, type Census } from './census.js';
import { parseJournalLine } from './journal.js';
import { journalPath } from './paths.js';
import type { ProcessInfo } from './process-table.js';
import type { TaskRunnerOptions } from './task-runner-options.js';

export type PopulationOptions = Pick<
  TaskRunnerOptions,
  | 'taskId'
  | 'root'
  | 'sandbox'
  | 'sharedSandbox'
  | 'user'
  | 'containment'
  | 'fileSystem'
  | 'sweeper'
  | 'logger'
>;

/** Who belongs to one task: what its runs have told so far, and how that is found again among all processes. */
export class Population {
  /** Start ticks by pid, of every coordinator the task ever had. */
  readonly coordinators = new Map<number, number>();
  /** Wall time of the start in seconds by pid, of the shells of its commands. */
  readonly shells = new Map<number, number>();
  readonly #options: PopulationOptions;
  /** Processes that could not be killed, by pid: nobody waits for them twice. */
  readonly #survivors = new Map<number, ProcessInfo>();

  constructor(options: PopulationOptions) {
    this.#options = options;
  }

  get belonging(): Belonging {
    return {
      coordinators: this.coordinators,
      shells: this.shells,
      home: this.#options.sharedSandbox ? undefined : this.#options.sandbox,
      uid: this.#options.user.uid,
    };
  }

  /** Every live process of the task that can be killed. */
  find(census: Census): ProcessInfo[] {
    const found = belongingTo(census, this.#options.sweeper.table, this.belonging);
    const known = new Set(found.map((info) => info.pid));
    for (const pid of this.#options.containment?.pids() ?? []) {
      const info = census.byPid.get(pid);
      if (info && !known.has(pid)) found.push(info);
    }
    return found.filter((info) => this.#survivors.get(info.pid)?.startTicks !== info.startTicks);
  }

  /** For a runner that could not open the journal: whom its predecessors named there is the task's all the same. */
  readCoordinators(): void {
    const { fileSystem, root, taskId } = this.#options;
    const path = journalPath(root, taskId);
    if (!fileSystem.exists(path)) return;
    for (const line of fileSystem.readText(path).split('\n')) {
      const entry = parseJournalLine(line);
      if (entry?.kind === 'coordinator') this.coordinators.set(entry.pid, entry.startTicks);
    }
  }

  /** These are left although they were killed. */
  survived(left: readonly ProcessInfo[]): void {
    for (const info of left) this.#survivors.set(info.pid, info);
  }

  /** Who could not be killed and is still there. */
  get survivors(): readonly ProcessInfo[] {
    return [...this.#survivors.values()].flatMap((info) => {
      const now = this.#options.sweeper.table.lookUp(info.pid);
      return now?.startTicks === info.startTicks && now.state !== 'Z' ? [now] : [];
    });
  }
}
