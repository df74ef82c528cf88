import type { Clock } from '../base/clock.js';
import type { Logger } from '../base/logging.js';
import type { Response, ResponseCode, Result } from '../model/response.js';
import type { Reply } from '../scheduler/reply.js';
import { completeCall, type ApiCall, BadArgumentsError } from '../thrift/api.js';
import { MISSING } from '../thrift/complete.js';
import { callApi, isReadOnly, type ApiContext } from './api-methods.js';
import { StoppedError, type CommitLoop } from './commit-loop.js';
import type { Metrics } from './metrics.js';

export interface ApiServiceDependencies {
  readonly clusterName: string;
  readonly context: ApiContext;
  readonly commits: CommitLoop;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly logger: Logger;
  /** A change that broke off in the middle: memory can no longer be trusted, and the process must end. */
  readonly fail: (error: unknown) => void;
}

/** The API behind every protocol: runs a call, waits for its commit, and dresses the reply as a Response. */
export class ApiService {
  readonly #dependencies: ApiServiceDependencies;

  constructor(dependencies: ApiServiceDependencies) {
    this.#dependencies = dependencies;
  }

  async call(given: ApiCall): Promise<Response> {
    const { context, commits, metrics, clock, logger, fail } = this.#dependencies;
    const startMs = clock.monotonicMs();
    const { method, args } = completeCall(given);
    let response: Response;
    try {
      response = this.#respond(await commits.run(() => callApi(method, args, context)));
    } catch (error) {
      if (error instanceof StoppedError) response = this.#failure('ERROR_TRANSIENT', 'Storage is not READY');
      else {
        const message = error instanceof Error ? error.message : String(error);
        logger.error('API call failed', { method, error: error instanceof Error ? error.stack : message });
        if (!isReadOnly(method)) fail(error);
        response = this.#failure('ERROR', message);
      }
    }
    metrics.apiCall(method, (clock.monotonicMs() - startMs) * 1e6, response.responseCode);
    return response;
  }

  /** The answer to a call whose arguments do not fit the method. */
  refuseArguments(error: BadArgumentsError): Response {
    this.#dependencies.metrics.apiCall(error.envelope.method, 0, 'INVALID_REQUEST');
    return this.#failure('INVALID_REQUEST', argumentsProblem(error));
  }

  #respond({ code, messages, value }: Reply<Result>): Response {
    return {
      responseCode: code,
      serverInfo: this.#serverInfo(),
      ...(value !== undefined && { result: value }),
      details: messages.map((message) => ({ message })),
    };
  }

  #failure(responseCode: ResponseCode, message: string): Response {
    return { responseCode, serverInfo: this.#serverInfo(), details: [{ message }] };
  }

  #serverInfo(): Response['serverInfo'] {
    return { clusterName: this.#dependencies.clusterName, statsUrlPrefix: '' };
  }
}

/** Where the original has a sentence of its own for a missing part, it is said. */
function argumentsProblem(error: BadArgumentsError): string {
  if (error.reason !== MISSING) return error.message;
  return MISSING_MESSAGES.get(error.path) ?? error.message;
}

const MISSING_MESSAGES = new Map([
  ['description.taskConfig', 'Job configuration must have taskConfig set.'],
  ['config.taskConfig', 'Job configuration must have taskConfig set.'],
]);
