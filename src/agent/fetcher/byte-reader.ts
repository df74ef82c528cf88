import { FetchError } from './fetch-error.js';

/** Takes a stream of chunks apart by exact lengths, without holding more than a chunk. */
export class ByteReader {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #buffer: Buffer = Buffer.alloc(0);
  #ended = false;

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#chunks = source[Symbol.asyncIterator]();
  }

  /** Exactly `length` bytes, or undefined at a clean end. Throws when the stream ends in between. */
  async read(length: number): Promise<Buffer | undefined> {
    while (this.#buffer.length < length && (await this.#fill()));
    if (this.#buffer.length === 0 && length > 0) return undefined;
    if (this.#buffer.length < length) throw new FetchError('the archive is truncated');
    const bytes = this.#buffer.subarray(0, length);
    this.#buffer = this.#buffer.subarray(length);
    return bytes;
  }

  /** Passes `length` bytes on, chunk by chunk. */
  async pass(length: number, take: (chunk: Buffer) => Promise<void>): Promise<void> {
    let left = length;
    while (left > 0) {
      if (this.#buffer.length === 0 && !(await this.#fill()))
        throw new FetchError('the archive is truncated');
      const chunk = this.#buffer.subarray(0, left);
      this.#buffer = this.#buffer.subarray(chunk.length);
      left -= chunk.length;
      await take(chunk);
    }
  }

  /** Ends the source early. */
  async close(): Promise<void> {
    await this.#chunks.return?.();
  }

  async #fill(): Promise<boolean> {
    if (this.#ended) return false;
    const next = await this.#chunks.next();
    if (next.done === true) {
      this.#ended = true;
      return false;
    }
    const chunk = Buffer.from(next.value.buffer, next.value.byteOffset, next.value.byteLength);
    this.#buffer = this.#buffer.length === 0 ? chunk : Buffer.concat([this.#buffer, chunk]);
    return true;
  }
}
