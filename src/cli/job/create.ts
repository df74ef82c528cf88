import { formatClusterJobKey } from '../../model/job-key.js';
import { ensureRunning } from '../../client/local-cluster.js';
import { waitUntil, type WaitGoal } from '../../client/job-watcher.js';
import { jobQuery, tasksOf } from '../../client/tasks.js';
import { anyText, optionalPositional } from '../argument-spec.js';
import { openBrowser } from '../browser.js';
import type { Command } from '../command.js';
import {
  bindOption,
  evaluationOptions,
  openBrowserOption,
  readJsonOption,
  universalOptions,
  waitUntilOption,
} from '../common-options.js';
import { CommandError, EXIT } from '../exit-codes.js';
import { configPathFor } from '../find-config.js';
import { hookedCall } from '../hooked-call.js';
import { jobKeyArgument } from '../key-arguments.js';
import { loadJob } from '../load-job.js';
import { clustersOf, connectTo, localServices, requireOk } from '../scheduler-session.js';
import { watchOf } from '../watch.js';

const fileArgument = optionalPositional('pathname', anyText, {
  help:
    'Pathname of the aurora configuration file contain the job specification; on a local cluster it may be ' +
    'left out: the file that defines the job is looked for',
  completes: 'file',
});

export const createCommand: Command = {
  spec: {
    path: 'aurora job create',
    summary: '',
    example: 'aurora job create cluster1/www-data/devel/hello_world configs/examples/hello_world.aurora',
    parameters: [
      bindOption,
      readJsonOption,
      waitUntilOption,
      openBrowserOption,
      ...universalOptions,
      ...evaluationOptions,
      jobKeyArgument,
      fileArgument,
    ],
  },
  async run(context) {
    const { args, console, host } = context;
    const key = args.required(jobKeyArgument);
    const cluster = await clustersOf(host).get(key.cluster);
    const path = await configPathFor(context, key, args.get(fileArgument), 'aurora job create');
    const job = await loadJob(context, key, path);
    if (job.configuration.cronSchedule !== undefined)
      throw new CommandError(
        EXIT.commandFailure,
        'Cron jobs may only be scheduled with "aurora cron schedule" command',
      );
    if (cluster.kind === 'local') await ensureRunning(cluster, localServices(context));
    const client = connectTo(context, cluster);
    const url = client.pageUrl(key.role, key.environment, key.name);
    console.info(`Creating job ${key.name}`);
    const response = await hookedCall(context, job, { method: 'create_job', args: ['config'] }, () =>
      client.call('createJob', { description: job.convert() }),
    );
    requireOk(console, response, {
      exitCode: EXIT.commandFailure,
      heading: 'Job creation failed due to error:',
    });
    if (args.get(openBrowserOption)) await openBrowser(context, url);
    const goal = args.get(waitUntilOption) as WaitGoal;
    await waitUntil(client, key, goal, watchOf(context, client));
    // Who has waited has seen the tasks; the original asks once more all the same.
    if (goal === 'PENDING' || cluster.kind !== 'local') {
      console.info(`Checking status of ${formatClusterJobKey(key)}`);
      const status = await client.call('getTasksWithoutConfigs', { query: jobQuery(key) });
      if (status.responseCode !== 'OK' || tasksOf(status).length === 0) {
        console.err(`Error occurred while creating job ${formatClusterJobKey(key)}`);
        return EXIT.commandFailure;
      }
    }
    console.out(`Job create succeeded: job url=${url}`);
    if (cluster.kind === 'local')
      console.out(`See how it does: aurora job status ${formatClusterJobKey(key)}`);
    return EXIT.ok;
  },
};
