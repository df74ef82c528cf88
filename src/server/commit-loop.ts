import type { Scheduler } from '../scheduler/scheduler.js';
import type { Command } from '../scheduler/output.js';
import type { Persistence } from '../storage/persistence.js';

export interface CommitLoopDependencies {
  readonly scheduler: Pick<Scheduler, 'takeOutput'>;
  readonly persistence: Pick<Persistence, 'persist'>;
  /** Carries out what the scheduler ordered, once the ops behind it are durable. */
  readonly dispatch: (commands: readonly Command[]) => void;
  /** Runs after each commit that wrote something. */
  readonly committed?: () => void;
  /** A failed commit leaves memory ahead of the disk: the process must end. */
  readonly fail: (error: unknown) => void;
  /** Runs after the events that are already waiting: all of them share one transaction. */
  readonly soon: (callback: () => void) => void;
}

/**
 * Group commit. Every call of the scheduler runs at once, in the order of arrival; its answer waits until
 * the ops of everything that arrived meanwhile are on disk in one transaction. Nothing that a client or an
 * agent sees can therefore be lost by a crash, and a read never shows what may still be lost.
 */
export class CommitLoop {
  readonly #dependencies: CommitLoopDependencies;
  #waiting: Waiting[] = [];
  #scheduled = false;
  #closed = false;
  #commits = 0;
  #opsWritten = 0;

  constructor(dependencies: CommitLoopDependencies) {
    this.#dependencies = dependencies;
  }

  /** The result of `work` once its effects are durable; a throw of `work` is the caller's. */
  run<T>(work: () => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.#closed) {
        reject(new StoppedError());
        return;
      }
      try {
        // First the work, then the list: work that flushes begins a new one.
        const result = work();
        this.#waiting.push({ result, release: resolve as (result: unknown) => void, refuse: reject });
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)));
      }
      this.wake();
    });
  }

  /** The scheduler has output that nobody asked for. */
  wake(): void {
    if (this.#scheduled || this.#closed) return;
    this.#scheduled = true;
    this.#dependencies.soon(() => {
      this.flush();
    });
  }

  /** Commits at once what is there. */
  flush(): void {
    this.#scheduled = false;
    if (this.#closed) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    try {
      const { ops, commands } = this.#dependencies.scheduler.takeOutput();
      if (ops.length > 0) {
        this.#dependencies.persistence.persist(ops);
        this.#commits++;
        this.#opsWritten += ops.length;
      }
      for (const { result, release } of waiting) release(result);
      if (commands.length > 0) this.#dependencies.dispatch(commands);
      if (ops.length > 0) this.#dependencies.committed?.();
    } catch (error) {
      this.#closed = true;
      for (const { refuse } of waiting) refuse(new StoppedError());
      this.#dependencies.fail(error);
    }
  }

  /** Commits what is there and refuses everything from now on. */
  close(): void {
    this.flush();
    this.#closed = true;
  }

  get commits(): number {
    return this.#commits;
  }

  get opsWritten(): number {
    return this.#opsWritten;
  }
}

/** One call whose work is done, until its effects are durable. */
interface Waiting {
  readonly result: unknown;
  readonly release: (result: unknown) => void;
  readonly refuse: (error: Error) => void;
}

/** The scheduler is ending: whether the call took effect is unknown to the caller. */
export class StoppedError extends Error {
  override readonly name = 'StoppedError';

  constructor() {
    super('the scheduler is stopping');
  }
}
