import type { JobUpdateRequest } from '../model/job-update.js';
import type { GetJobUpdateDiffResult } from '../model/response.js';
import { rangesOf, rangesText } from '../client/instance-ranges.js';
import type { SchedulerClient } from '../client/scheduler-client.js';
import type { Context } from './context.js';
import { EXIT } from './exit-codes.js';
import { requireOk, resultOf } from './scheduler-session.js';

/** What the scheduler says that an update would change, instance by instance. */
export async function fetchUpdateDiff(
  context: Context,
  client: SchedulerClient,
  request: JobUpdateRequest,
): Promise<Partial<GetJobUpdateDiffResult>> {
  const response = await client.call('getJobUpdateDiff', { request });
  requireOk(context.console, response, {
    exitCode: EXIT.commandFailure,
    heading: 'Error getting diff info from scheduler',
  });
  return resultOf(response, 'getJobUpdateDiffResult') ?? {};
}

/** The lines for added, removed and unchanged instances; a kind without instances has no line. */
export function diffLine(label: string, groups: GetJobUpdateDiffResult['add'] | undefined): string[] {
  const ranges = rangesOf(groups);
  return ranges.length === 0 ? [] : [`${label} instances: ${rangesText(ranges)}`];
}
