import { ThriftError } from './thrift-error.js';

/** What a sender may make a reader do. */
export interface DecodeLimits {
  /** Elements of lists, sets and maps in one message, all together. */
  readonly elements: number;
}

export const NO_LIMITS: DecodeLimits = { elements: Number.POSITIVE_INFINITY };

/** Deeper nesting than any schema here has; only fields to skip can reach it. */
const DEEPEST = 64;

/** Reads the binary protocol's primitives, never beyond the end of the bytes. */
export class BinaryInput {
  readonly buffer: Buffer;
  position = 0;
  #depth = 0;
  #elementsLeft: number;

  constructor(bytes: Uint8Array, limits: DecodeLimits) {
    this.buffer = Buffer.isBuffer(bytes)
      ? bytes
      : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#elementsLeft = limits.elements;
  }

  readByte(): number {
    return this.buffer[this.#advance(1)] as number;
  }

  readI8(): number {
    return this.buffer.readInt8(this.#advance(1));
  }

  readI16(): number {
    return this.buffer.readInt16BE(this.#advance(2));
  }

  readI32(): number {
    return this.buffer.readInt32BE(this.#advance(4));
  }

  readI64(): number {
    const start = this.#advance(8);
    const value = this.buffer.readInt32BE(start) * 2 ** 32 + this.buffer.readUInt32BE(start + 4);
    if (!Number.isSafeInteger(value)) throw new ThriftError(`the integer is beyond 2^53`);
    return value;
  }

  readDouble(): number {
    return this.buffer.readDoubleBE(this.#advance(8));
  }

  readString(): string {
    const length = this.readI32();
    if (length < 0) throw new ThriftError(`a text cannot have the length ${length}`);
    const start = this.#advance(length);
    return this.buffer.toString('utf8', start, start + length);
  }

  /** A container's element count; each element takes at least `smallest` bytes, so a lie is seen at once. */
  readCount(smallest: number): number {
    const count = this.readI32();
    if (count < 0) throw new ThriftError(`a container cannot have ${count} elements`);
    if (count * smallest > this.buffer.length - this.position)
      throw new ThriftError(`${count} elements are announced, but the message ends before`);
    this.#elementsLeft -= count;
    if (this.#elementsLeft < 0) throw new ThriftError('the message has too many elements');
    return count;
  }

  enter(): void {
    if (++this.#depth > DEEPEST) throw new ThriftError(`the message is nested deeper than ${DEEPEST} levels`);
  }

  leave(): void {
    this.#depth--;
  }

  #advance(length: number): number {
    const start = this.position;
    const end = start + length;
    if (end > this.buffer.length)
      throw new ThriftError(
        `the message ends early: ${length} more bytes are needed, ${this.buffer.length - start} are left`,
      );
    this.position = end;
    return start;
  }
}

const LONGEST_LOOP = 64;

/** Writes the binary protocol's primitives, and texts, into a buffer that grows by doubling. */
export class BinaryOutput {
  #buffer = Buffer.allocUnsafe(1024);
  readonly #shared = new Map<object, readonly [start: number, end: number]>();
  #position = 0;

  writeByte(value: number): void {
    const start = this.#reserve(1);
    this.#buffer[start] = value;
  }

  writeFieldHead(type: number, id: number): void {
    const start = this.#reserve(3);
    this.#buffer[start] = type;
    this.#buffer[start + 1] = id >> 8;
    this.#buffer[start + 2] = id;
  }

  writeI16(value: number): void {
    // The room is made first: making it may replace the buffer.
    const start = this.#reserve(2);
    this.#buffer.writeInt16BE(value, start);
  }

  writeI32(value: number): void {
    const start = this.#reserve(4);
    this.#buffer.writeInt32BE(value, start);
  }

  writeI64(value: number): void {
    const start = this.#reserve(8);
    this.#buffer.writeInt32BE(Math.floor(value / 2 ** 32), start);
    this.#buffer.writeUInt32BE(value >>> 0, start + 4);
  }

  writeDouble(value: number): void {
    const start = this.#reserve(8);
    this.#buffer.writeDoubleBE(value, start);
  }

  writeString(value: string): void {
    const { length } = value;
    // UTF-8 takes at most three bytes for one UTF-16 unit.
    const start = this.#reserve(4 + length * 3);
    const bytes = this.#writeShortAscii(value, start + 4)
      ? length
      : this.#buffer.write(value, start + 4, 'utf8');
    this.#buffer.writeInt32BE(bytes, start);
    this.#position = start + 4 + bytes;
  }

  /** The text alone, without its length. */
  writeText(value: string): void {
    const { length } = value;
    const start = this.#reserve(length * 3);
    const bytes = this.#writeShortAscii(value, start) ? length : this.#buffer.write(value, start, 'utf8');
    this.#position = start + bytes;
  }

  /** Most texts are short ids: a loop over them beats the call into the encoder. */
  #writeShortAscii(value: string, start: number): boolean {
    const { length } = value;
    if (length > LONGEST_LOOP) return false;
    for (let index = 0; index < length; index++) {
      const code = value.charCodeAt(index);
      if (code > 0x7f) return false;
      this.#buffer[start + index] = code;
    }
    return true;
  }

  /**
   * Writes a value that may occur many times in one message, such as the configuration that the instances of
   * a job share: from its second time on, the bytes of its first are copied.
   */
  writeShared(value: object, write: (output: BinaryOutput, value: object) => void): void {
    const known = this.#shared.get(value);
    if (known) {
      const [from, end] = known;
      const start = this.#reserve(end - from);
      this.#buffer.copyWithin(start, from, end);
      return;
    }
    const start = this.#position;
    write(this, value);
    this.#shared.set(value, [start, this.#position]);
  }

  get position(): number {
    return this.#position;
  }

  /** Makes room for what will follow at once, rather than by doubling on the way. */
  expect(bytes: number): void {
    if (this.#position + bytes > this.#buffer.length) this.#grow(this.#position + bytes);
  }

  finish(): Buffer {
    return this.#buffer.subarray(0, this.#position);
  }

  #reserve(length: number): number {
    const start = this.#position;
    const end = start + length;
    if (end > this.#buffer.length) this.#grow(Math.max(end, this.#buffer.length * 2));
    this.#position = end;
    return start;
  }

  #grow(length: number): void {
    const larger = Buffer.allocUnsafe(length);
    this.#buffer.copy(larger, 0, 0, this.#position);
    this.#buffer = larger;
  }
}
