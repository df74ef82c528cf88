import type { Persistence, SnapshotWriter } from '../storage/persistence.js';
import { snapshotOps } from '../storage/snapshot.js';
import type { Store } from '../storage/store.js';

export interface SnapshotsDependencies {
  readonly persistence: Persistence;
  /** Makes durable what the scheduler has done so far: a snapshot holds all of memory. */
  readonly commit: () => void;
  /** Calls back when other work has had its turn. */
  readonly later: (callback: () => void) => void;
  readonly fail: (error: unknown) => void;
}

/** A restart reads at most about this many transactions, or a tenth of the tasks, after the snapshot. */
const FEWEST_TRANSACTIONS = 2_000;

/** Writes snapshots, in slices between other work or at once; never two at a time. */
export class Snapshots {
  readonly #dependencies: SnapshotsDependencies;
  #writer: SnapshotWriter | undefined;
  #written = 0;

  constructor(dependencies: SnapshotsDependencies) {
    this.#dependencies = dependencies;
  }

  get written(): number {
    return this.#written;
  }

  /** Begins a snapshot when the log has grown long enough for it to pay. */
  startWhenDue(store: Store): void {
    if (this.#writer) return;
    const limit = Math.max(FEWEST_TRANSACTIONS, store.taskCount / 10);
    if (this.#dependencies.persistence.transactionsSinceSnapshot() < limit) return;
    this.#begin(store);
    this.#continue();
  }

  /** The state of `store` is the durable state when this returns. */
  writeNow(store: Store): void {
    this.#finish();
    this.#begin(store);
    this.#finish();
  }

  #begin(store: Store): void {
    const { commit, persistence } = this.#dependencies;
    commit();
    this.#writer = persistence.startSnapshot(snapshotOps(store));
  }

  #continue(): void {
    this.#dependencies.later(() => {
      if (!this.#writer) return;
      try {
        if (this.#writer.step()) this.#done();
        else this.#continue();
      } catch (error) {
        this.#dependencies.fail(error);
      }
    });
  }

  #finish(): void {
    while (this.#writer) if (this.#writer.step()) this.#done();
  }

  #done(): void {
    this.#writer = undefined;
    this.#written++;
  }
}
