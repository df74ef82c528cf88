import { join } from 'node:path';
import type { FileSystem } from '../base/file-system.js';
import type { SchedulerEndpoint } from '../model/cluster.js';

/** The scheduler of a local cluster as its own file says; it may have died since. */
export function readEndpoint(home: string, files: FileSystem): SchedulerEndpoint | undefined {
  const path = join(home, 'scheduler.json');
  if (!files.exists(path)) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(files.readText(path));
  } catch {
    return undefined;
  }
  return isEndpoint(value) ? value : undefined;
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
