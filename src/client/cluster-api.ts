import type { Transport } from './transport.js';

/** A refusal of the scheduler's JSON endpoints, in its own words. */
export class ClusterApiError extends Error {
  override readonly name = 'ClusterApiError';

  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** What Aurora's API does not have, as JSON over the local scheduler's socket. */
export class ClusterApi {
  constructor(
    private readonly transport: Transport,
    private readonly socketPath: string,
    private readonly interrupted: AbortSignal,
  ) {}

  /** The caller names the type that the endpoint is documented to answer with. */
  async get(path: string, query: ReadonlyArray<readonly [string, string]> = []): Promise<unknown> {
    const text = new URLSearchParams(
      query.map(([name, value]): [string, string] => [name, value]),
    ).toString();
    return this.#exchange('GET', text === '' ? path : `${path}?${text}`);
  }

  async post(path: string, body: unknown): Promise<unknown> {
    return this.#exchange('POST', path, Buffer.from(JSON.stringify(body)));
  }

  async #exchange(method: 'GET' | 'POST', path: string, body?: Uint8Array): Promise<unknown> {
    const reply = await this.transport.send({
      method,
      url: `http://localhost${path}`,
      socketPath: this.socketPath,
      headers: body ? [['Content-Type', 'application/json']] : [],
      timeoutMs: 60_000,
      interrupted: this.interrupted,
      ...(body ? { body } : {}),
    });
    const text = Buffer.from(reply.body).toString('utf8');
    if (reply.status >= 200 && reply.status < 300) return JSON.parse(text) as unknown;
    throw new ClusterApiError(reply.status, refusalOf(text) ?? `${reply.status} ${reply.reason}`);
  }
}

function refusalOf(text: string): string | undefined {
  try {
    const { error } = JSON.parse(text) as { error?: unknown };
    return typeof error === 'string' ? error : undefined;
  } catch {
    return undefined;
  }
}
