import { join } from 'node:path';
import type { FileSystem } from '../base/file-system.js';
import type { LocalClusterDefinition } from '../model/cluster.js';
import { parseClustersJson } from './clusters-json.js';
import { UnknownClusterError, type Cluster } from './cluster.js';

/** Where cluster definitions come from. */
export interface ClusterSources {
  readonly files: FileSystem;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Holds `configs/clusters.yaml`, the clusters that need no configuration. */
  readonly packageRoot: string;
}

/**
 * Clusters by name. Later sources replace earlier ones: the package's clusters.yaml, the user's
 * `$AURORA_HOME/clusters.yaml`, then the original's files: clusters.json in `$AURORA_CONFIG_ROOT` (or
 * /etc/aurora) and in `~/.aurora`. YAML is read only when a name is not found without it, or all are wanted:
 * a command against a known cluster starts fast.
 */
export class Clusters {
  readonly #sources: ClusterSources;
  #remote: ReadonlyMap<string, Cluster> | undefined;
  #all: ReadonlyMap<string, Cluster> | undefined;

  constructor(sources: ClusterSources) {
    this.#sources = sources;
  }

  /** `$AURORA_HOME`, where the state of local clusters lives. */
  get home(): string {
    return auroraHome(this.#sources.env);
  }

  async get(name: string): Promise<Cluster> {
    const found =
      this.#remotes().get(name) ??
      this.#started(name) ??
      this.#packaged(name) ??
      (await this.all()).get(name);
    if (!found) throw new UnknownClusterError(name, [...(await this.all()).keys()]);
    return found;
  }

  /** Every cluster, in the order of the sources. */
  async all(): Promise<ReadonlyMap<string, Cluster>> {
    if (this.#all) return this.#all;
    const { readClustersYaml } = await import('./clusters-yaml.js');
    const schema = join(this.#sources.packageRoot, 'configs', 'schema', 'clusters.schema.json');
    const all = new Map<string, Cluster>();
    for (const path of this.#yamlPaths()) {
      const definitions = readClustersYaml(path, schema, this.#sources.files);
      for (const cluster of definitions)
        all.set(
          cluster.name,
          'agents' in cluster ? this.#local(cluster.name, () => Promise.resolve(cluster)) : cluster,
        );
    }
    for (const [name, cluster] of this.#remotes()) all.set(name, cluster);
    this.#all = all;
    return all;
  }

  /** Names that the original's files define: an installation with schedulers of its own has some. */
  remoteNames(): string[] {
    return [...this.#remotes().keys()];
  }

  /** Names of local clusters that have ever been started, sorted. */
  startedNames(): string[] {
    const folder = join(this.home, 'clusters');
    const { files } = this.#sources;
    return files.exists(folder) ? files.readDirectory(folder).filter((name) => this.#started(name)) : [];
  }

  /** A cluster that runs or ran: its home knows it, unless the user's own YAML may say otherwise. */
  #started(name: string): Cluster | undefined {
    const { files } = this.#sources;
    if (name === '' || name.includes('/') || name.startsWith('.')) return undefined;
    if (files.exists(join(this.home, 'clusters.yaml'))) return undefined;
    if (!files.exists(join(this.home, 'clusters', name, 'scheduler.json'))) return undefined;
    return this.#unread(name);
  }

  /** A name in the package's own file, whose layout is known: to say that it is there needs no YAML parser. */
  #packaged(name: string): Cluster | undefined {
    const { files, packageRoot } = this.#sources;
    if (files.exists(join(this.home, 'clusters.yaml'))) return undefined;
    const text = files.readText(join(packageRoot, 'configs', 'clusters.yaml'));
    return text.split('\n').includes(`  ${name}:`) ? this.#unread(name) : undefined;
  }

  #unread(name: string): Cluster {
    return this.#local(name, async () => {
      const definition = (await this.all()).get(name);
      if (definition?.kind !== 'local') throw new UnknownClusterError(name, [...(await this.all()).keys()]);
      return definition.definition();
    });
  }

  #local(name: string, definition: () => Promise<LocalClusterDefinition>): Cluster {
    return { kind: 'local', name, home: join(this.home, 'clusters', name), definition };
  }

  #remotes(): ReadonlyMap<string, Cluster> {
    if (this.#remote) return this.#remote;
    const { files, env } = this.#sources;
    const root = env['AURORA_CONFIG_ROOT'] || '/etc/aurora';
    const paths = [join(root, 'clusters.json'), join(env['HOME'] ?? '', '.aurora', 'clusters.json')];
    const found = paths
      .filter((path) => files.exists(path))
      .flatMap((path) => parseClustersJson(path, files.readText(path)));
    this.#remote = new Map(found.map((cluster) => [cluster.name, cluster]));
    return this.#remote;
  }

  #yamlPaths(): string[] {
    const own = join(this.home, 'clusters.yaml');
    const packaged = join(this.#sources.packageRoot, 'configs', 'clusters.yaml');
    return this.#sources.files.exists(own) ? [packaged, own] : [packaged];
  }
}

/** `$AURORA_HOME`, or `.aurora` in the home directory. */
export function auroraHome(env: Readonly<Record<string, string | undefined>>): string {
  return env['AURORA_HOME'] || join(env['HOME'] || '/', '.aurora');
}
