import { Agent as HttpAgent, request } from 'node:http';

/** JSON over HTTP to one unix socket, connections kept open. A refusal or a broken connection rejects. */
export class SchedulerClient {
  readonly #socketPath: string;
  readonly #connections = new HttpAgent({ keepAlive: true, maxSockets: 4 });

  constructor(socketPath: string) {
    this.#socketPath = socketPath;
  }

  post<T>(path: string, body: unknown): Promise<T> {
    return this.#attempt<T>(path, JSON.stringify(body), true);
  }

  close(): void {
    this.#connections.destroy();
  }

  #attempt<T>(path: string, body: string, mayRepeat: boolean): Promise<T> {
    return new Promise((resolve, reject) => {
      const call = request(
        {
          socketPath: this.#socketPath,
          method: 'POST',
          path,
          agent: this.#connections,
          timeout: TIMEOUT_MS,
          headers: {
            host: 'localhost',
            'content-type': 'application/json',
            'content-length': Buffer.byteLength(body),
          },
        },
        (response) => {
          const chunks: Buffer[] = [];
          let size = 0;
          response.on('data', (chunk: Buffer) => {
            size += chunk.length;
            if (size > LARGEST_REPLY) call.destroy(new Error(`${path}: the reply is larger than 16 MB`));
            else chunks.push(chunk);
          });
          response.on('end', () => {
            const text = Buffer.concat(chunks).toString('utf8');
            if (response.statusCode !== 200)
              reject(new SchedulerRefusal(path, response.statusCode ?? 0, text));
            else settle(path, text, resolve as (value: unknown) => void, reject);
          });
          response.on('error', reject);
        },
      );
      call.on('timeout', () => {
        call.destroy(new Error(`${path}: no answer from the scheduler within ${TIMEOUT_MS / 1000} s`));
      });
      call.on('error', (error: NodeJS.ErrnoException) => {
        // The server closed a kept connection just as it was used again: one fresh try is not a repetition.
        if (mayRepeat && call.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE'))
          this.#attempt<T>(path, body, false).then(resolve, reject);
        else reject(error);
      });
      call.end(body);
    });
  }
}

export class SchedulerRefusal extends Error {
  override readonly name = 'SchedulerRefusal';

  constructor(path: string, status: number, body: string) {
    super(`${path}: the scheduler answered ${status}: ${body.slice(0, 300)}`);
  }
}

const TIMEOUT_MS = 15_000;
const LARGEST_REPLY = 16 * 1024 * 1024;

function settle(
  path: string,
  text: string,
  resolve: (value: unknown) => void,
  reject: (e: Error) => void,
): void {
  try {
    resolve(JSON.parse(text));
  } catch {
    reject(new Error(`${path}: the scheduler's reply is not JSON: ${text.slice(0, 100)}`));
  }
}
