import { err, ok, type Result } from '../../base/result.js';
import type { ClusterJobKey } from '../../model/job-key.js';
import type { JobUpdateKey, JobUpdateStatus, JobUpdateSummary } from '../../model/job-update.js';
import type { SchedulerClient } from '../../client/scheduler-client.js';
import { bareKey } from '../../client/tasks.js';
import { optionalPositional, quoted, anyText } from '../argument-spec.js';
import type { Context } from '../context.js';
import { CommandError, EXIT } from '../exit-codes.js';
import { requireOk, resultOf } from '../scheduler-session.js';

export const ACTIVE_UPDATE_STATUSES: readonly JobUpdateStatus[] = [
  'ROLLING_BACK',
  'ROLLING_FORWARD',
  'ROLL_BACK_AWAITING_PULSE',
  'ROLL_BACK_PAUSED',
  'ROLL_FORWARD_AWAITING_PULSE',
  'ROLL_FORWARD_PAUSED',
];

const INACTIVE_UPDATE_STATUSES: readonly JobUpdateStatus[] = [
  'ABORTED',
  'ERROR',
  'FAILED',
  'ROLLED_BACK',
  'ROLLED_FORWARD',
];

/** Names that `--status` takes besides the statuses themselves. */
export const STATUS_GROUPS: ReadonlyMap<string, readonly JobUpdateStatus[]> = new Map<
  string,
  readonly JobUpdateStatus[]
>([
  ['active', ACTIVE_UPDATE_STATUSES],
  ['all', [...ACTIVE_UPDATE_STATUSES, ...INACTIVE_UPDATE_STATUSES]],
  ['blocked', ['ROLL_BACK_AWAITING_PULSE', 'ROLL_FORWARD_AWAITING_PULSE']],
  ['failed', ['ERROR', 'FAILED', 'ROLLED_BACK']],
  ['inactive', INACTIVE_UPDATE_STATUSES],
  ['paused', ['ROLL_BACK_PAUSED', 'ROLL_FORWARD_PAUSED']],
  ['succeeded', ['ROLLED_FORWARD']],
]);

export const updateIdArgument = optionalPositional('ID', anyText, {
  help: 'Update identifier provided by the scheduler when an update was started.',
});

/** A part of the key space: missing parts match everything. */
export interface UpdateFilter {
  readonly cluster: string;
  readonly role?: string;
  readonly environment?: string;
  readonly name?: string;
}

export function parseUpdateFilter(text: string): Result<UpdateFilter, string> {
  const [cluster, role, environment, name, ...more] = text.split('/');
  if (!cluster || more.length > 0) return err(`invalid update_filter value: ${quoted(text)}`);
  return ok({
    cluster,
    ...(role === undefined ? {} : { role }),
    ...(environment === undefined ? {} : { environment }),
    ...(name === undefined ? {} : { name }),
  });
}

export function isActiveUpdate(status: JobUpdateStatus | undefined): boolean {
  return status !== undefined && ACTIVE_UPDATE_STATUSES.includes(status);
}

/** The job's active update; undefined when there is none, an error when there are several. */
export async function activeUpdate(
  context: Context,
  client: SchedulerClient,
  key: ClusterJobKey,
): Promise<JobUpdateKey | undefined> {
  const response = await client.call('getJobUpdateSummaries', {
    jobUpdateQuery: { jobKey: bareKey(key), updateStatuses: ACTIVE_UPDATE_STATUSES },
  });
  requireOk(context.console, response);
  const summaries = summariesOf(response);
  if (summaries.length > 1)
    throw new CommandError(EXIT.apiError, 'The scheduler returned multiple active updates for this job.');
  return summaries[0]?.key;
}

export function summariesOf(response: Parameters<typeof resultOf>[0]): readonly JobUpdateSummary[] {
  const result = resultOf(response, 'getJobUpdateSummariesResult') as
    { updateSummaries?: readonly JobUpdateSummary[] } | undefined;
  return result?.updateSummaries ?? [];
}

/** The update's page, for people. */
export function updateUrl(client: SchedulerClient, key: ClusterJobKey, id: string): string {
  return client.pageUrl(key.role, key.environment, key.name, 'update', id);
}
