import { Agent as HttpAgent, request } from 'node:http';
import type { Logger } from '../base/logging.js';
import type { Command } from '../scheduler/output.js';
import { structNamed } from '../thrift/codec.js';
import { loadSchema } from '../thrift/load-schema.js';
import { toJson } from '../thrift/simple-json.js';
import type { ValueType } from '../thrift/schema.js';

export interface AgentLinkDependencies {
  readonly agentId: string;
  readonly socketPath: string;
  readonly logger: Logger;
  /** A launch that surely did not reach the agent: the task will never run there. */
  readonly onUndelivered: (taskId: string, reason: string) => void;
}

/** Commands for one task keep their order; commands for different tasks share this many connections. */
const LANES = 4;
const TIMEOUT_MS = 15_000;
const LARGEST_REPLY_BYTES = 16 << 20;

/**
 * The scheduler's way to one agent. Launches and kills are sent at most once; what may or may not have
 * arrived is asked for when the agent is heard of next.
 */
export class AgentLink {
  readonly #dependencies: AgentLinkDependencies;
  readonly #connections = new HttpAgent({ keepAlive: true, maxSockets: LANES + 2, maxFreeSockets: 1 });
  readonly #lanes: Array<Promise<void>> = Array.from({ length: LANES }, () => Promise.resolve());
  readonly #doubtful = new Set<string>();
  #assignedTask: ValueType | undefined;

  constructor(dependencies: AgentLinkDependencies) {
    this.#dependencies = dependencies;
  }

  get socketPath(): string {
    return this.#dependencies.socketPath;
  }

  send(command: Command): void {
    if (command.kind === 'reconcile') {
      // A question that overtakes a launch would be answered with LOST.
      void Promise.all(this.#lanes).then(() => this.#carryOut(command));
      return;
    }
    const lane = laneOf(command.kind === 'launch' ? command.task.taskId : command.taskId);
    this.#lanes[lane] = (this.#lanes[lane] ?? Promise.resolve()).then(() => this.#carryOut(command));
  }

  /** The agent lives: asks after the tasks whose commands may have been lost. */
  heard(): void {
    if (this.#doubtful.size === 0) return;
    const taskIds = [...this.#doubtful];
    this.#doubtful.clear();
    this.send({ kind: 'reconcile', agentId: this.#dependencies.agentId, taskIds });
  }

  /** One JSON exchange with the agent; rejects on a broken connection and with AgentRefusal on a refusal. */
  exchange(method: 'GET' | 'POST', path: string, body?: unknown, timeoutMs = TIMEOUT_MS): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const text = body === undefined ? undefined : JSON.stringify(body);
      const outgoing = request(
        {
          socketPath: this.socketPath,
          method,
          path,
          agent: this.#connections,
          timeout: timeoutMs,
          headers: {
            host: 'localhost',
            ...(text !== undefined && {
              'content-type': 'application/json',
              'content-length': Buffer.byteLength(text),
            }),
          },
        },
        (response) => {
          const chunks: Buffer[] = [];
          let size = 0;
          response.on('data', (chunk: Buffer) => {
            size += chunk.length;
            if (size > LARGEST_REPLY_BYTES)
              outgoing.destroy(new Error('the agent answers with more than 16 MB'));
            else chunks.push(chunk);
          });
          response.on('error', reject);
          response.on('end', () => {
            const reply = Buffer.concat(chunks).toString('utf8');
            if (response.statusCode === 200) settle(reply, resolve, reject);
            else reject(new AgentRefusal(response.statusCode ?? 0, reply));
          });
        },
      );
      outgoing.on('timeout', () => {
        outgoing.destroy(new Error(`the agent does not answer within ${timeoutMs / 1000} s`));
      });
      outgoing.on('error', reject);
      outgoing.end(text);
    });
  }

  close(): void {
    this.#connections.destroy();
  }

  async #carryOut(command: Command): Promise<void> {
    try {
      await this.exchange('POST', ...this.#messageFor(command));
    } catch (error) {
      this.#failed(command, error as NodeJS.ErrnoException);
    }
  }

  #messageFor(command: Command): [path: string, body: unknown] {
    switch (command.kind) {
      case 'launch':
        this.#assignedTask ??= structNamed(loadSchema('api.thrift'), 'AssignedTask');
        return ['/v1/launch', { task: toJson(this.#assignedTask, command.task) }];
      case 'kill':
        return [
          '/v1/kill',
          {
            taskId: command.taskId,
            ...(command.message !== undefined && { message: command.message }),
          },
        ];
      case 'reconcile':
        return ['/v1/reconcile', command.taskIds === undefined ? {} : { taskIds: command.taskIds }];
    }
  }

  #failed(command: Command, error: NodeJS.ErrnoException): void {
    const { agentId, logger, onUndelivered } = this.#dependencies;
    logger.warn(`${command.kind} did not reach the agent`, { agentId, error: error.message });
    if (command.kind === 'launch') {
      const { taskId } = command.task;
      if (error instanceof AgentRefusal) onUndelivered(taskId, error.message);
      else if (NOBODY_LISTENS.has(error.code ?? '')) onUndelivered(taskId, 'The agent is not running');
      else this.#doubtful.add(taskId);
    } else if (command.kind === 'kill') this.#doubtful.add(command.taskId);
  }
}

/** The agent understood and said no. */
export class AgentRefusal extends Error {
  override readonly name = 'AgentRefusal';

  constructor(
    readonly status: number,
    readonly body: string,
  ) {
    super(refusalText(body) ?? `the agent answers ${status}`);
  }
}

const NOBODY_LISTENS: ReadonlySet<string> = new Set(['ECONNREFUSED', 'ENOENT']);

function refusalText(body: string): string | undefined {
  try {
    const { error } = JSON.parse(body) as { error?: unknown };
    return typeof error === 'string' ? error : undefined;
  } catch {
    return undefined;
  }
}

function settle(text: string, resolve: (value: unknown) => void, reject: (error: Error) => void): void {
  try {
    resolve(JSON.parse(text));
  } catch {
    reject(new Error(`the agent's answer is not JSON: ${text.slice(0, 100)}`));
  }
}

function laneOf(taskId: string): number {
  let hash = 0;
  for (let index = 0; index < taskId.length; index++) hash = (hash * 31 + taskId.charCodeAt(index)) >>> 0;
  return hash % LANES;
}
