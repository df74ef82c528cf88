import { join } from 'node:path';
import type { Clock } from '../base/clock.js';
import type { FileSystem } from '../base/file-system.js';
import type { Logger } from '../base/logging.js';
import type { ShutdownRequest } from '../model/agent-protocol.js';
import { AgentLink, AgentRefusal } from './agent-link.js';
import { readAgentProcess } from './agent-supervisor.js';
import { isAlive, signal } from './process-identity.js';

/** An agent process that is to end. */
export interface EndingAgent {
  readonly host: string;
  readonly socketPath: string;
  isRunning(): boolean;
  kill(name: 'SIGTERM' | 'SIGKILL'): void;
}

export interface StopServices {
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Tasks get the time that they may take to end: 30 s of finalization and the grace around it. */
const ORDERLY_LIMIT_MS = 75_000;
const TERM_LIMIT_MS = 5_000;
const POLL_MS = 20;
/** An agent that has just been started does not listen yet. */
const RETRY_MS = 100;
const RETRY_LIMIT_MS = 5_000;

/** Ends agents: asks them, then insists. Resolves when none of them runs. */
export async function stopAgents(
  agents: readonly EndingAgent[],
  request: ShutdownRequest,
  services: StopServices,
): Promise<void> {
  await Promise.all(agents.map((agent) => stopAgent(agent, request, services)));
}

/** Agents that still run for hosts which the cluster's definition no longer has. */
export function findRetiredAgents(
  files: FileSystem,
  agentsDirectory: string,
  hosts: ReadonlySet<string>,
): EndingAgent[] {
  if (!files.exists(agentsDirectory)) return [];
  return files
    .readDirectory(agentsDirectory)
    .filter((host) => !hosts.has(host))
    .flatMap((host) => {
      const running = readAgentProcess(files, join(agentsDirectory, host));
      if (!running || !isAlive(running)) return [];
      return {
        host,
        socketPath: running.socketPath,
        isRunning: () => isAlive(running),
        kill: (name: 'SIGTERM' | 'SIGKILL') => {
          signal(running, name);
        },
      };
    });
}

async function stopAgent(
  agent: EndingAgent,
  request: ShutdownRequest,
  services: StopServices,
): Promise<void> {
  if (!agent.isRunning()) return;
  const asked = await ask(agent, request, services);
  if (asked && (await ends(agent, ORDERLY_LIMIT_MS, services.clock))) return;
  services.logger.warn('agent does not end by itself', { host: agent.host, asked });
  agent.kill('SIGTERM');
  if (await ends(agent, TERM_LIMIT_MS, services.clock)) return;
  agent.kill('SIGKILL');
  await ends(agent, TERM_LIMIT_MS, services.clock);
}

/** Whether the agent has been told. */
async function ask(agent: EndingAgent, request: ShutdownRequest, services: StopServices): Promise<boolean> {
  const { clock, logger } = services;
  const link = new AgentLink({
    agentId: agent.host,
    socketPath: agent.socketPath,
    logger,
    onUndelivered: () => undefined,
  });
  const deadline = clock.monotonicMs() + RETRY_LIMIT_MS;
  try {
    while (agent.isRunning()) {
      try {
        await link.exchange('POST', '/v1/shutdown', request, ORDERLY_LIMIT_MS);
        return true;
      } catch (error) {
        if (error instanceof AgentRefusal) return false;
        // A connection that breaks may be the agent's end.
        if (clock.monotonicMs() > deadline) return false;
        await pause(clock, RETRY_MS);
      }
    }
    return true;
  } finally {
    link.close();
  }
}

async function ends(agent: EndingAgent, limitMs: number, clock: Clock): Promise<boolean> {
  const deadline = clock.monotonicMs() + limitMs;
  while (agent.isRunning()) {
    if (clock.monotonicMs() > deadline) return false;
    await pause(clock, POLL_MS);
  }
  return true;
}

function pause(clock: Clock, delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    clock.after(delayMs, resolve);
  });
}
