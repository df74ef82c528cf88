import { connect, type Socket } from 'node:net';
import type { Clock, Timer } from '../../base/clock.js';
import type { Logger } from '../../base/logging.js';
import { JuteReader, PacketCutter, type JuteWriter } from './jute.js';
import {
  connectRequest,
  NO_SESSION,
  OPERATION,
  requestHeader,
  SPECIAL_XID,
  writeCreate,
  ZooKeeperError,
  type NewNode,
  type Session,
} from './zookeeper-protocol.js';

export interface SessionOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  /** `HOST:PORT` of each server of the ensemble. */
  readonly servers: readonly string[];
  readonly timeoutMs: number;
  readonly auth: ReadonlyArray<{ readonly scheme: string; readonly credential: string }>;
  /** Connected and authenticated; `fresh` when nothing of an earlier session is left. */
  readonly onReady: (fresh: boolean) => void;
}

const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 10_000;

/** The connection went while a request was under way: whether it was carried out is unknown. */
export class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost';
}

interface Call {
  readonly what: string;
  readonly resolve: (reply: JuteReader) => void;
  readonly reject: (error: Error) => void;
}

/**
 * One session with a ZooKeeper ensemble, kept until `close`: one server after the other is tried, the session
 * is taken along from connection to connection, and a new one is begun when it has expired.
 *
 *     CONNECTING --answer--> AUTHENTICATING --all accepted--> READY --silence, end--> (wait) --> CONNECTING
 */
export class ZooKeeperSession {
  /** Why there is no connection now, for people. */
  problem: string | undefined;
  readonly #options: SessionOptions;
  readonly #calls = new Map<number, Call>();
  #session: Session;
  #socket: Socket | undefined;
  #state: 'CONNECTING' | 'AUTHENTICATING' | 'READY' | 'WAITING' | 'CLOSED' = 'WAITING';
  #lastXid = 0;
  #unauthenticated = 0;
  #server = 0;
  #retryMs = FIRST_RETRY_MS;
  #fresh = true;
  #givingUp = false;
  #timer: Timer | undefined;
  #lastHeardMs = 0;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#session = { ...NO_SESSION, timeoutMs: options.timeoutMs };
    this.#connect();
  }

  get isReady(): boolean {
    return this.#state === 'READY';
  }

  /** The path of the new node. */
  async create(node: NewNode): Promise<string> {
    const reply = await this.#request(`create ${node.path}`, OPERATION.create, (request) => {
      writeCreate(request, node);
    });
    return reply.text();
  }

  async delete(path: string): Promise<void> {
    await this.#request(`delete ${path}`, OPERATION.delete, (request) => request.text(path).int(-1));
  }

  /** Gives up everything that hangs on this session, as soon as the ensemble can be told, and begins another. */
  restart(): void {
    if (this.#state !== 'READY') {
      this.#givingUp = true;
      return;
    }
    this.#send(requestHeader(++this.#lastXid, OPERATION.close));
    this.#begin('the session is given up');
  }

  /** Ends the session: its nodes go at once where the ensemble can be reached, else when it expires. */
  close(): void {
    const ready = this.#state === 'READY';
    this.#state = 'CLOSED';
    this.#timer?.cancel();
    if (ready) this.#socket?.end(requestHeader(++this.#lastXid, OPERATION.close).packet);
    else this.#socket?.destroy();
    this.#failCalls('the session is closed');
  }

  /** Leaves the session to itself: its nodes stay until it expires. */
  abandon(): void {
    this.#state = 'CLOSED';
    this.#timer?.cancel();
    this.#socket?.destroy();
    this.#failCalls('the session is abandoned');
  }

  #connect(): void {
    const { servers, clock } = this.#options;
    const server = servers[this.#server++ % servers.length] ?? '';
    const colon = server.lastIndexOf(':');
    const socket = connect(Number(server.slice(colon + 1)), server.slice(0, colon));
    const cutter = new PacketCutter();
    this.#socket = socket;
    this.#state = 'CONNECTING';
    this.#lastHeardMs = clock.monotonicMs();
    socket.on('connect', () => socket.write(connectRequest(this.#session).packet));
    socket.on('data', (chunk) => {
      if (socket !== this.#socket) return;
      this.#lastHeardMs = clock.monotonicMs();
      try {
        for (const packet of cutter.add(chunk)) this.#onPacket(new JuteReader(packet));
      } catch (error) {
        this.#lose(`${server}: ${(error as Error).message}`);
      }
    });
    socket.on('error', (error) => {
      if (socket === this.#socket) this.#lose(`${server}: ${error.message || error.name}`);
    });
    socket.on('close', () => {
      if (socket === this.#socket) this.#lose(`${server} has closed the connection`);
    });
    this.#watch(server);
  }

  /** A third of the session's time between pings, two thirds of silence are the end of a connection. */
  #watch(server: string): void {
    const { clock } = this.#options;
    const third = Math.max(1, this.#session.timeoutMs / 3);
    this.#timer?.cancel();
    this.#timer = clock.after(third, () => {
      if (clock.monotonicMs() - this.#lastHeardMs >= 2 * third) this.#lose(`${server} does not answer`);
      else {
        if (this.#state === 'READY') this.#send(requestHeader(SPECIAL_XID.ping, OPERATION.ping));
        this.#watch(server);
      }
    });
  }

  #onPacket(packet: JuteReader): void {
    if (this.#state === 'CLOSED') return;
    if (this.#state === 'CONNECTING') {
      this.#onConnected(packet);
      return;
    }
    const xid = packet.int();
    const zxid = packet.long();
    const code = packet.int();
    if (zxid > this.#session.zxid) this.#session = { ...this.#session, zxid };
    if (xid === SPECIAL_XID.auth) this.#onAuthenticated(code);
    const call = this.#calls.get(xid);
    if (!call) return;
    this.#calls.delete(xid);
    if (code === 0) call.resolve(packet);
    else call.reject(new ZooKeeperError(code, call.what));
  }

  /** A time-out of 0 says that the session which was asked for has expired. */
  #onConnected(packet: JuteReader): void {
    packet.int();
    const timeoutMs = packet.int();
    const id = packet.long();
    if (timeoutMs <= 0) {
      this.#begin('the ZooKeeper session has expired');
      return;
    }
    this.#session = { ...this.#session, id, timeoutMs, password: Buffer.from(packet.buffer()) };
    this.#state = 'AUTHENTICATING';
    const { auth } = this.#options;
    this.#unauthenticated = auth.length;
    for (const { scheme, credential } of auth)
      this.#send(requestHeader(SPECIAL_XID.auth, OPERATION.auth).int(0).text(scheme).text(credential));
    if (auth.length === 0) this.#ready();
  }

  #begin(reason: string): void {
    this.#options.logger.info('a new ZooKeeper session', { reason });
    this.#session = { ...NO_SESSION, timeoutMs: this.#options.timeoutMs };
    this.#fresh = true;
    this.#givingUp = false;
    this.#lose(reason);
  }

  #onAuthenticated(code: number): void {
    if (code !== 0) this.#lose(new ZooKeeperError(code, 'ZooKeeper').message);
    else if (--this.#unauthenticated === 0) this.#ready();
  }

  #ready(): void {
    const fresh = this.#fresh;
    this.#state = 'READY';
    if (this.#givingUp) {
      this.restart();
      return;
    }
    this.#fresh = false;
    this.#retryMs = FIRST_RETRY_MS;
    this.problem = undefined;
    this.#options.onReady(fresh);
  }

  #lose(problem: string): void {
    if (this.#state === 'CLOSED' || this.#state === 'WAITING') return;
    this.#options.logger.debug('ZooKeeper', { problem });
    this.problem = problem;
    // What has been written, a farewell too, still goes out.
    if (this.#state === 'READY') this.#socket?.destroySoon();
    else this.#socket?.destroy();
    this.#state = 'WAITING';
    this.#socket = undefined;
    this.#timer?.cancel();
    this.#timer = this.#options.clock.after(this.#retryMs, () => {
      this.#connect();
    });
    this.#retryMs = Math.min(LAST_RETRY_MS, this.#retryMs * 2);
    this.#failCalls(problem);
  }

  #failCalls(problem: string): void {
    const calls = [...this.#calls.values()];
    this.#calls.clear();
    for (const call of calls) call.reject(new ConnectionLost(problem));
  }

  #request(what: string, operation: number, write: (request: JuteWriter) => void): Promise<JuteReader> {
    if (this.#state !== 'READY') return Promise.reject(new ConnectionLost(this.problem ?? 'not connected'));
    const xid = (this.#lastXid = (this.#lastXid % 0x7fff_fffe) + 1);
    const request = requestHeader(xid, operation);
    write(request);
    return new Promise((resolve, reject) => {
      this.#calls.set(xid, { what, resolve, reject });
      this.#send(request);
    });
  }

  #send(request: JuteWriter): void {
    this.#socket?.write(request.packet);
  }
}
