import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Logger } from '../base/logging.js';
import type { CoordinatorAnswer, CoordinatorQuestion } from '../scheduler/sla-coordinator.js';
import { structNamed } from '../thrift/codec.js';
import { loadSchema } from '../thrift/load-schema.js';
import { parseJson } from '../thrift/parse-json.js';
import { toJson } from '../thrift/simple-json.js';

const LARGEST_ANSWER_BYTES = 1 << 20;
const DEFAULT_STATUS_KEY = 'drain';

/**
 * Asks a job's coordinator over HTTP, as the original does: `POST URL?task=KEY` with the task as JSON; a yes is status
 * 200 and an object in which the policy's `statusKey` is true. Redirects are not followed. Never rejects.
 */
export async function askCoordinator(
  question: CoordinatorQuestion,
  timeoutMs: number,
  logger: Logger,
): Promise<CoordinatorAnswer> {
  const { policy, taskKey } = question;
  try {
    const { status, body } = await post(urlOf(question), messageOf(question), timeoutMs);
    if (status !== 200) {
      logger.warn('an SLA coordinator refused', { task: taskKey, url: policy.coordinatorUrl, status });
      return 'user-error';
    }
    const said = allowed(body, policy.statusKey || DEFAULT_STATUS_KEY);
    if (said === undefined) {
      logger.warn('an SLA coordinator did not answer yes or no', {
        task: taskKey,
        url: policy.coordinatorUrl,
      });
      return 'user-error';
    }
    return said ? 'yes' : 'no';
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    logger.warn('an SLA coordinator could not be asked', {
      task: taskKey,
      url: policy.coordinatorUrl,
      reason,
    });
    return 'error';
  }
}

function urlOf({ policy, taskKey }: CoordinatorQuestion): URL {
  const url = new URL(policy.coordinatorUrl);
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new Error(`a coordinator is asked over http or https, not ${url.protocol}`);
  url.searchParams.set('task', taskKey);
  return url;
}

function messageOf({ task, taskKey, forceMaintenanceCountdownMs }: CoordinatorQuestion): string {
  return JSON.stringify({
    taskConfig: toJson(structNamed(loadSchema('api.thrift'), 'ScheduledTask'), task),
    task: taskKey,
    forceMaintenanceCountdownMs: String(forceMaintenanceCountdownMs),
  });
}

interface Answer {
  readonly status: number;
  readonly body: Buffer;
}

/** The limit is for the whole exchange: a service that sends a byte now and then is not waited for. */
function post(url: URL, message: string, timeoutMs: number): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = (url.protocol === 'https:' ? httpsRequest : httpRequest)(
      url,
      {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(message) },
        signal: AbortSignal.timeout(timeoutMs),
      },
      (response) => {
        collect(response).then(resolve, (error: unknown) => {
          outgoing.destroy();
          reject(error instanceof Error ? error : new Error(String(error)));
        });
      },
    );
    outgoing.on('error', reject);
    outgoing.end(message);
  });
}

async function collect(response: IncomingMessage): Promise<Answer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > LARGEST_ANSWER_BYTES) throw new Error('the answer is larger than 1 MB');
    chunks.push(chunk);
  }
  return { status: response.statusCode ?? 0, body: Buffer.concat(chunks) };
}

/** Undefined when it says neither. */
function allowed(body: Buffer, statusKey: string): boolean | undefined {
  let value: unknown;
  try {
    value = parseJson(body);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, statusKey)) return undefined;
  const said = (value as Record<string, unknown>)[statusKey];
  return typeof said === 'boolean' ? said : undefined;
}
