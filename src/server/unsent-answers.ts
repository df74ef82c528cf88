import type { ServerResponse } from 'node:http';

/**
 * Answers that were given and that their clients have not taken yet. A client that stops reading leaves its answer in
 * this process' memory; when all of these together are too large, those that have waited longest are dropped.
 */
export class UnsentAnswers {
  readonly #waiting = new Set<ServerResponse>();

  constructor(private readonly mostBytes: number) {}

  watch(outgoing: ServerResponse): void {
    const forget = (): void => {
      this.#waiting.delete(outgoing);
    };
    // All of it is given, and what the system has not taken is kept.
    outgoing.once('prefinish', () => {
      if (outgoing.writableLength === 0) return;
      this.#waiting.add(outgoing);
      this.#dropOldest();
    });
    outgoing.once('finish', forget);
    outgoing.once('close', forget);
  }

  #dropOldest(): void {
    let bytes = 0;
    for (const { writableLength } of this.#waiting) bytes += writableLength;
    for (const outgoing of this.#waiting) {
      if (bytes <= this.mostBytes || this.#waiting.size === 1) return;
      bytes -= outgoing.writableLength;
      this.#waiting.delete(outgoing);
      outgoing.destroy();
    }
  }
}
