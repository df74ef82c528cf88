import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import type { FileSystem } from '../base/file-system.js';
import { err, ok, type Result } from '../base/result.js';
import type { AgentDefinition, LocalClusterDefinition } from '../model/cluster.js';

/** The files of one cluster under its home; see `src/model/cluster.ts`. */
export interface ClusterHome {
  readonly path: string;
  readonly definition: string;
  readonly endpoint: string;
  readonly store: string;
  readonly log: string;
  readonly backups: string;
  readonly agents: string;
}

export function clusterHome(path: string): ClusterHome {
  return {
    path,
    definition: join(path, 'cluster.json'),
    endpoint: join(path, 'scheduler.json'),
    store: join(path, 'store.db'),
    log: join(path, 'scheduler.log'),
    backups: join(path, 'backups'),
    agents: join(path, 'agents'),
  };
}

/** Linux's limit for the path of a unix socket, its final NUL not counted. */
const LONGEST_SOCKET_PATH = 107;

/**
 * `path`, or when that is too long for a socket, a short one in a private directory under the system's folder
 * for temporary files. The same path always gives the same socket.
 */
export function socketPathFor(path: string, temporaryFolder = tmpdir()): string {
  if (Buffer.byteLength(path) <= LONGEST_SOCKET_PATH) return path;
  const { uid } = userInfo();
  const directory = join(temporaryFolder, `aurora-sockets-${uid}`);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const stat = lstatSync(directory);
  if (!stat.isDirectory() || stat.uid !== uid || (stat.mode & 0o077) !== 0)
    throw new Error(`${directory} must be a directory of mode 0700 that belongs to this user`);
  return join(directory, `${createHash('sha256').update(path).digest('hex').slice(0, 24)}.sock`);
}

/** The definition that the client wrote; the error says what is wrong with the file. */
export function readDefinition(home: ClusterHome, files: FileSystem): Result<LocalClusterDefinition, string> {
  let value: unknown;
  try {
    value = JSON.parse(files.readText(home.definition));
  } catch (error) {
    return err(`${home.definition} cannot be read: ${(error as Error).message}`);
  }
  const problem = definitionProblem(value);
  return problem === undefined ? ok(value as LocalClusterDefinition) : err(`${home.definition}: ${problem}`);
}

function definitionProblem(value: unknown): string | undefined {
  if (!isObject(value)) return 'a cluster definition is an object';
  if (typeof value['name'] !== 'string' || !HOST_NAME.test(value['name'])) return 'name must be a plain name';
  const port = value['httpPort'];
  if (typeof port !== 'number' || !Number.isInteger(port) || port < 0 || port > 65535)
    return 'httpPort must be a port number, or 0 for any free one';
  const { options, agents } = value as Partial<Record<string, unknown>>;
  if (!Array.isArray(options) || !options.every(isTextPair)) return 'options must be a list of [name, value]';
  if (!Array.isArray(agents)) return 'agents must be a list';
  const hosts = new Set<string>();
  for (const agent of agents as unknown[]) {
    const problem = agentProblem(agent);
    if (problem !== undefined) return problem;
    const { host } = agent as AgentDefinition;
    if (hosts.has(host)) return `two agents have the host name ${host}`;
    hosts.add(host);
  }
  return undefined;
}

/** Also the name of the agent's directory. */
const HOST_NAME = /^(?!\.)[\w.-]{1,255}$/;

function agentProblem(value: unknown): string | undefined {
  if (!isObject(value)) return 'an agent is an object';
  const { host, attributes, resources } = value as Partial<Record<string, unknown>>;
  if (typeof host !== 'string' || !HOST_NAME.test(host))
    return `the host name of an agent consists of letters, digits, dot, underscore and hyphen, not ${JSON.stringify(host)}`;
  if (!Array.isArray(attributes)) return `agent ${host}: attributes must be a list`;
  if (!isObject(resources)) return `agent ${host}: resources must be an object`;
  for (const name of ['cpus', 'ramMb', 'diskMb', 'gpus']) {
    const amount = resources[name];
    if (typeof amount !== 'number' || !Number.isFinite(amount) || amount < 0)
      return `agent ${host}: resources.${name} must be a number of at least 0`;
  }
  return Array.isArray(resources['portRanges'])
    ? undefined
    : `agent ${host}: resources.portRanges must be a list`;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isTextPair(value: unknown): boolean {
  return Array.isArray(value) && value.length === 2 && value.every((part) => typeof part === 'string');
}
