import type { Op } from './op.js';

/**
 * The whole durable interface. `persist` returns once all of `ops` are on disk together, or throws a
 * StorageFailure after which the process must end: memory is then ahead of the disk.
 */
export interface Persistence {
  /** The ops that rebuild the state, oldest first; read once, to its end, before the first `persist`. */
  recover(): Iterable<Op>;
  persist(ops: readonly Op[]): void;
  /**
   * Begins to replace everything written until now by `ops`, which must give the state of this moment.
   * The work is done in slices: call `step` until it returns true; `persist` may be called in between.
   */
  startSnapshot(ops: Iterable<Op>): SnapshotWriter;
  /** Transactions written since the last complete snapshot. */
  transactionsSinceSnapshot(): number;
  close(): void;
}

export interface SnapshotWriter {
  /** Writes one slice, durably; true when the snapshot is complete and the log before it is gone. */
  step(): boolean;
}

/**
 *     locked    another daemon holds the directory      newer   written by a newer version of this program
 *     damaged   what is on disk is not what was written  disk    the operating system refused (full, I/O)
 */
export type StorageFailureKind = 'locked' | 'damaged' | 'newer' | 'disk';

/** The store cannot be used. Ends the process; the message says what happened and what to do. */
export class StorageFailure extends Error {
  override readonly name = 'StorageFailure';

  constructor(
    readonly kind: StorageFailureKind,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
