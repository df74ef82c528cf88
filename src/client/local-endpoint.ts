import { join } from 'node:path';
import type { FileSystem } from '../base/file-system.js';
import type { AgentProcess } from '../model/agent-protocol.js';
import type { SchedulerEndpoint } from '../model/cluster.js';

/** The scheduler of a local cluster as its own file says; it may have died since. */
export function readEndpoint(home: string, files: FileSystem): SchedulerEndpoint | undefined {
  const value = readJson(join(home, 'scheduler.json'), files);
  return isEndpoint(value) ? value : undefined;
}

/** The agent of a work directory as its own file says; it may have died since. */
export function readAgentProcess(
  directory: string,
  files: FileSystem,
): Pick<AgentProcess, 'pid' | 'startTicks'> | undefined {
  const value = readJson(join(directory, 'agent.json'), files);
  if (typeof value !== 'object' || value === null) return undefined;
  const { pid, startTicks } = value as Partial<AgentProcess>;
  if (typeof pid !== 'number') return undefined;
  return typeof startTicks === 'number' ? { pid, startTicks } : { pid };
}

/** Undefined when the file is missing or half written. */
function readJson(path: string, files: FileSystem): unknown {
  if (!files.exists(path)) return undefined;
  try {
    return JSON.parse(files.readText(path));
  } catch {
    return undefined;
  }
}

function isEndpoint(value: unknown): value is SchedulerEndpoint {
  if (typeof value !== 'object' || value === null) return false;
  const { pid, socketPath, httpUrl } = value as Partial<SchedulerEndpoint>;
  return (
    typeof pid === 'number' &&
    typeof socketPath === 'string' &&
    typeof httpUrl === 'string' &&
    URL.canParse(httpUrl)
  );
}
