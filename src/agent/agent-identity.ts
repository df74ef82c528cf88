import { join } from 'node:path';
import type { FileSystem } from '../base/file-system.js';
import type { Random } from '../base/random.js';
import { lookUpStartTicks } from './host-facts.js';
import type { AgentProcess } from '../model/agent-protocol.js';

/** Kept in the work directory for ever: what the scheduler knows of this host hangs on it. */
export function stableAgentId(fileSystem: FileSystem, random: Random, directory: string): string {
  const path = join(directory, 'agent-id');
  if (fileSystem.exists(path)) {
    const id = fileSystem.readText(path).trim();
    if (id !== '') return id;
  }
  const id = random.uuid();
  fileSystem.writeFileDurably(path, `${id}\n`, 0o600);
  return id;
}

/** `agent.json`, once the agent listens: how the next daemon finds it. */
export function announceProcess(fileSystem: FileSystem, directory: string, agent: AgentProcess): void {
  fileSystem.writeFileDurably(join(directory, 'agent.json'), `${JSON.stringify(agent)}\n`, 0o600);
}

/** The pid of the agent that announced itself in this directory and still runs: a second one must not. */
export function isHeldByAnother(
  fileSystem: FileSystem,
  directory: string,
  ownPid: number,
): number | undefined {
  try {
    const text = fileSystem.readText(join(directory, 'agent.json'));
    const { pid, startTicks } = JSON.parse(text) as Partial<AgentProcess>;
    if (typeof pid !== 'number' || pid === ownPid || typeof startTicks !== 'number') return undefined;
    return lookUpStartTicks(fileSystem, pid) === startTicks ? pid : undefined;
  } catch {
    return undefined;
  }
}
