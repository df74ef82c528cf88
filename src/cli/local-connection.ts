import type { LocalCluster } from '../client/cluster.js';
import { ClusterApi } from '../client/cluster-api.js';
import { runningEndpoint } from '../client/local-cluster.js';
import type { SchedulerClient } from '../client/scheduler-client.js';
import type { Context } from './context.js';
import { CommandError, EXIT } from './exit-codes.js';
import { clustersOf, connectTo } from './scheduler-session.js';

/** Both ways to talk to the scheduler of a cluster of this machine. */
export interface LocalConnection {
  readonly cluster: LocalCluster;
  readonly client: SchedulerClient;
  readonly api: ClusterApi;
}

/** `instead` is what a user of a cluster elsewhere can do. */
export async function connectLocal(
  context: Context,
  clusterName: string,
  instead: string,
): Promise<LocalConnection> {
  const { host } = context;
  const cluster = await clustersOf(host).get(clusterName);
  if (cluster.kind !== 'local')
    throw new CommandError(
      EXIT.commandFailure,
      `Cluster ${cluster.name} is not one of this machine: ${instead}`,
    );
  const endpoint = runningEndpoint(cluster, host);
  if (!endpoint)
    throw new CommandError(
      EXIT.networkError,
      `The local cluster ${cluster.name} is not running: start it with \`aurora cluster start ${cluster.name}\``,
    );
  return {
    cluster,
    client: connectTo(context, cluster),
    api: new ClusterApi(host.transport, endpoint.socketPath, host.interrupted),
  };
}
