import type { Response, Result } from '../model/response.js';
import { Clusters } from '../client/clusters.js';
import type { Cluster } from '../client/cluster.js';
import { addressOf } from '../client/scheduler-address.js';
import { detailsText, SchedulerClient, type ClientOptions } from '../client/scheduler-client.js';
import { lastWords, type LocalClusterServices } from '../client/local-cluster.js';
import type { Console } from './console.js';
import type { Context, Host } from './context.js';
import { CommandError, EXIT } from './exit-codes.js';

export function clustersOf(host: Host): Clusters {
  return new Clusters(host);
}

/** A client for the scheduler of the named cluster; does not connect yet. */
export async function connect(context: Context, clusterName: string): Promise<SchedulerClient> {
  return connectTo(context, await clustersOf(context.host).get(clusterName));
}

export function connectTo(
  { host, console }: Pick<Context, 'host' | 'console'>,
  cluster: Cluster,
  options: ClientOptions = { userAgent: 'Aurora V2' },
): SchedulerClient {
  const services = {
    transport: host.transport,
    clock: host.clock,
    interrupted: host.interrupted,
    log: console.log.bind(console),
    ...(cluster.kind === 'local' ? { lastWords: () => lastWords(cluster, host) } : {}),
  };
  return new SchedulerClient(cluster.name, addressOf(cluster, host.files), services, options);
}

export function localServices({ host, console }: Pick<Context, 'host' | 'console'>): LocalClusterServices {
  return {
    ...host,
    onProgress: (message) => {
      if (console.stderr.isTerminal) console.stderr.write(`${console.errorStyle.dim(`${message} ...`)}\n`);
      else console.info(message);
    },
  };
}

export interface Refusal {
  readonly exitCode?: number;
  readonly heading?: string;
}

/** Ends the command in the original's words unless the scheduler said OK. */
export function requireOk(console: Console, response: Response, refusal: Refusal = {}): void {
  if (response.responseCode === 'OK') return;
  const { exitCode = EXIT.apiError, heading = 'Command failure:' } = refusal;
  console.err(heading);
  console.err(`\t${detailsText(response)}`);
  if (response.responseCode === 'JOB_UPDATING_ERROR')
    console.err(
      '\tError: job is locked by an active update.\n' +
        "      Run 'aurora update abort' or wait for the active update to finish.",
    );
  throw new CommandError(exitCode, heading, true);
}

type ResultOf<K extends string> = Extract<Result, Readonly<Record<K, unknown>>>;

/** The result of that kind, or undefined when the answer carries another or none. */
export function resultOf<K extends (Result extends infer R ? (R extends R ? keyof R : never) : never)>(
  response: Response,
  kind: K,
): ResultOf<K>[K] | undefined {
  const result = response.result as ResultOf<K> | undefined;
  return result?.[kind];
}
