import { decodeOps, encodeOps } from './op-codec.js';
import type { Op } from './op.js';
import type { Persistence, SnapshotWriter } from './persistence.js';

/** A store that lives as long as this object: for simulation. It keeps text, so that nothing is shared by accident. */
export class MemoryPersistence implements Persistence {
  #transactions: string[] = [];
  #sinceSnapshot = 0;

  *recover(): Iterable<Op> {
    for (const text of this.#transactions) yield* decodeOps(text);
  }

  persist(ops: readonly Op[]): void {
    if (ops.length === 0) return;
    this.#transactions.push(encodeOps(ops));
    this.#sinceSnapshot += 1;
  }

  startSnapshot(ops: Iterable<Op>): SnapshotWriter {
    const snapshot = encodeOps([...ops]);
    const before = this.#transactions.length;
    return {
      step: () => {
        this.#transactions = [snapshot, ...this.#transactions.slice(before)];
        this.#sinceSnapshot = this.#transactions.length - 1;
        return true;
      },
    };
  }

  transactionsSinceSnapshot(): number {
    return this.#sinceSnapshot;
  }

  close(): void {
    // Nothing is open.
  }
}
