import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { JuteReader, JuteWriter, PacketCutter } from '../../../src/agent/announce/jute.js';

interface Node {
  readonly data: string;
  readonly acl: string;
  /** Session that it goes with; 0 stays. */
  readonly owner: bigint;
}

/** A ZooKeeper server in memory, with as much of the protocol as an announcer needs, that tests disturb. */
export class FakeZooKeeper {
  readonly nodes = new Map<string, Node>([['/', { data: '', acl: '', owner: 0n }]]);
  readonly sessions = new Set<bigint>();
  readonly auth: string[] = [];
  /** Creates are carried out, but the connection breaks before the answer. */
  swallowCreates = 0;
  /** Answered to every create, when not 0. */
  createCode = 0;
  authCode = 0;
  silent = false;
  port = 0;
  readonly #sockets = new Set<Socket>();
  readonly #waiting = new Set<() => void>();
  #server: Server | undefined;
  #lastSession = 0n;
  #lastZxid = 0n;
  #sequence = 0;

  async listen(): Promise<void> {
    const server = createServer((socket) => {
      this.#serve(socket);
    });
    this.#server = server;
    await new Promise<void>((resolve) => server.listen(this.port, '127.0.0.1', resolve));
    this.port = (server.address() as AddressInfo).port;
  }

  close(): void {
    this.#server?.close();
    this.breakConnections();
  }

  breakConnections(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** As after a partition that lasted longer than the sessions' time. */
  expireSessions(): void {
    for (const id of [...this.sessions]) this.#endSession(id);
    this.breakConnections();
  }

  /** Paths of the members. */
  get members(): string[] {
    return [...this.nodes].filter(([, node]) => node.owner !== 0n).map(([path]) => path);
  }

  /** Resolves as soon as a change of the nodes makes this true. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) {
      await new Promise<void>((resolve) => {
        const look = (): void => {
          this.#waiting.delete(look);
          resolve();
        };
        this.#waiting.add(look);
      });
    }
  }

  #serve(socket: Socket): void {
    const cutter = new PacketCutter();
    let session: bigint | undefined;
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      for (const bytes of cutter.add(chunk)) {
        const packet = new JuteReader(bytes);
        if (session === undefined) session = this.#connect(socket, packet);
        else if (!this.silent) this.#answer(socket, packet, session);
      }
      for (const look of [...this.#waiting]) look();
    });
  }

  #connect(socket: Socket, packet: JuteReader): bigint {
    packet.int();
    packet.long();
    const timeoutMs = packet.int();
    const asked = packet.long();
    const known = asked === 0n || this.sessions.has(asked);
    const id = asked === 0n ? ++this.#lastSession : asked;
    if (known) this.sessions.add(id);
    const reply = new JuteWriter()
      .int(0)
      .int(known ? timeoutMs : 0)
      .long(known ? id : 0n);
    if (!this.silent) socket.write(reply.buffer(Buffer.alloc(16, 7)).boolean(false).packet);
    return id;
  }

  #answer(socket: Socket, packet: JuteReader, session: bigint): void {
    const xid = packet.int();
    const reply = (code: number): JuteWriter => new JuteWriter().int(xid).long(++this.#lastZxid).int(code);
    switch (packet.int()) {
      case 1: {
        const [code, path] = this.#create(packet, session);
        if (this.swallowCreates > 0) {
          this.swallowCreates--;
          socket.destroy();
          return;
        }
        socket.write((code === 0 ? reply(0).text(path) : reply(code)).packet);
        return;
      }
      case 2:
        socket.write(reply(this.nodes.delete(packet.text()) ? 0 : -101).packet);
        return;
      case 11:
        socket.write(reply(0).packet);
        return;
      case 100:
        packet.int();
        this.auth.push(`${packet.text()} ${packet.text()}`);
        socket.write(reply(this.authCode).packet);
        if (this.authCode !== 0) socket.end();
        return;
      case -11:
        this.#endSession(session);
        socket.end(reply(0).packet);
        return;
      default:
        throw new Error('an unknown request');
    }
  }

  #create(packet: JuteReader, session: bigint): readonly [number, string] {
    const asked = packet.text();
    const data = packet.text();
    const acl = Array.from(
      { length: packet.int() },
      () => `${packet.int()} ${packet.text()} ${packet.text()}`,
    );
    const flags = packet.int();
    const parent = asked.slice(0, asked.lastIndexOf('/')) || '/';
    if (this.createCode !== 0) return [this.createCode, ''];
    if (!this.nodes.has(parent)) return [-101, ''];
    const path = flags === 3 ? `${asked}${String(this.#sequence++).padStart(10, '0')}` : asked;
    if (this.nodes.has(path)) return [-110, ''];
    this.nodes.set(path, { data, acl: acl.join(), owner: flags === 3 ? session : 0n });
    return [0, path];
  }

  #endSession(id: bigint): void {
    this.sessions.delete(id);
    for (const [path, node] of this.nodes) if (node.owner === id) this.nodes.delete(path);
  }
}
