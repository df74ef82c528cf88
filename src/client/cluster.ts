import type { LocalClusterDefinition } from '../model/cluster.js';

/** A cluster by the name that job keys begin with: one that this machine runs, or a scheduler elsewhere. */
export type Cluster = LocalCluster | RemoteCluster;

export interface LocalCluster {
  readonly kind: 'local';
  readonly name: string;
  /** `$AURORA_HOME/clusters/NAME` */
  readonly home: string;
  /** Read and checked only when the cluster has to be started or described. */
  readonly definition: () => Promise<LocalClusterDefinition>;
}

/** An entry of the original's clusters.json. */
export interface RemoteCluster {
  readonly kind: 'remote';
  readonly name: string;
  readonly schedulerUri?: string;
  /** Hosts of ZooKeeper, where the leading scheduler is registered. */
  readonly zk?: string;
  readonly slaveRoot?: string;
  readonly slaveRunDirectory?: string;
  readonly dockerRegistry?: string;
  /** Every key of the entry, in the order of the file. */
  readonly entries: ReadonlyMap<string, unknown>;
}

export class UnknownClusterError extends Error {
  override readonly name = 'UnknownClusterError';

  constructor(
    readonly cluster: string,
    readonly known: readonly string[],
  ) {
    super(`Unknown cluster: ${cluster}`);
  }
}

/** A definition file that cannot be used; the message names the file and the place. */
export class ClusterFileError extends Error {
  override readonly name = 'ClusterFileError';
}
