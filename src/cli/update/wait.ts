import type { JobUpdateKey, JobUpdateStatus } from '../../model/job-update.js';
import { sleep } from '../../client/interruption.js';
import type { SchedulerClient } from '../../client/scheduler-client.js';
import { bareKey } from '../../client/tasks.js';
import type { Command } from '../command.js';
import { universalOptions } from '../common-options.js';
import type { Context } from '../context.js';
import { CommandError, EXIT } from '../exit-codes.js';
import { jobKeyArgument } from '../key-arguments.js';
import { connect, requireOk } from '../scheduler-session.js';
import { watchOf } from '../watch.js';
import { isActiveUpdate, summariesOf, updateIdArgument } from './update-keys.js';

export const waitCommand: Command = {
  spec: {
    path: 'aurora update wait',
    summary: '',
    description: 'Block until an update has entered a terminal state.',
    example: 'aurora update wait cluster1/www-data/devel/hello_world UPDATE_ID',
    parameters: [...universalOptions, jobKeyArgument, updateIdArgument],
  },
  async run(context) {
    const key = context.args.required(jobKeyArgument);
    const id = context.args.get(updateIdArgument);
    const client = await connect(context, key.cluster);
    const updateKey = { job: bareKey(key), ...(id === undefined ? {} : { id }) };
    return waitForUpdate(context, client, updateKey, UPDATE_OUTCOMES);
  },
};

/** Exit codes by terminal status; any other end is an unknown error. */
export type Outcomes = ReadonlyMap<JobUpdateStatus, number>;

export const UPDATE_OUTCOMES: Outcomes = new Map<JobUpdateStatus, number>([
  ['ROLLED_FORWARD', EXIT.ok],
  ['ROLLED_BACK', EXIT.commandFailure],
]);

export const ROLLBACK_OUTCOMES: Outcomes = new Map<JobUpdateStatus, number>([
  ['ROLLED_BACK', EXIT.ok],
  ['ROLLED_FORWARD', EXIT.commandFailure],
]);

const POLL_MS = 5_000;

/** Prints every change of status until the update is over. */
export async function waitForUpdate(
  context: Context,
  client: SchedulerClient,
  key: JobUpdateKey,
  outcomes: Outcomes,
): Promise<number> {
  const { clock, interrupted, speedUp } = watchOf(context, client);
  let shown: JobUpdateStatus | undefined;
  for (;;) {
    const response = await client.call('getJobUpdateSummaries', { jobUpdateQuery: { key } });
    requireOk(context.console, response);
    const [summary, ...others] = summariesOf(response);
    if (!summary?.state) throw new CommandError(EXIT.invalidParameter, 'Job update not found.');
    if (others.length > 0) {
      const ids = [summary, ...others].map((each) => each.key.id ?? '').join(', ');
      throw new CommandError(EXIT.apiError, `Scheduler returned multiple updates: [${ids}]`);
    }
    const { status } = summary.state;
    if (status !== shown) context.console.out(`Current state ${status}`);
    shown = status;
    if (!isActiveUpdate(status)) return outcomes.get(status) ?? EXIT.unknownError;
    await sleep(clock, POLL_MS / speedUp, interrupted);
  }
}
