import { DiagnosticError } from '../base/diagnostic.js';
import type { FileSystem } from '../base/file-system.js';
import type { AgentDefinition, LocalClusterDefinition } from '../model/cluster.js';
import { megabytes, toOptions, type AnnouncerEntry, type OptionsEntry } from './agent-options.js';
import type { RemoteCluster } from './cluster.js';
import { clustersValidator } from './clusters-schema.js';
import { readYaml, type CheckedDocument } from './yaml-document.js';

/** The shape that the schema has made sure of. */
interface ClustersDocument {
  readonly clusters: Readonly<Record<string, LocalEntry | RemoteEntry>>;
}

type RemoteEntry = Readonly<Record<string, string>> & { readonly scheduler_uri: string };

interface LocalEntry {
  readonly http_port?: number;
  readonly options?: Readonly<Record<string, Scalar>>;
  /** Of every agent; an agent's own options come on top. */
  readonly agent_options?: OptionsEntry;
  readonly announcer?: AnnouncerEntry;
  readonly agents: readonly AgentEntry[];
}

interface AgentEntry {
  readonly host: string;
  readonly attributes?: Readonly<Record<string, Scalar | readonly Scalar[]>>;
  readonly resources: {
    readonly cpus: number;
    readonly ram: string;
    readonly disk: string;
    readonly gpus?: number;
    readonly ports?: ReadonlyArray<string | number>;
  };
  readonly options?: OptionsEntry;
}

type Scalar = string | number | boolean;

/**
 * The clusters of one clusters.yaml. Beyond the schema: host names of a cluster differ, and no port belongs
 * to two agents of the file, because all of them share this machine.
 */
export function readClustersYaml(
  path: string,
  schemaPath: string,
  files: FileSystem,
): Array<LocalClusterDefinition | RemoteCluster> {
  const document = readYaml(
    path,
    clustersValidator(() => files.readText(schemaPath)),
    files,
  );
  const { clusters } = document.value as ClustersDocument;
  const definitions = Object.entries(clusters).map(([name, entry]) =>
    isRemote(entry) ? toRemote(name, entry) : toLocal(name, entry),
  );
  checkHosts(document, definitions);
  checkPorts(document, definitions);
  return definitions;
}

function isRemote(entry: LocalEntry | RemoteEntry): entry is RemoteEntry {
  return 'scheduler_uri' in entry;
}

function toRemote(name: string, entry: RemoteEntry): RemoteCluster {
  const optional = (key: string, field: string): Partial<RemoteCluster> =>
    entry[key] === undefined ? {} : { [field]: entry[key] };
  return {
    kind: 'remote',
    name,
    schedulerUri: entry.scheduler_uri,
    entries: new Map<string, unknown>([['name', name], ...Object.entries(entry)]),
    ...optional('slave_root', 'slaveRoot'),
    ...optional('slave_run_directory', 'slaveRunDirectory'),
    ...optional('docker_registry', 'dockerRegistry'),
  };
}

function toLocal(name: string, entry: LocalEntry): LocalClusterDefinition {
  return {
    name,
    httpPort: entry.http_port ?? 0,
    options: Object.entries(entry.options ?? {}).map(([key, value]) => [key, String(value)]),
    agents: entry.agents.map((agent) => toAgent(agent, entry)),
  };
}

function toAgent(entry: AgentEntry, cluster: LocalEntry): AgentDefinition {
  const { cpus, ram, disk, gpus = 0, ports = [] } = entry.resources;
  const options = toOptions({ ...cluster.agent_options, ...entry.options }, cluster.announcer);
  return {
    host: entry.host,
    attributes: Object.entries(entry.attributes ?? {}).map(([name, value]) => ({
      name,
      values: (Array.isArray(value) ? (value as readonly Scalar[]) : [value as Scalar]).map(String),
    })),
    resources: { cpus, ramMb: megabytes(ram), diskMb: megabytes(disk), gpus, portRanges: ports.map(toRange) },
    ...(Object.keys(options).length > 0 && { options }),
  };
}

function toRange(ports: string | number): readonly [number, number] {
  const [first = 0, last = first] = String(ports).split('-').map(Number);
  return [first, last];
}

function checkHosts(
  document: CheckedDocument,
  definitions: ReadonlyArray<LocalClusterDefinition | RemoteCluster>,
): void {
  for (const { cluster, index, agent } of agentsOf(definitions)) {
    const same = cluster.agents.findIndex((other) => other.host === agent.host);
    if (same !== index)
      refuse(document, ['clusters', cluster.name, 'agents', index, 'host'], 'duplicate-host', [
        `two agents of ${cluster.name} are called ${agent.host}`,
      ]);
  }
}

function checkPorts(
  document: CheckedDocument,
  definitions: ReadonlyArray<LocalClusterDefinition | RemoteCluster>,
): void {
  const taken: Array<{ first: number; last: number; owner: string }> = [];
  for (const { cluster, index, agent } of agentsOf(definitions)) {
    for (const [at, [first, last]] of agent.resources.portRanges.entries()) {
      const path = ['clusters', cluster.name, 'agents', index, 'resources', 'ports', at];
      if (first > last || last > 65535)
        refuse(document, path, 'port-range', [`ports ${first}-${last} are no range between 1 and 65535`]);
      const clash = taken.find((other) => first <= other.last && other.first <= last);
      if (clash)
        refuse(document, path, 'port-overlap', [
          `ports ${first}-${last} overlap with ${clash.first}-${clash.last} of ${clash.owner}`,
          'all local agents share the ports of this machine',
        ]);
      taken.push({ first, last, owner: agent.host });
    }
  }
  checkObserverPorts(document, definitions, taken);
}

/** An observer listens on this machine, too. */
function checkObserverPorts(
  document: CheckedDocument,
  definitions: ReadonlyArray<LocalClusterDefinition | RemoteCluster>,
  taken: Array<{ first: number; last: number; owner: string }>,
): void {
  for (const { cluster, index, agent } of agentsOf(definitions)) {
    const port = agent.options?.observerPort;
    if (port === undefined) continue;
    const clash = taken.find((other) => other.first <= port && port <= other.last);
    if (clash)
      refuse(
        document,
        ['clusters', cluster.name, 'agents', index, 'options', 'observer_port'],
        'port-overlap',
        [
          `the observer's port ${port} is one of ${clash.owner} already`,
          'all local agents share the ports of this machine',
        ],
      );
    taken.push({ first: port, last: port, owner: agent.host });
  }
}

function* agentsOf(definitions: ReadonlyArray<LocalClusterDefinition | RemoteCluster>) {
  for (const cluster of definitions) {
    if (!('agents' in cluster)) continue;
    for (const [index, agent] of cluster.agents.entries()) yield { cluster, index, agent };
  }
}

function refuse(
  document: CheckedDocument,
  path: readonly (string | number)[],
  code: string,
  [message, ...notes]: readonly [string, ...string[]],
): never {
  throw new DiagnosticError([{ severity: 'error', code, message, span: document.spanAt(path), notes }]);
}
