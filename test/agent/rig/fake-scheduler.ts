import { createServer, request, type IncomingMessage, type Server } from 'node:http';
import { join } from 'node:path';
import type { AgentHeartbeat, AgentRegistration, StatusUpdate } from '../../../src/model/agent-protocol.js';

/** The scheduler's side of the agent protocol, which tests look into and disturb. */
export class FakeScheduler {
  readonly updates: StatusUpdate[] = [];
  readonly registrations: AgentRegistration[] = [];
  readonly heartbeats: AgentHeartbeat[] = [];
  readonly socketPath: string;
  readonly agentSocketPath: string;
  acknowledge = true;
  knowsAgent = true;
  heartbeatIntervalMs = 100;
  #server: Server | undefined;
  #waiting: Array<() => void> = [];

  constructor(directory: string) {
    this.socketPath = join(directory, 's.sock');
    this.agentSocketPath = join(directory, 'a.sock');
  }

  async start(): Promise<void> {
    const server = createServer((incoming, response) => {
      void readBody(incoming).then((body) => {
        const reply = JSON.stringify(this.#reply(incoming.url ?? '', body));
        response.writeHead(200, { 'content-type': 'application/json' }).end(reply);
        for (const look of this.#waiting) look();
      });
    });
    this.#server = server;
    await new Promise<void>((resolve) => server.listen(this.socketPath, resolve));
  }

  stop(): void {
    this.#server?.close();
    this.#server?.closeAllConnections();
    this.#server = undefined;
  }

  /** Resolves as soon as something the agent sent makes `found` defined. */
  async until<T>(found: () => T | undefined): Promise<T> {
    for (;;) {
      const value = found();
      if (value !== undefined) return value;
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
      });
      this.#waiting = [];
    }
  }

  /** `STATUS: message` of a task's updates, in order, each uuid once. */
  statusesOf(taskId: string): string[] {
    return this.updates
      .filter((update) => update.taskId === taskId)
      .map(({ status, message }) => (message === undefined ? status : `${status}: ${message}`));
  }

  async untilStatus(taskId: string, status: string): Promise<StatusUpdate> {
    return this.until(() =>
      this.updates.find((update) => update.taskId === taskId && update.status === status),
    );
  }

  async untilEnd(taskId: string): Promise<string[]> {
    const ends = new Set(['FINISHED', 'FAILED', 'KILLED', 'LOST']);
    await this.until(() =>
      this.updates.find((update) => update.taskId === taskId && ends.has(update.status)),
    );
    return this.statusesOf(taskId);
  }

  async untilRegistered(count = 1): Promise<AgentRegistration> {
    await this.until(() => (this.registrations.length >= count ? true : undefined));
    const registration = this.registrations.at(-1);
    if (!registration) throw new Error('no registration');
    return registration;
  }

  /** One exchange with the agent; rejects on a status other than 200. */
  call<T>(method: 'GET' | 'POST', path: string, body?: unknown): Promise<T> {
    return exchange(this.agentSocketPath, method, path, body).then(({ status, text }) => {
      if (status !== 200) throw new Error(`${status}: ${text}`);
      return JSON.parse(text) as T;
    });
  }

  #reply(path: string, body: unknown): unknown {
    switch (path) {
      case '/agent/v1/register':
        this.registrations.push(body as AgentRegistration);
        this.knowsAgent = true;
        return { heartbeatIntervalMs: this.heartbeatIntervalMs };
      case '/agent/v1/heartbeat':
        this.heartbeats.push(body as AgentHeartbeat);
        return { known: this.knowsAgent };
      case '/agent/v1/updates': {
        if (!this.acknowledge) return { acknowledged: [] };
        const { updates } = body as { updates: StatusUpdate[] };
        for (const update of updates)
          if (!this.updates.some((known) => known.uuid === update.uuid)) this.updates.push(update);
        return { acknowledged: updates.map((update) => update.uuid) };
      }
      default:
        throw new Error(`unexpected request ${path}`);
    }
  }
}

export interface Reply {
  readonly status: number;
  readonly text: string;
  readonly headers: IncomingMessage['headers'];
}

export function exchange(socketPath: string, method: string, path: string, body?: unknown): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const call = request({ socketPath, method, path, agent: false }, (response) => {
      void readText(response).then((reply) => {
        resolve({ status: response.statusCode ?? 0, text: reply, headers: response.headers });
      });
    });
    call.on('error', reject);
    call.end(text);
  });
}

async function readBody(incoming: IncomingMessage): Promise<unknown> {
  return JSON.parse(await readText(incoming)) as unknown;
}

async function readText(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
