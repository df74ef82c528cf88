import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock, Timer } from '../base/clock.js';
import type { FileSystem } from '../base/file-system.js';
import type { Logger } from '../base/logging.js';
import type { AgentProcess, AgentSettings } from '../model/agent-protocol.js';
import type { AgentDefinition } from '../model/cluster.js';
import { identify, isAlive, signal, type ProcessIdentity } from './process-identity.js';

export interface AgentSupervisorDependencies {
  readonly cluster: string;
  readonly definition: AgentDefinition;
  /** The agent's work directory. */
  readonly directory: string;
  readonly schedulerSocketPath: string;
  readonly socketPath: string;
  /** `node` arguments that start an agent, up to its own `--directory`. */
  readonly command: readonly string[];
  readonly files: FileSystem;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Told of the agent that outlived an earlier daemon. */
  readonly onAdopted: (agent: AgentProcess) => void;
}

const FIRST_BACKOFF_MS = 100;
const LONGEST_BACKOFF_MS = 30_000;
/** An agent that lived this long did not die of its start. */
const STABLE_MS = 60_000;
/** How often an agent that is not our child is looked at. */
const ADOPTED_POLL_MS = 1_000;

/**
 * Keeps one agent alive: adopts the one that outlived an earlier daemon, otherwise starts one, and starts
 * another when it dies, at once and then after waits that double up to 30 s.
 */
export class AgentSupervisor {
  readonly #dependencies: AgentSupervisorDependencies;
  #process: ProcessIdentity | undefined;
  #timer: Timer | undefined;
  #backoffMs = FIRST_BACKOFF_MS;
  #startedMs = 0;
  #stopping = false;
  #restarts = 0;

  constructor(dependencies: AgentSupervisorDependencies) {
    this.#dependencies = dependencies;
  }

  get host(): string {
    return this.#dependencies.definition.host;
  }

  get socketPath(): string {
    return this.#dependencies.socketPath;
  }

  get definition(): AgentDefinition {
    return this.#dependencies.definition;
  }

  get pid(): number | undefined {
    return this.#process?.pid;
  }

  get restarts(): number {
    return this.#restarts;
  }

  start(): void {
    const { files, directory, logger } = this.#dependencies;
    files.makeDirectory(directory, 0o700);
    this.#writeSettings();
    const running = readAgentProcess(files, directory);
    if (running && isAlive(running)) {
      logger.info('agent adopted', { host: this.host, pid: running.pid });
      this.#watch(running);
      this.#dependencies.onAdopted(running);
    } else this.#spawn();
  }

  /** Stops restarting; the agent itself lives on. */
  leave(): void {
    this.#stopping = true;
    this.#timer?.cancel();
  }

  isRunning(): boolean {
    return this.#process !== undefined && isAlive(this.#process);
  }

  kill(name: 'SIGTERM' | 'SIGKILL'): void {
    if (this.#process) signal(this.#process, name);
  }

  #writeSettings(): void {
    const { cluster, definition, schedulerSocketPath, socketPath, files, directory } = this.#dependencies;
    const settings: AgentSettings = { ...definition, cluster, schedulerSocketPath, socketPath };
    files.writeFileDurably(
      join(directory, 'settings.json'),
      `${JSON.stringify(settings, undefined, 2)}\n`,
      0o600,
    );
  }

  #spawn(): void {
    const { command, directory, clock, logger } = this.#dependencies;
    const log = openSync(join(directory, 'agent.log'), 'a', 0o600);
    try {
      const child = spawn(process.execPath, [...command, '--directory', directory], {
        detached: true,
        stdio: ['ignore', log, log],
        cwd: '/',
      });
      this.#startedMs = clock.monotonicMs();
      child.once('error', (error) => {
        logger.error('agent cannot be started', { host: this.host, error: error.message });
        this.#ended();
      });
      if (child.pid === undefined) return;
      child.unref();
      this.#process = identify(child.pid);
      child.once('exit', (code, signalName) => {
        logger.warn('agent ended', { host: this.host, pid: child.pid, code, signal: signalName });
        this.#ended();
      });
      logger.info('agent started', { host: this.host, pid: child.pid });
    } finally {
      closeSync(log);
    }
  }

  /** An adopted agent is nobody's child here: its end shows only when one looks. */
  #watch(running: ProcessIdentity): void {
    this.#process = running;
    this.#startedMs = this.#dependencies.clock.monotonicMs();
    const look = (): void => {
      if (this.#stopping) return;
      if (isAlive(running)) this.#timer = this.#dependencies.clock.after(ADOPTED_POLL_MS, look);
      else {
        this.#dependencies.logger.warn('adopted agent ended', { host: this.host, pid: running.pid });
        this.#ended();
      }
    };
    look();
  }

  #ended(): void {
    this.#process = undefined;
    if (this.#stopping) return;
    const { clock } = this.#dependencies;
    if (clock.monotonicMs() - this.#startedMs > STABLE_MS) this.#backoffMs = FIRST_BACKOFF_MS;
    const wait = this.#backoffMs;
    this.#backoffMs = Math.min(LONGEST_BACKOFF_MS, wait * 2);
    this.#restarts++;
    this.#timer = clock.after(wait, () => {
      this.#spawn();
    });
  }
}

/** What a running agent wrote about itself, when the file is there and whole. */
export function readAgentProcess(files: FileSystem, directory: string): AgentProcess | undefined {
  const path = join(directory, 'agent.json');
  if (!files.exists(path)) return undefined;
  try {
    const value = JSON.parse(files.readText(path)) as Partial<AgentProcess> | null;
    const whole =
      typeof value?.pid === 'number' &&
      typeof value.socketPath === 'string' &&
      typeof value.agentId === 'string' &&
      (value.startTicks === undefined || typeof value.startTicks === 'number');
    return whole ? (value as AgentProcess) : undefined;
  } catch {
    return undefined;
  }
}
