import { ACTIVE_STATES } from '../../model/scheduled-task.js';
import { formatClusterJobKey } from '../../model/job-key.js';
import { waitUntil, type WaitGoal } from '../../client/job-watcher.js';
import { bareKey, jobQuery, tasksOf } from '../../client/tasks.js';
import { positional, toInteger } from '../argument-spec.js';
import { openBrowser } from '../browser.js';
import type { Command } from '../command.js';
import {
  bindOption,
  configOption,
  evaluationOptions,
  openBrowserOption,
  readJsonOption,
  universalOptions,
  waitUntilOption,
} from '../common-options.js';
import { CommandError, EXIT } from '../exit-codes.js';
import type { HookedCall } from '../../config/hooks.js';
import { hookedCall } from '../hooked-call.js';
import { taskInstanceArgument } from '../key-arguments.js';
import { loadOptionalConfig } from '../load-job.js';
import { connect, requireOk } from '../scheduler-session.js';
import { watchOf } from '../watch.js';

const countArgument = positional('instance_count', toInteger, { help: 'Number of instances to add.' });

export const addCommand: Command = {
  spec: {
    path: 'aurora job add',
    summary: '',
    description:
      'Add instances to a scheduled job. The task config to replicate is specified by the /INSTANCE value of ' +
      'the task_instance argument.',
    example: 'aurora job add cluster1/www-data/devel/hello_world/0 2',
    parameters: [
      openBrowserOption,
      bindOption,
      waitUntilOption,
      configOption,
      readJsonOption,
      ...universalOptions,
      ...evaluationOptions,
      taskInstanceArgument,
      countArgument,
    ],
  },
  async run(context) {
    const { args, console } = context;
    const { key, instanceId } = args.required(taskInstanceArgument);
    const count = args.required(countArgument);
    const client = await connect(context, key.cluster);
    const query = jobQuery(key, { statuses: ACTIVE_STATES });
    const sources = await client.call('getTasksWithoutConfigs', { query });
    requireOk(console, sources, { exitCode: EXIT.invalidParameter });
    if (!tasksOf(sources).some((task) => task.assignedTask.instanceId === instanceId))
      throw new CommandError(EXIT.invalidParameter, `Invalid instance parameter: [${instanceId}]`);
    const before = await client.call('getTasksWithoutConfigs', { query });
    requireOk(console, before, { exitCode: EXIT.invalidParameter });
    const active = tasksOf(before);
    if (active.some(({ assignedTask: { task } }) => task.slaPolicy !== undefined))
      console.out('WARNING: Adding instances without updating SlaPolicy.');
    console.info(
      `Adding ${count} instances to ${formatClusterJobKey(key)} using the task config of instance ${instanceId}`,
    );
    const job = await loadOptionalConfig(context, key);
    const call: HookedCall = {
      method: 'add_instances',
      args: ['job_key', instanceId, count],
      keywords: { config: job ? 'config' : null },
    };
    requireOk(
      console,
      await hookedCall(context, job, call, () =>
        client.call('addInstances', { key: { jobKey: bareKey(key), instanceId }, count }),
      ),
    );
    const first = Math.max(-1, ...active.map((task) => task.assignedTask.instanceId)) + 1;
    const added = Array.from({ length: Math.max(0, count) }, (_, index) => first + index);
    await waitUntil(client, key, args.get(waitUntilOption) as WaitGoal, watchOf(context, client), added);
    if (args.get(openBrowserOption))
      await openBrowser(context, client.pageUrl(key.role, key.environment, key.name));
    return EXIT.ok;
  },
};
