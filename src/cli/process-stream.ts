import { fstatSync, writeSync } from 'node:fs';
import type { OutputStream } from './console.js';
import { EXIT } from './exit-codes.js';

const DESCRIPTOR = { stdout: 1, stderr: 2 } as const;

/**
 * One of this process's own outputs. Node's stream for it takes as long to set up as all else that a short
 * command does, so a file or a pipe is written without one, as long as it takes what is written.
 */
export class ProcessStream implements OutputStream {
  #stream: NodeJS.WriteStream | undefined;
  #isTerminal: boolean | undefined;

  constructor(private readonly name: 'stdout' | 'stderr') {}

  get isTerminal(): boolean {
    this.#isTerminal ??= isCharacterDevice(DESCRIPTOR[this.name]) && this.#open().isTTY;
    return this.#isTerminal;
  }

  get columns(): number {
    return this.isTerminal ? this.#open().columns : 80;
  }

  get rows(): number | undefined {
    return this.isTerminal ? this.#open().rows : undefined;
  }

  get colour(): boolean {
    return this.isTerminal && !process.env['NO_COLOR'] && process.env['TERM'] !== 'dumb';
  }

  write(text: string): void {
    if (this.#stream || this.isTerminal) this.#open().write(text);
    else this.#writeAll(Buffer.from(text));
  }

  /** Resolves when all that was written is out of this process. */
  async flushed(): Promise<void> {
    const stream = this.#stream;
    if (!stream || stream.writableLength === 0) return;
    await new Promise<void>((resolve) => {
      stream.write('', () => {
        resolve();
      });
    });
  }

  #writeAll(bytes: Buffer): void {
    let written = 0;
    try {
      while (written < bytes.length) written += writeSync(DESCRIPTOR[this.name], bytes, written);
    } catch (error) {
      // A pipe that another program made non-blocking is full: the stream knows how to wait.
      if ((error as NodeJS.ErrnoException).code === 'EAGAIN') this.#open().write(bytes.subarray(written));
      else lost(error as NodeJS.ErrnoException);
    }
  }

  #open(): NodeJS.WriteStream {
    if (this.#stream) return this.#stream;
    const stream = process[this.name];
    stream.on('error', lost);
    this.#stream = stream;
    return stream;
  }
}

/** `aurora ... | head` closes the pipe early: what is left has no reader, so the command is over. */
function lost(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE' || error.code === 'ERR_STREAM_DESTROYED') process.exit(EXIT.ok);
  throw error;
}

/** Whether a descriptor may be a terminal; a closed one is none. */
export function isCharacterDevice(descriptor: number): boolean {
  try {
    return fstatSync(descriptor).isCharacterDevice();
  } catch {
    return false;
  }
}
