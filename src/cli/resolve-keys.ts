import type { ClusterJobKey } from '../model/job-key.js';
import { isIdentifier } from '../model/job-key.js';
import { matchesGlob } from '../client/glob.js';
import type { Context } from './context.js';
import { CommandError, EXIT } from './exit-codes.js';
import type { KeyPattern } from './key-arguments.js';
import { clustersOf, connect, requireOk, resultOf } from './scheduler-session.js';

/**
 * The jobs that a key or pattern names. A key without `*` is taken as it is, without asking; otherwise the
 * scheduler lists the jobs of the role (with an active task, or cron), and they are matched here.
 */
export async function resolveKeys(context: Context, pattern: KeyPattern): Promise<ClusterJobKey[]> {
  const parts = [pattern.cluster, pattern.role, pattern.environment, pattern.name];
  if (!parts.some((part) => part.includes('*'))) {
    checkIdentifiers(pattern);
    return [pattern];
  }
  const names =
    pattern.cluster === '*' ? [...(await clustersOf(context.host).all()).keys()] : [pattern.cluster];
  const found: ClusterJobKey[] = [];
  for (const cluster of names) found.push(...(await matchingJobs(context, cluster, pattern)));
  return found;
}

async function matchingJobs(
  context: Context,
  cluster: string,
  pattern: KeyPattern,
): Promise<ClusterJobKey[]> {
  const client = await connect(context, cluster);
  const anyRole = pattern.role.includes('*');
  context.console.info(`Retrieving jobs for role ${anyRole ? 'None' : pattern.role}`);
  const response = await client.call('getJobs', anyRole ? {} : { ownerRole: pattern.role });
  requireOk(context.console, response, { exitCode: EXIT.commandFailure });
  return (resultOf(response, 'getJobsResult')?.configs ?? [])
    .map(({ key }) => ({ cluster, role: key.role, environment: key.environment, name: key.name }))
    .filter(
      (key) =>
        matchesGlob(key.role, pattern.role) &&
        matchesGlob(key.environment, pattern.environment) &&
        matchesGlob(key.name, pattern.name),
    );
}

function checkIdentifiers({ role, environment, name }: KeyPattern): void {
  for (const [field, value] of [
    ['role', role],
    ['env', environment],
    ['name', name],
  ] as const)
    if (!isIdentifier(value)) throw new CommandError(EXIT.invalidParameter, `Invalid ${field} '${value}'`);
}
