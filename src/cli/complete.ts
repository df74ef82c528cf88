import { formatClusterJobKey, type ClusterJobKey } from '../model/job-key.js';
import { runningEndpoint } from '../client/local-cluster.js';
import { tasksOf } from '../client/tasks.js';
import type { CommandNode } from './command.js';
import { completions } from './completion.js';
import type { Console } from './console.js';
import type { Host } from './context.js';
import { EXIT } from './exit-codes.js';
import { clustersOf, connectTo } from './scheduler-session.js';

/** `aurora __complete WORD...`: what the shells' scripts call. Whatever fails completes nothing. */
export async function complete(
  commands: readonly CommandNode[],
  words: readonly string[],
  host: Host,
  console: Console,
): Promise<number> {
  try {
    const found = await completions(commands, words, () => knownKeys(host, console));
    if (found.length > 0) console.out(found.join('\n'));
  } catch {
    // An error message in the middle of a line that is being typed helps nobody.
  }
  return EXIT.ok;
}

/** Clusters, and the jobs of those that run on this machine. */
async function knownKeys(host: Host, console: Console): Promise<string[]> {
  const keys: string[] = [];
  for (const cluster of (await clustersOf(host).all()).values()) {
    keys.push(`${cluster.name}/`);
    if (cluster.kind !== 'local' || !runningEndpoint(cluster, host)) continue;
    const response = await connectTo({ host, console }, cluster).call('getTasksWithoutConfigs', {
      query: {},
    });
    for (const { assignedTask } of tasksOf(response)) {
      const key: ClusterJobKey = { cluster: cluster.name, ...assignedTask.task.job };
      keys.push(formatClusterJobKey(key));
    }
  }
  return keys;
}
