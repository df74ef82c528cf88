import type { ClusterJobKey } from '../../model/job-key.js';
import type { SchedulerClient } from '../../client/scheduler-client.js';
import type { Command } from '../command.js';
import { messageOption, universalOptions, waitOption } from '../common-options.js';
import type { Context } from '../context.js';
import { CommandError, EXIT } from '../exit-codes.js';
import { jobKeyArgument } from '../key-arguments.js';
import { connect, requireOk } from '../scheduler-session.js';
import { activeUpdate } from './update-keys.js';
import { ROLLBACK_OUTCOMES, waitForUpdate } from './wait.js';

export const pauseCommand = changeCommand('pause', 'pauseJobUpdate', 'Update has been paused.');
export const resumeCommand = changeCommand('resume', 'resumeJobUpdate', 'Update has been resumed.');
export const abortCommand = changeCommand('abort', 'abortJobUpdate', 'Update has been aborted.');

export const rollbackCommand: Command = {
  spec: {
    path: 'aurora update rollback',
    summary: '',
    example: 'aurora update rollback cluster1/www-data/devel/hello_world --wait',
    parameters: [messageOption, waitOption, ...universalOptions, jobKeyArgument],
  },
  async run(context) {
    const key = context.args.required(jobKeyArgument);
    const client = await connect(context, key.cluster);
    const update = await change(context, client, key, 'rollback', 'rollbackJobUpdate');
    context.console.out('Update rollback has started.');
    if (!context.args.get(waitOption)) return EXIT.ok;
    return waitForUpdate(context, client, update, ROLLBACK_OUTCOMES);
  },
};

type Change = 'pauseJobUpdate' | 'resumeJobUpdate' | 'abortJobUpdate' | 'rollbackJobUpdate';

function changeCommand(verb: string, method: Change, success: string): Command {
  return {
    spec: {
      path: `aurora update ${verb}`,
      summary: '',
      example: `aurora update ${verb} cluster1/www-data/devel/hello_world -m 'looking into errors'`,
      parameters: [messageOption, ...universalOptions, jobKeyArgument],
    },
    async run(context) {
      const key = context.args.required(jobKeyArgument);
      const client = await connect(context, key.cluster);
      await change(context, client, key, verb, method);
      context.console.out(success);
      return EXIT.ok;
    },
  };
}

async function change(
  context: Context,
  client: SchedulerClient,
  key: ClusterJobKey,
  verb: string,
  method: Change,
) {
  const update = await activeUpdate(context, client, key);
  if (!update) throw new CommandError(EXIT.invalidParameter, 'No active update found for this job.');
  const message = context.args.get(messageOption);
  const response = await client.call(method, { key: update, ...(message === undefined ? {} : { message }) });
  requireOk(context.console, response, { heading: `Failed to ${verb} update due to error:` });
  return update;
}
