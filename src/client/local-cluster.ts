import { join } from 'node:path';
import type { Clock } from '../base/clock.js';
import type { FileSystem } from '../base/file-system.js';
import type { ClusterState, SchedulerEndpoint } from '../model/cluster.js';
import { ClusterApi } from './cluster-api.js';
import type { LocalCluster } from './cluster.js';
import type { DaemonLauncher, StartedDaemon } from './daemon-launcher.js';
import { Interruption, sleep } from './interruption.js';
import { readAgentProcess, readEndpoint } from './local-endpoint.js';
import { TransportError, type Transport } from './transport.js';

export interface LocalClusterServices {
  readonly files: FileSystem;
  readonly clock: Clock;
  readonly transport: Transport;
  readonly daemons: DaemonLauncher;
  readonly interrupted: AbortSignal;
  /** Holds `dist/daemon.cjs`. */
  readonly packageRoot: string;
  /** Told what is being waited for, for a person at a terminal. */
  readonly onProgress: (message: string) => void;
}

/** A local cluster could not be started or stopped; the message says why and what can be done. */
export class LocalClusterError extends Error {
  override readonly name = 'LocalClusterError';
}

const START_LIMIT_MS = 30_000;
const STOP_LIMIT_MS = 120_000;
const POLL_MS = 15;
const LOG_TAIL_LINES = 12;

/** The endpoint of a cluster whose scheduler lives, or undefined. */
export function runningEndpoint(
  cluster: LocalCluster,
  services: Pick<LocalClusterServices, 'files' | 'daemons'>,
): SchedulerEndpoint | undefined {
  const endpoint = readEndpoint(cluster.home, services.files);
  if (!endpoint || !services.daemons.isAlive(endpoint.pid, endpoint.startTicks)) return undefined;
  return endpoint;
}

export interface Started {
  readonly endpoint: SchedulerEndpoint;
  /** False when it was up already. */
  readonly startedNow: boolean;
}

/**
 * Makes sure that the cluster's scheduler answers, starting it when nobody else has. Interrupted before that,
 * the daemon just started is told to end: nothing stays half started.
 */
export async function ensureRunning(cluster: LocalCluster, services: LocalClusterServices): Promise<Started> {
  const running = runningEndpoint(cluster, services);
  if (running) return { endpoint: running, startedNow: false };
  const { daemons, packageRoot } = services;
  const logPath = join(cluster.home, 'scheduler.log');
  await prepareHome(cluster, services);
  services.onProgress(`Starting local cluster ${cluster.name}`);
  const daemon = daemons.start(join(packageRoot, 'dist', 'daemon.cjs'), ['--home', cluster.home], logPath);
  try {
    return { endpoint: await untilAnswering(cluster, daemon, services), startedNow: true };
  } catch (error) {
    daemons.signal(daemon.pid, 'SIGTERM');
    throw error;
  }
}

async function prepareHome(cluster: LocalCluster, { files }: LocalClusterServices): Promise<void> {
  const definition = await cluster.definition();
  try {
    files.makeDirectory(cluster.home, 0o700);
    files.writeFileDurably(
      join(cluster.home, 'cluster.json'),
      `${JSON.stringify(definition, undefined, 2)}\n`,
      0o600,
    );
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reason =
      code === 'EACCES' || code === 'EPERM' || code === 'EROFS'
        ? 'it is not writable for this user'
        : code === 'ENOSPC'
          ? 'the disk is full'
          : message;
    throw new LocalClusterError(
      `Cannot keep the state of cluster ${cluster.name} in ${cluster.home}: ${reason}. ` +
        'Set AURORA_HOME to a directory that you may write to.',
    );
  }
}

async function untilAnswering(
  cluster: LocalCluster,
  daemon: StartedDaemon,
  services: LocalClusterServices,
): Promise<SchedulerEndpoint> {
  const { clock, interrupted } = services;
  const deadline = clock.monotonicMs() + START_LIMIT_MS;
  let exitCode: number | undefined;
  void daemon.ended.then((end) => {
    exitCode = end.exitCode;
  });
  for (;;) {
    // Another command may have won the race to start it: then ours has ended, and theirs answers.
    const endpoint = runningEndpoint(cluster, services);
    if (endpoint && (await answers(endpoint, services))) return endpoint;
    if (exitCode !== undefined && !runningEndpoint(cluster, services))
      throw new LocalClusterError(
        `The scheduler of cluster ${cluster.name} ended at once with exit code ${exitCode}${logTail(cluster, services)}`,
      );
    if (clock.monotonicMs() > deadline)
      throw new LocalClusterError(
        `The scheduler of cluster ${cluster.name} does not answer after ${START_LIMIT_MS / 1000} seconds${logTail(cluster, services)}`,
      );
    await sleep(clock, POLL_MS, interrupted);
  }
}

async function answers(endpoint: SchedulerEndpoint, services: LocalClusterServices): Promise<boolean> {
  try {
    await stateOf(endpoint, services);
    return true;
  } catch (error) {
    if (error instanceof TransportError) return false;
    throw error;
  }
}

function logTail(cluster: LocalCluster, { files }: LocalClusterServices): string {
  const path = join(cluster.home, 'scheduler.log');
  if (!files.exists(path)) return '.';
  const lines = files.readText(path).trimEnd().split('\n').slice(-LOG_TAIL_LINES);
  return `. The end of ${path}:\n${lines.map((line) => `  ${line}`).join('\n')}`;
}

/**
 * What the scheduler of a local cluster said when it ended, in one line: the reason why a connection broke.
 * Undefined while it lives, and where it said nothing.
 */
export function lastWords(
  cluster: LocalCluster,
  services: Pick<LocalClusterServices, 'files' | 'daemons'>,
): string | undefined {
  const path = join(cluster.home, 'scheduler.log');
  if (runningEndpoint(cluster, services) || !services.files.exists(path)) return undefined;
  // Uncaught, the text stands alone after the line of the log that has it, too.
  const line = services.files.readText(path).trimEnd().split('\n').at(-1) ?? '';
  return line === '' || line.startsWith('{') ? undefined : line;
}

export async function stateOf(
  endpoint: SchedulerEndpoint,
  services: Pick<LocalClusterServices, 'transport' | 'interrupted'>,
): Promise<ClusterState> {
  const api = new ClusterApi(services.transport, endpoint.socketPath, services.interrupted);
  return (await api.get('/cluster/v1/state')) as ClusterState;
}

/**
 * Ends daemon, agents and tasks, and waits until the daemon is gone; false when nothing was running. Agents
 * that outlived their daemon know nobody to obey: a new one is started, which finds and ends them.
 */
export async function stopCluster(cluster: LocalCluster, services: LocalClusterServices): Promise<boolean> {
  const { clock, daemons, interrupted } = services;
  const running = runningEndpoint(cluster, services);
  if (!running && !hasLivingAgents(cluster, services)) return false;
  const endpoint = running ?? (await ensureRunning(cluster, services)).endpoint;
  services.onProgress(`Stopping local cluster ${cluster.name}`);
  const api = new ClusterApi(services.transport, endpoint.socketPath, interrupted);
  await api.post('/cluster/v1/stop', { killTasks: true }).catch((error: unknown) => {
    // The daemon may end before its answer is out.
    if (error instanceof Interruption || !(error instanceof TransportError)) throw error;
  });
  const deadline = clock.monotonicMs() + STOP_LIMIT_MS;
  while (daemons.isAlive(endpoint.pid, endpoint.startTicks)) {
    if (clock.monotonicMs() > deadline)
      throw new LocalClusterError(
        `The scheduler of cluster ${cluster.name} (pid ${endpoint.pid}) has not ended after ` +
          `${STOP_LIMIT_MS / 1000} seconds${logTail(cluster, services)}`,
      );
    await sleep(clock, POLL_MS, interrupted);
  }
  return true;
}

function hasLivingAgents(cluster: LocalCluster, { files, daemons }: LocalClusterServices): boolean {
  const directory = join(cluster.home, 'agents');
  if (!files.exists(directory)) return false;
  return files.readDirectory(directory).some((host) => {
    const agent = readAgentProcess(join(directory, host), files);
    return agent !== undefined && daemons.isAlive(agent.pid, agent.startTicks);
  });
}
