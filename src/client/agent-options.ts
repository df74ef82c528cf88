import type {
  AgentOptionsDefinition,
  AnnouncerAcl,
  AnnouncerDefinition,
  Namespace,
  NamespaceTool,
} from '../model/cluster.js';

/** `options` of an agent, and `agent_options` of its cluster, in clusters.yaml. */
export interface OptionsEntry {
  readonly require_role_user?: boolean;
  readonly cpu_quota?: boolean;
  readonly process_limit?: number;
  readonly observer_port?: number;
  readonly gc_delay_secs?: number;
  readonly fetcher_cache?: string;
  readonly namespaces?: readonly Namespace[];
  readonly namespace_tool?: NamespaceTool;
}

export interface AnnouncerEntry {
  readonly zookeeper: string;
  readonly root?: string;
  readonly hostname?: string;
  readonly allow_custom_serverset_path?: boolean;
  readonly session_timeout_secs?: number;
  readonly auth?: ReadonlyArray<{ readonly scheme: string; readonly credential: string }>;
  readonly acl?: readonly AnnouncerAcl[];
}

/** From the spelling of clusters.yaml to what travels to the agent. */
export function toOptions(
  entry: OptionsEntry,
  announcer: AnnouncerEntry | undefined,
): AgentOptionsDefinition {
  return withoutAbsent({
    requireRoleUser: entry.require_role_user,
    cpuQuota: entry.cpu_quota,
    processLimit: entry.process_limit,
    observerPort: entry.observer_port,
    gcDelaySecs: entry.gc_delay_secs,
    fetcherCacheBytes:
      entry.fetcher_cache === undefined ? undefined : megabytes(entry.fetcher_cache) * 1024 ** 2,
    namespaces: entry.namespaces,
    namespaceTool: entry.namespace_tool,
    announcer: announcer && toAnnouncer(announcer),
  });
}

function toAnnouncer(entry: AnnouncerEntry): AnnouncerDefinition {
  return {
    zookeeper: entry.zookeeper,
    ...withoutAbsent({
      root: entry.root,
      hostname: entry.hostname,
      allowCustomServersetPath: entry.allow_custom_serverset_path,
      sessionTimeoutSecs: entry.session_timeout_secs,
      auth: entry.auth,
      acl: entry.acl,
    }),
  };
}

type Present<T> = { readonly [Name in keyof T]?: Exclude<T[Name], undefined> };

function withoutAbsent<T extends object>(fields: T): Present<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Present<T>;
}

const MEGABYTES: ReadonlyMap<string, number> = new Map([
  ['MB', 1],
  ['GB', 1024],
  ['TB', 1024 * 1024],
]);

/** `512 MB` and its like, which the schema has checked. */
export function megabytes(size: string): number {
  return Number.parseInt(size, 10) * (MEGABYTES.get(size.slice(-2)) ?? 1);
}
