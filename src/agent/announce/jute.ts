/** The server said something that is not its protocol. */
export class JuteError extends Error {
  override readonly name = 'JuteError';
}

/** Writes one packet in ZooKeeper's serialization: big-endian numbers, texts and buffers after their length. */
export class JuteWriter {
  readonly #parts: Buffer[] = [];

  int(value: number): this {
    const bytes = Buffer.alloc(4);
    bytes.writeInt32BE(value);
    this.#parts.push(bytes);
    return this;
  }

  long(value: bigint): this {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64BE(value);
    this.#parts.push(bytes);
    return this;
  }

  boolean(value: boolean): this {
    this.#parts.push(Buffer.from([value ? 1 : 0]));
    return this;
  }

  buffer(value: Uint8Array): this {
    this.int(value.length);
    this.#parts.push(Buffer.from(value));
    return this;
  }

  text(value: string): this {
    return this.buffer(Buffer.from(value, 'utf8'));
  }

  get bytes(): Buffer {
    return Buffer.concat(this.#parts);
  }

  /** With the length before it, as it goes onto the wire. */
  get packet(): Buffer {
    const { bytes } = this;
    return new JuteWriter().buffer(bytes).bytes;
  }
}

/** Reads one packet. Throws JuteError beyond its end. */
export class JuteReader {
  #offset = 0;

  constructor(private readonly bytes: Buffer) {}

  int(): number {
    return this.#take(4).readInt32BE();
  }

  long(): bigint {
    return this.#take(8).readBigInt64BE();
  }

  boolean(): boolean {
    return this.#take(1)[0] !== 0;
  }

  /** A length of -1 stands for none. */
  buffer(): Buffer {
    return this.#take(Math.max(0, this.int()));
  }

  text(): string {
    return this.buffer().toString('utf8');
  }

  get left(): number {
    return this.bytes.length - this.#offset;
  }

  #take(length: number): Buffer {
    if (length > this.left) throw new JuteError('a packet of ZooKeeper is cut short');
    const part = this.bytes.subarray(this.#offset, this.#offset + length);
    this.#offset += length;
    return part;
  }
}

/** ZooKeeper's own limit (`jute.maxbuffer`). */
const LARGEST_PACKET = 1024 * 1024;

/** Cuts what arrives into packets. */
export class PacketCutter {
  #buffer: Buffer = Buffer.alloc(0);

  /** The packets that are complete now. Throws JuteError for one of impossible size. */
  add(chunk: Buffer): Buffer[] {
    this.#buffer = Buffer.concat([this.#buffer, chunk]);
    const packets: Buffer[] = [];
    while (this.#buffer.length >= 4) {
      const length = this.#buffer.readInt32BE();
      if (length < 0 || length > LARGEST_PACKET)
        throw new JuteError(`this is no ZooKeeper server: it sends a packet of ${length} bytes`);
      if (this.#buffer.length < 4 + length) break;
      packets.push(this.#buffer.subarray(4, 4 + length));
      this.#buffer = this.#buffer.subarray(4 + length);
    }
    return packets;
  }
}
