import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../base/clock.js';
import type { FileSystem } from '../base/file-system.js';
import type { Logger } from '../base/logging.js';
import type { Random } from '../base/random.js';
import type { LocalClusterDefinition, SchedulerEndpoint } from '../model/cluster.js';
import { parseOptions, type SchedulerOptions } from '../scheduler/options.js';
import { Scheduler } from '../scheduler/scheduler.js';
import type { CoordinatorQuestion } from '../scheduler/sla-coordinator.js';
import type { Persistence } from '../storage/persistence.js';
import { recoverStore } from '../storage/recover.js';
import { openSqlitePersistence } from '../storage/sqlite-persistence.js';
import type { Store } from '../storage/store.js';
import { readAdoptableTasks } from './adoptable-tasks.js';
import { AgentService } from './agent-service.js';
import { AgentSupervisor } from './agent-supervisor.js';
import { ApiService } from './api-service.js';
import { Backups } from './backups.js';
import { clusterHome, readDefinition, socketPathFor, type ClusterHome } from './cluster-home.js';
import { ClusterService } from './cluster-service.js';
import { askCoordinator } from './coordinator-client.js';
import { CommitLoop, StoppedError } from './commit-loop.js';
import { httpHandler, type HttpAppServices } from './http-app.js';
import { listenOnLoopback, listenOnSocket, type HttpListener } from './http-listener.js';
import { InfoService } from './info-service.js';
import { Metrics } from './metrics.js';
import { ownIdentity } from './process-identity.js';
import { Recovery } from './recovery.js';
import { Snapshots } from './snapshots.js';
import { plainly, portError, StartError } from './start-error.js';
import { findRetiredAgents, stopAgents } from './stop-agents.js';

export interface DaemonServices {
  readonly version: string;
  /** `node` arguments that start an agent, up to its own options. */
  readonly agentCommand: readonly string[];
  readonly files: FileSystem;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** Runs when the events that wait have been handled. */
  readonly soon: (callback: () => void) => void;
  /** The daemon has ended in order, or must end now: the error says why. */
  readonly ended: (error?: unknown) => void;
}

/**
 * Opens a cluster's home and runs its scheduler. Throws a StartError or a StorageFailure, both with a message
 * for the user, and then leaves everything as it was. Nothing is touched before the home's lock is held.
 */
export async function startDaemon(homePath: string, services: DaemonServices): Promise<Daemon> {
  const home = clusterHome(homePath);
  const definition = readDefinition(home, services.files);
  if (!definition.ok) throw new StartError(definition.error);
  const { name, options: flags } = definition.value;
  const options = parseOptions([...flags, ['cluster_name', name]]);
  if (!options.ok) throw new StartError(`Cluster ${name}: ${options.error}`);
  const persistence = openSqlitePersistence({
    directory: home.path,
    fileSystem: services.files,
    restoreHint: `Backups are in ${home.backups}.`,
  });
  let daemon: Daemon | undefined;
  try {
    daemon = new Daemon(services, home, definition.value, options.value, persistence);
    await daemon.start();
    return daemon;
  } catch (error) {
    await daemon?.giveUp();
    persistence.close();
    throw plainly(error, home.path);
  }
}

/** Connections get this long to take their answers when the daemon ends. */
const CLOSE_LIMIT_MS = 1_000;

/** The parts of the daemon and how they hang together. */
export class Daemon {
  readonly #services: DaemonServices;
  readonly #home: ClusterHome;
  readonly #definition: LocalClusterDefinition;
  readonly #persistence: Persistence;
  readonly #store: Store;
  readonly #scheduler: Scheduler;
  readonly #commits: CommitLoop;
  readonly #snapshots: Snapshots;
  readonly #backups: Backups;
  readonly #metrics = new Metrics();
  readonly #agents: AgentService;
  readonly #supervisors: readonly AgentSupervisor[];
  readonly #info: InfoService;
  readonly #socketPath: string;
  readonly #listeners: HttpListener[] = [];
  #endpoint: SchedulerEndpoint | undefined;
  #ending = false;

  constructor(
    services: DaemonServices,
    home: ClusterHome,
    definition: LocalClusterDefinition,
    options: SchedulerOptions,
    persistence: Persistence,
  ) {
    const { clock, random, logger, soon } = services;
    this.#services = services;
    this.#home = home;
    this.#definition = definition;
    this.#persistence = persistence;
    const startMs = clock.monotonicMs();
    this.#store = recoverStore(persistence);
    this.#metrics.timed('scheduler_storage_recover', (clock.monotonicMs() - startMs) * 1e6);
    const fail = (error: unknown): void => {
      services.ended(error);
    };
    const scheduler = new Scheduler({
      clock,
      random,
      store: this.#store,
      options,
      logger,
      schedulerHost: hostname(),
      askCoordinator: (question) => {
        void this.#askCoordinator(question, options.slaCoordinatorTimeoutMs);
      },
      wake: () => {
        this.#commits.wake();
      },
    });
    this.#scheduler = scheduler;
    this.#commits = new CommitLoop({
      scheduler,
      persistence: {
        persist: (ops) => {
          const startedMs = clock.monotonicMs();
          persistence.persist(ops);
          this.#metrics.timed('scheduler_log_native_append', (clock.monotonicMs() - startedMs) * 1e6);
        },
      },
      dispatch: (commands) => {
        // Nothing is started on agents that are about to end.
        if (!this.#ending) this.#agents.dispatch(commands);
      },
      committed: () => {
        this.#snapshots.startWhenDue(this.#store);
      },
      fail,
      soon,
    });
    this.#snapshots = new Snapshots({
      persistence,
      commit: () => {
        this.#commits.flush();
      },
      later: soon,
      fail,
    });
    const { backupIntervalMs, maxSavedBackups } = options;
    this.#backups = new Backups({
      store: this.#store,
      directory: home.backups,
      intervalMs: backupIntervalMs,
      most: maxSavedBackups,
      files: services.files,
      clock,
      metrics: this.#metrics,
      logger,
      commit: () => {
        this.#commits.flush();
      },
      commits: () => this.#commits.commits,
      later: soon,
    });
    this.#agents = new AgentService({
      scheduler,
      metrics: this.#metrics,
      clock,
      commits: this.#commits,
      logger,
      hosts: new Set(definition.agents.map((agent) => agent.host)),
      adoptableTasks: (host, tasks) =>
        this.#store.hosts.has(host)
          ? new Map()
          : readAdoptableTasks(services.files, join(home.agents, host), tasks),
    });
    this.#socketPath = socketPathFor(join(home.path, 'scheduler.sock'));
    this.#supervisors = definition.agents.map((agent) => this.#newSupervisor(agent));
    this.#info = new InfoService({
      scheduler,
      commits: this.#commits,
      supervisors: this.#supervisors,
      store: this.#store,
      metrics: this.#metrics,
      clock,
      snapshots: this.#snapshots,
      persistence,
      history: { intervalMs: options.statSamplingIntervalMs, retentionMs: options.statRetentionPeriodMs },
      quit: () => {
        this.#quitSoon();
      },
      halt: () => {
        soon(() => {
          fail(new StartError('halted at once, as /abortabortabort asks'));
        });
      },
    });
  }

  /** Where the running daemon is reached. */
  get endpoint(): SchedulerEndpoint {
    if (!this.#endpoint) throw new Error('the daemon does not listen yet');
    return this.#endpoint;
  }

  /** Listens, starts or adopts the agents, and then says on disk that it is up. */
  async start(): Promise<void> {
    const { files, clock, logger, version } = this.#services;
    const http = this.#httpServices();
    const { httpPort } = this.#definition;
    const tcp = await listenOnLoopback(httpPort, httpHandler(http, 'loopback')).catch((error: unknown) => {
      throw portError(error, this.#definition);
    });
    this.#listeners.push(tcp);
    this.#endpoint = {
      ...ownIdentity(),
      socketPath: this.#socketPath,
      httpUrl: `http://127.0.0.1:${tcp.port}`,
      version,
      startedMs: clock.nowMs(),
    };
    this.#listeners.push(await listenOnSocket(this.#socketPath, httpHandler(http, 'socket')));
    this.#scheduler.start();
    this.#commits.wake();
    this.#backups.start();
    this.#info.start();
    for (const supervisor of this.#supervisors) supervisor.start();
    this.#endRetiredAgents();
    files.writeFileDurably(this.#home.endpoint, `${JSON.stringify(this.#endpoint, undefined, 2)}\n`, 0o600);
    logger.info('scheduler is up', { ...this.#endpoint, tasks: this.#store.taskCount });
  }

  /** Undoes a start that failed on the way. */
  async giveUp(): Promise<void> {
    this.#ending = true;
    this.#scheduler.stop();
    this.#backups.stop();
    this.#info.stop();
    for (const supervisor of this.#supervisors) supervisor.leave();
    await Promise.all(this.#listeners.map((listener) => listener.close()));
    this.#agents.close();
  }

  /** Ends the daemon in order; agents and tasks live on and are adopted by the next one. */
  quit(): void {
    if (this.#ending) return;
    this.#ending = true;
    this.#services.logger.info('scheduler ends');
    for (const supervisor of this.#supervisors) supervisor.leave();
    void this.#end();
  }

  /** Ends the agents, with their tasks or without, then the daemon. Resolves when the agents are gone. */
  async stop(killTasks: boolean): Promise<void> {
    if (this.#ending) return;
    this.#ending = true;
    const { clock, logger } = this.#services;
    logger.info('cluster stops', { killTasks });
    // What the agents report of their tasks' end is still recorded; nothing new is placed.
    this.#scheduler.stop();
    for (const supervisor of this.#supervisors) supervisor.leave();
    await stopAgents(this.#supervisors, { killTasks }, { clock, logger });
    // The answer to whoever asked goes out before the connections close.
    this.#services.soon(() => void this.#end());
  }

  async #end(): Promise<void> {
    const { clock, ended } = this.#services;
    this.#scheduler.stop();
    this.#backups.stop();
    this.#info.stop();
    this.#commits.close();
    this.#remove(this.#home.endpoint);
    const closed = Promise.all(this.#listeners.map((listener) => listener.close()));
    const limit = new Promise<void>((resolve) => {
      clock.after(CLOSE_LIMIT_MS, resolve);
    });
    await Promise.race([closed, limit]);
    this.#remove(this.#socketPath);
    this.#agents.close();
    this.#persistence.close();
    ended();
  }

  /** What a daemon leaves behind is only a trace of it: the next one writes it anew. */
  #remove(path: string): void {
    try {
      this.#services.files.remove(path);
    } catch (error) {
      this.#services.logger.warn('a file could not be removed', { path, error: String(error) });
    }
  }

  #newSupervisor(definition: LocalClusterDefinition['agents'][number]): AgentSupervisor {
    const { files, clock, logger, agentCommand } = this.#services;
    const directory = join(this.#home.agents, definition.host);
    return new AgentSupervisor({
      cluster: this.#definition.name,
      definition,
      directory,
      schedulerSocketPath: this.#socketPath,
      socketPath: socketPathFor(join(directory, 'agent.sock')),
      command: agentCommand,
      files,
      clock,
      logger,
      onAdopted: ({ agentId, socketPath }) => {
        this.#agents.adopt(agentId, socketPath);
      },
    });
  }

  async #askCoordinator(question: CoordinatorQuestion, timeoutMs: number): Promise<void> {
    const { logger } = this.#services;
    const answer = await askCoordinator(question, timeoutMs, logger);
    try {
      await this.#commits.run(() => {
        this.#scheduler.coordinatorAnswered(question, answer);
      });
    } catch (error) {
      // When the daemon ends, the next one asks anew; anything else broke off in the middle of a change.
      if (!(error instanceof StoppedError)) this.#services.ended(error);
    }
  }

  /** After the answer to whoever asked. */
  #quitSoon(): void {
    this.#services.soon(() => {
      this.quit();
    });
  }

  #endRetiredAgents(): void {
    const { files, clock, logger } = this.#services;
    const hosts = new Set(this.#definition.agents.map((agent) => agent.host));
    const retired = findRetiredAgents(files, this.#home.agents, hosts);
    for (const { host } of retired) logger.info('agent is no longer defined and ends', { host });
    void stopAgents(retired, { killTasks: true }, { clock, logger });
  }

  #httpServices(): HttpAppServices {
    const { clock, logger, files, ended } = this.#services;
    const { name } = this.#definition;
    const metrics = this.#metrics;
    const common = { scheduler: this.#scheduler, commits: this.#commits, supervisors: this.#supervisors };
    const recovery = new Recovery({
      store: this.#store,
      snapshots: this.#snapshots,
      backups: this.#backups,
      files,
      shutDown: () => {
        this.#quitSoon();
      },
    });
    return {
      api: new ApiService({
        clusterName: name,
        context: { scheduler: this.#scheduler, recovery, user: 'UNSECURE' },
        commits: this.#commits,
        metrics,
        clock,
        logger,
        fail: ended,
      }),
      agents: this.#agents,
      cluster: new ClusterService({
        ...common,
        name,
        endpoint: () => this.endpoint,
        agents: this.#agents,
        stop: (killTasks) => this.stop(killTasks),
      }),
      info: this.#info,
      metrics,
      logger,
    };
  }
}
