/** Carries one HTTP exchange to a scheduler; injected, so that tests script the scheduler. */
export interface Transport {
  send(request: HttpRequest): Promise<HttpReply>;
}

export interface HttpRequest {
  readonly method: 'GET' | 'HEAD' | 'POST';
  /** Absolute; with a socket path only its path and query count. */
  readonly url: string;
  /** A unix socket to speak through. */
  readonly socketPath?: string;
  readonly headers: ReadonlyArray<readonly [string, string]>;
  readonly body?: Uint8Array;
  /** Milliseconds of silence after which the exchange fails; none when absent. */
  readonly timeoutMs?: number;
  readonly interrupted?: AbortSignal;
}

export interface HttpReply {
  readonly status: number;
  readonly reason: string;
  /** By lower-case name. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Uint8Array;
}

/** The exchange did not take place, or broke off. */
export class TransportError extends Error {
  override readonly name: string = 'TransportError';

  constructor(
    message: string,
    /** Node's code of the cause: ECONNREFUSED, ENOENT, ECONNRESET. */
    readonly code?: string,
  ) {
    super(message);
  }
}
