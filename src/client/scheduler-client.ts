import type { Clock } from '../base/clock.js';
import type { Response } from '../model/response.js';
import { callMethod, type ApiArguments, type ApiMethod } from '../thrift/api.js';
import { ThriftError } from '../thrift/thrift-error.js';
import { sleep } from './interruption.js';
import type { SchedulerAddress } from './scheduler-address.js';
import { SchedulerError } from './scheduler-error.js';
import { TransportError, type HttpReply, type Transport } from './transport.js';

/** What calls need from outside. */
export interface ClientServices {
  readonly transport: Transport;
  readonly clock: Clock;
  readonly interrupted: AbortSignal;
  /** Why the scheduler has ended, where that can be known. */
  readonly lastWords?: () => string | undefined;
  readonly log: (level: 'DEBUG' | 'INFO' | 'WARN' | 'ERROR', message: string) => void;
}

export interface ClientOptions {
  readonly userAgent: 'Aurora V2' | 'Aurora Admin';
  /** Ask this scheduler although it may not be the leader. */
  readonly bypassLeaderRedirect?: boolean;
}

/** The time that retries of one call may take, and the wait between them. */
const CALL_LIMIT_MS = 10 * 60_000;
const RETRY_INTERVAL_MS = 5_000;

/** Methods that may be repeated after a broken exchange: reads, and two whose repetition is harmless. */
const IDEMPOTENT: ReadonlySet<ApiMethod> = new Set<ApiMethod>([
  'getTasksStatus',
  'getTasksWithoutConfigs',
  'getJobs',
  'getQuota',
  'getTierConfigs',
  'populateJobConfig',
  'getJobUpdateSummaries',
  'getJobUpdateDetails',
  'getJobUpdateDiff',
  'getPendingReason',
  'getRoleSummary',
  'getJobSummary',
  'getConfigSummary',
  'maintenanceStatus',
  'queryRecovery',
  'startJobUpdate',
  'restartShards',
]);

/** Calls one cluster's scheduler, with the original's retries: they differ for reads and for changes. */
export class SchedulerClient {
  constructor(
    readonly cluster: string,
    readonly address: SchedulerAddress,
    private readonly services: ClientServices,
    private readonly options: ClientOptions,
  ) {}

  /** The scheduler's page at `path`, for people. */
  pageUrl(...path: readonly string[]): string {
    return [new URL('scheduler', this.address.pagesUrl).href, ...path].join('/');
  }

  /** The answer, whatever its code but ERROR_TRANSIENT; throws SchedulerError when there is none. */
  async call<M extends ApiMethod>(method: M, args: ApiArguments[M]): Promise<Response> {
    const { clock, interrupted, log } = this.services;
    const deadline = clock.monotonicMs() + CALL_LIMIT_MS;
    for (;;) {
      try {
        const response = await callMethod((body) => this.#post(body), method, args);
        if (response.responseCode !== 'ERROR_TRANSIENT') return this.#logged(response);
        log('WARN', `Connection error with scheduler: ${detailsText(response)}, reconnecting...`);
      } catch (error) {
        if (error instanceof ThriftError)
          throw new SchedulerError(
            'protocol',
            `Error during thrift call ${method} to ${this.cluster}: ${error.message}`,
          );
        if (!(error instanceof TransportError)) throw error;
        this.#refuseRetry(method, error);
        log('WARN', `Transport error communicating with scheduler: ${error.message}, retrying...`);
      }
      if (clock.monotonicMs() + RETRY_INTERVAL_MS > deadline)
        throw new SchedulerError('timeout', `Timed out attempting to issue ${method} to ${this.cluster}`);
      await sleep(clock, RETRY_INTERVAL_MS, interrupted);
    }
  }

  /** What an OK answer says besides goes to the log; administrators' commands show it themselves. */
  #logged(response: Response): Response {
    const says = response.responseCode === 'OK' && response.details.length > 0;
    if (says && this.options.userAgent === 'Aurora V2') this.services.log('INFO', detailsText(response));
    return response;
  }

  #refuseRetry(method: ApiMethod, error: TransportError): void {
    if (this.address.socketPath !== undefined && NOBODY_LISTENS.has(error.code ?? ''))
      throw new SchedulerError(
        'not-running',
        `The local cluster ${this.cluster} is not running: start it with \`aurora cluster start ${this.cluster}\`${this.#lastWords()}`,
      );
    if (!IDEMPOTENT.has(method))
      throw new SchedulerError(
        'not-retriable',
        `Transport error communicating with scheduler during non-idempotent operation: ${error.message}, not retrying${this.#lastWords()}`,
      );
  }

  #lastWords(): string {
    const words = this.services.lastWords?.();
    return words === undefined ? '' : `\nThe scheduler has ended: ${words}`;
  }

  async #post(body: Uint8Array): Promise<Uint8Array> {
    const { transport, interrupted, log } = this.services;
    const { apiUrl, socketPath } = this.address;
    log('DEBUG', `Starting new HTTP connection (1): ${new URL(apiUrl).hostname}`);
    let reply: HttpReply;
    try {
      reply = await transport.send({
        method: 'POST',
        url: apiUrl,
        headers: this.#headers(),
        body,
        interrupted,
        ...(socketPath === undefined ? {} : { socketPath }),
      });
    } catch (error) {
      if (!(error instanceof TransportError)) throw error;
      throw new TransportError(`Unknown error talking to ${apiUrl}: ${error.message}`, error.code);
    }
    log(
      'DEBUG',
      `${new URL(apiUrl).origin} "POST ${new URL(apiUrl).pathname} HTTP/1.1" ${reply.status} ${reply.body.length}`,
    );
    if (reply.status >= 200 && reply.status < 300) return reply.body;
    const kind = reply.status >= 500 ? 'Server' : 'Client';
    const problem = `${reply.status} ${kind} Error: ${reply.reason} for url: ${apiUrl}`;
    if (reply.status === 401 || reply.status === 403) throw new SchedulerError('authentication', problem);
    throw new TransportError(`Unknown error talking to ${apiUrl}: ${problem}`);
  }

  #headers(): Array<readonly [string, string]> {
    const type = 'application/vnd.apache.thrift.binary';
    const headers: Array<readonly [string, string]> = [
      ['Accept', type],
      ['Content-Type', type],
      ['Host', new URL(this.address.apiUrl).hostname],
      ['User-Agent', this.options.userAgent],
    ];
    if (this.options.bypassLeaderRedirect) headers.push(['Bypass-Leader-Redirect', 'true']);
    return headers;
  }
}

const NOBODY_LISTENS: ReadonlySet<string> = new Set(['ENOENT', 'ECONNREFUSED', 'ENOTSOCK']);

/** The messages of a response, joined as the original joins them. */
export function detailsText(response: Response): string {
  return response.details.map((detail) => detail.message ?? 'Unknown error').join(', ');
}
