import { nearest } from '../base/nearest.js';
import type {
  AnnouncerAcl,
  AnnouncerDefinition,
  AnnouncerPermission,
  Namespace,
  NamespaceTool,
} from '../model/cluster.js';
import { JsonMismatch, type JsonReader } from './json-reader.js';

/** How this agent runs tasks, where that can be chosen. */
export interface AgentOptions {
  /** A role without an account fails the task; otherwise it runs as the agent's own user and says so. */
  readonly requireRoleUser: boolean;
  /** Also forbid more than the asked cpus, instead of only sharing in that proportion. */
  readonly cpuQuota: boolean;
  /** Processes and threads of one task together. */
  readonly processLimit: number;
  /** Loopback TCP port of the observer; undefined leaves it to the socket. */
  readonly observerPort: number | undefined;
  /** Longest a dead task's sandbox is kept. */
  readonly gcDelayMs: number;
  readonly fetcherCacheBytes: number;
  /** A host that cannot give them fails the task: it never runs less isolated than was asked for. */
  readonly namespaces: readonly Namespace[];
  readonly namespaceTool: NamespaceTool;
  /** Where announced tasks are registered; undefined announces nothing. */
  readonly announcer: AnnouncerDefinition | undefined;
}

export const DEFAULT_OPTIONS: AgentOptions = {
  requireRoleUser: false,
  cpuQuota: false,
  processLimit: 4096,
  observerPort: undefined,
  gcDelayMs: 7 * 24 * 3600 * 1000,
  fetcherCacheBytes: 2 * 1024 ** 3,
  namespaces: [],
  namespaceTool: 'unshare',
  announcer: undefined,
};

const NAMES = [...Object.keys(DEFAULT_OPTIONS).filter((name) => name !== 'gcDelayMs'), 'gcDelaySecs'];
const NAMESPACES: readonly Namespace[] = ['pid', 'mount', 'tmp'];
const NAMESPACE_TOOLS: readonly NamespaceTool[] = ['unshare', 'bwrap'];

/** Options of an agent from several places, a later one before an earlier one. Throws JsonMismatch. */
export function readOptions(sources: ReadonlyArray<JsonReader | undefined>): AgentOptions {
  const found = new Map<string, JsonReader>();
  for (const source of sources)
    for (const [name, value] of source?.entries() ?? []) {
      refuseUnknown(name, value, NAMES);
      found.set(name, value);
    }
  const gcDelaySecs = found.get('gcDelaySecs')?.number();
  const announcer = found.get('announcer');
  const tool = found.get('namespaceTool');
  return {
    requireRoleUser: found.get('requireRoleUser')?.boolean() ?? DEFAULT_OPTIONS.requireRoleUser,
    cpuQuota: found.get('cpuQuota')?.boolean() ?? DEFAULT_OPTIONS.cpuQuota,
    processLimit: between(found.get('processLimit'), 1, 4_194_304) ?? DEFAULT_OPTIONS.processLimit,
    observerPort: between(found.get('observerPort'), 1, 65_535) ?? DEFAULT_OPTIONS.observerPort,
    gcDelayMs: gcDelaySecs === undefined ? DEFAULT_OPTIONS.gcDelayMs : gcDelaySecs * 1000,
    fetcherCacheBytes: found.get('fetcherCacheBytes')?.number() ?? DEFAULT_OPTIONS.fetcherCacheBytes,
    namespaces: (found.get('namespaces')?.items() ?? []).map((item) => oneOf(item, NAMESPACES)),
    namespaceTool: tool ? oneOf(tool, NAMESPACE_TOOLS) : DEFAULT_OPTIONS.namespaceTool,
    announcer: announcer && readAnnouncer(announcer),
  };
}

const ANNOUNCER_NAMES = [
  'zookeeper',
  'root',
  'hostname',
  'allowCustomServersetPath',
  'sessionTimeoutSecs',
  'auth',
  'acl',
];

function readAnnouncer(reader: JsonReader): AnnouncerDefinition {
  for (const [name, value] of reader.entries()) refuseUnknown(name, value, ANNOUNCER_NAMES);
  const root = reader.field('root')?.string();
  const hostname = reader.field('hostname')?.string();
  const allowCustomServersetPath = reader.field('allowCustomServersetPath')?.boolean();
  const sessionTimeoutSecs = reader.field('sessionTimeoutSecs')?.number();
  const acl = reader.field('acl')?.items().map(readAcl);
  return {
    zookeeper: reader.required('zookeeper').string(),
    ...(root !== undefined && { root }),
    ...(hostname !== undefined && { hostname }),
    ...(allowCustomServersetPath !== undefined && { allowCustomServersetPath }),
    ...(sessionTimeoutSecs !== undefined && { sessionTimeoutSecs }),
    auth: (reader.field('auth')?.items() ?? []).map((entry) => ({
      scheme: entry.required('scheme').string(),
      credential: entry.required('credential').string(),
    })),
    ...(acl && { acl }),
  };
}

const PERMISSIONS: readonly AnnouncerPermission[] = ['read', 'write', 'create', 'delete', 'admin'];

function readAcl(entry: JsonReader): AnnouncerAcl {
  const permissions = new Map<AnnouncerPermission, boolean>();
  for (const name of PERMISSIONS)
    permissions.set(name, entry.field('permissions')?.field(name)?.boolean() ?? false);
  return {
    scheme: entry.required('scheme').string(),
    credential: entry.required('credential').string(),
    permissions: Object.fromEntries(permissions),
  };
}

function refuseUnknown(name: string, value: JsonReader, known: readonly string[]): void {
  if (known.includes(name)) return;
  const suggestion = nearest(name, known);
  const hint = suggestion === undefined ? `known are ${known.join(', ')}` : `did you mean ${suggestion}?`;
  throw new JsonMismatch(`${value.path} is no option of an agent: ${hint}`);
}

function between(reader: JsonReader | undefined, least: number, most: number): number | undefined {
  const value = reader?.integer();
  if (value !== undefined && (value < least || value > most))
    throw new JsonMismatch(`${reader?.path ?? ''} must be from ${least} to ${most}, not ${value}`);
  return value;
}

function oneOf<T extends string>(reader: JsonReader, allowed: readonly T[]): T {
  const text = reader.string();
  const found = allowed.find((one) => one === text);
  if (found !== undefined) return found;
  throw new JsonMismatch(`${reader.path} must be one of ${allowed.join(', ')}, not ${JSON.stringify(text)}`);
}
