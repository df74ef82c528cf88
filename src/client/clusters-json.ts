import { ClusterFileError, type RemoteCluster } from './cluster.js';

/**
 * The original's cluster file: a list of objects, or an object whose values they are. Objects without a name
 * are skipped, later entries replace earlier ones of the same name.
 */
export function parseClustersJson(path: string, text: string): RemoteCluster[] {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    throw new ClusterFileError(`Unable to parse ${path}: ${(error as Error).message}`);
  }
  if (typeof document !== 'object' || document === null)
    throw new ClusterFileError(`Unknown layout in ${path}`);
  return Object.values(document).flatMap((entry) => toCluster(path, entry));
}

function toCluster(path: string, entry: unknown): RemoteCluster[] {
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry))
    throw new ClusterFileError(
      `Clusters must be maps of key/value pairs, got ${JSON.stringify(entry)} in ${path}`,
    );
  const entries = new Map<string, unknown>(Object.entries(entry));
  const name = text(entries, 'name');
  if (name === undefined || name === '') return [];
  return [
    {
      kind: 'remote',
      name,
      entries,
      ...given('schedulerUri', text(entries, 'scheduler_uri')),
      ...given('zk', text(entries, 'zk')),
      ...given('slaveRoot', text(entries, 'slave_root')),
      ...given('slaveRunDirectory', text(entries, 'slave_run_directory')),
      ...given('dockerRegistry', text(entries, 'docker_registry')),
    },
  ];
}

function text(entries: ReadonlyMap<string, unknown>, key: string): string | undefined {
  const value = entries.get(key);
  return typeof value === 'string' ? value : undefined;
}

function given<K extends string>(key: K, value: string | undefined): Partial<Record<K, string>> {
  return value === undefined ? {} : ({ [key]: value } as Record<K, string>);
}
