import type { FileSystem } from '../base/file-system.js';
import type { Cluster } from './cluster.js';
import { readEndpoint } from './local-endpoint.js';
import { SchedulerError } from './scheduler-error.js';

/** Where a cluster's scheduler is reached. */
export interface SchedulerAddress {
  /** The Thrift endpoint. */
  readonly apiUrl: string;
  /** Set for a local cluster: the API is spoken through this socket. */
  readonly socketPath?: string;
  /** Base of the URLs shown to people. */
  readonly pagesUrl: string;
}

/** Does not connect: a stale address shows when it is used. */
export function addressOf(cluster: Cluster, files: FileSystem): SchedulerAddress {
  if (cluster.kind === 'local') {
    const endpoint = readEndpoint(cluster.home, files);
    if (!endpoint)
      throw new SchedulerError(
        'not-running',
        `The local cluster ${cluster.name} is not running: start it with \`aurora cluster start ${cluster.name}\``,
      );
    return {
      apiUrl: new URL('api', endpoint.httpUrl).href,
      socketPath: endpoint.socketPath,
      pagesUrl: endpoint.httpUrl,
    };
  }
  if (cluster.zk !== undefined)
    throw new SchedulerError(
      'no-address',
      `Cluster ${cluster.name} is to be found through ZooKeeper (zk: ${cluster.zk}), which this client does not speak: ` +
        'give the scheduler_uri of its leading scheduler in clusters.json',
    );
  if (cluster.schedulerUri === undefined)
    throw new SchedulerError('no-address', '"cluster" does not specify zk or scheduler_uri');
  let apiUrl: string;
  try {
    apiUrl = new URL('api', cluster.schedulerUri).href;
  } catch {
    throw new SchedulerError(
      'no-address',
      `scheduler_uri of cluster ${cluster.name} is not a URL: ${cluster.schedulerUri}`,
    );
  }
  return { apiUrl, pagesUrl: cluster.schedulerUri };
}
