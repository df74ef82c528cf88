import { ACTIVE_STATES, type ScheduledTask } from '../../model/scheduled-task.js';
import { formatClusterJobKey, type ClusterJobKey } from '../../model/job-key.js';
import type { Response } from '../../model/response.js';
import { waitUntilKilled } from '../../client/job-watcher.js';
import type { SchedulerClient } from '../../client/scheduler-client.js';
import { bareKey, jobQuery, tasksOf } from '../../client/tasks.js';
import { openBrowser } from '../browser.js';
import type { Command } from '../command.js';
import {
  batchSizeOption,
  bindOption,
  configOption,
  evaluationOptions,
  maxTotalFailuresOption,
  messageOption,
  noBatchingOption,
  openBrowserOption,
  readJsonOption,
  strictOption,
  universalOptions,
} from '../common-options.js';
import type { Context } from '../context.js';
import { CommandError, EXIT } from '../exit-codes.js';
import { hookedCall } from '../hooked-call.js';
import { instancesArgument, jobKeyArgument } from '../key-arguments.js';
import { loadOptionalConfig, type LoadedJob } from '../load-job.js';
import { connect, requireOk } from '../scheduler-session.js';
import { watchOf } from '../watch.js';

const sharedOptions = [
  openBrowserOption,
  bindOption,
  readJsonOption,
  configOption,
  batchSizeOption,
  maxTotalFailuresOption,
  noBatchingOption,
  messageOption,
] as const;

export const killCommand: Command = {
  spec: {
    path: 'aurora job kill',
    summary: '',
    description: 'Kill instances in a scheduled job',
    example: 'aurora job kill cluster1/www-data/devel/hello_world/0-2',
    parameters: [
      ...sharedOptions,
      strictOption,
      ...universalOptions,
      ...evaluationOptions,
      instancesArgument,
    ],
  },
  async run(context) {
    const { key, instances } = context.args.required(instancesArgument);
    if (!instances)
      throw new CommandError(
        EXIT.invalidParameter,
        'The instances list cannot be omitted in a kill command!; use killall to kill all instances',
      );
    const client = await connect(context, key.cluster);
    const active = await activeTasks(context, client, key);
    if (active.some(({ assignedTask: { task } }) => hasCountedSla(task.slaPolicy)))
      context.console.out('WARNING: Killing instances without updating SlaPolicy.');
    if (context.args.get(strictOption)) await checkActive(context, client, key, instances);
    const job = await loadOptionalConfig(context, key);
    await killTasks({ context, client, key, job }, instances);
    context.console.out('Job kill succeeded');
    return EXIT.ok;
  },
};

export const killAllCommand: Command = {
  spec: {
    path: 'aurora job killall',
    summary: '',
    description: 'Kill all instances of a scheduled job',
    example: 'aurora job killall cluster1/www-data/devel/hello_world',
    parameters: [...sharedOptions, ...universalOptions, ...evaluationOptions, jobKeyArgument],
  },
  async run(context) {
    const key = context.args.required(jobKeyArgument);
    const client = await connect(context, key.cluster);
    const job = await loadOptionalConfig(context, key);
    await killTasks({ context, client, key, job }, undefined);
    context.console.out('Job killall succeeded');
    return EXIT.ok;
  },
};

function hasCountedSla(policy: object | undefined): boolean {
  return policy !== undefined && ('percentageSlaPolicy' in policy || 'countSlaPolicy' in policy);
}

async function checkActive(
  context: Context,
  client: SchedulerClient,
  key: ClusterJobKey,
  instances: readonly number[],
): Promise<void> {
  const active = instanceIds(await activeTasks(context, client, key));
  const wrong = instances.filter((instance) => !active.has(instance));
  if (wrong.length > 0)
    throw new CommandError(EXIT.invalidParameter, `Invalid instance parameter: [${wrong.join(', ')}]`);
}

async function activeTasks(
  context: Context,
  client: SchedulerClient,
  key: ClusterJobKey,
): Promise<readonly ScheduledTask[]> {
  const response = await client.call('getTasksWithoutConfigs', {
    query: jobQuery(key, { statuses: ACTIVE_STATES }),
  });
  requireOk(context.console, response, { exitCode: EXIT.invalidParameter });
  return tasksOf(response);
}

function instanceIds(tasks: readonly ScheduledTask[]): ReadonlySet<number> {
  return new Set(tasks.map((task) => task.assignedTask.instanceId));
}

interface Kill {
  readonly context: Context;
  readonly client: SchedulerClient;
  readonly key: ClusterJobKey;
  /** Of the config file that was given for its hooks. */
  readonly job: LoadedJob | undefined;
}

async function killTasks(kill: Kill, instances: readonly number[] | undefined): Promise<void> {
  const { context, client, key } = kill;
  if (context.args.get(noBatchingOption)) await killAtOnce(kill, instances);
  else await killInBatches(kill, instances);
  if (context.args.get(openBrowserOption))
    await openBrowser(context, client.pageUrl(key.role, key.environment, key.name));
}

async function killAtOnce(kill: Kill, instances: readonly number[] | undefined): Promise<void> {
  const { context, client, key } = kill;
  requireOk(context.console, await callKill(kill, instances));
  if (await waitUntilKilled(client, key, instances, watchOf(context, client))) return;
  const list = instances ? `[${instances.join(', ')}]` : 'None';
  context.console.err(`Instances ${list} were not killed in time`);
  context.console.info(`Command terminated with error code ${EXIT.timeout}`);
  throw new CommandError(EXIT.timeout, '', true);
}

async function callKill(
  { context, client, key, job }: Kill,
  instances: readonly number[] | undefined,
): Promise<Response> {
  context.console.info(`Killing tasks for job: ${formatClusterJobKey(key)}`);
  if (instances) context.console.info(`Instances to be killed: [${instances.join(', ')}]`);
  const message = context.args.get(messageOption);
  const keywords = {
    instances: instances ?? null,
    config: job ? ('config' as const) : null,
    message: message === undefined ? null : { text: message },
  };
  return hookedCall(context, job, { method: 'kill_job', args: ['job_key'], keywords }, () =>
    client.call('killTasks', {
      job: bareKey(key),
      ...(instances ? { instances } : {}),
      ...(message === undefined ? {} : { message }),
    }),
  );
}

async function killInBatches(kill: Kill, instances: readonly number[] | undefined): Promise<void> {
  const { context, client, key } = kill;
  const { console, args } = context;
  const active = instanceIds(await activeTasks(context, client, key));
  if (active.size === 0) {
    console.err(`No tasks to kill found for job ${formatClusterJobKey(key)}`);
    return;
  }
  const targets = [...active].filter((id) => instances?.includes(id) ?? true).sort((a, b) => a - b);
  const batchSize = Math.max(1, args.get(batchSizeOption));
  let failures = 0;
  for (let start = 0; start < targets.length; start += batchSize) {
    const batch = targets.slice(start, start + batchSize);
    const list = `[${batch.join(', ')}]`;
    requireOk(console, await callKill(kill, batch), {
      heading: `Kill of instances ${list} failed with error:`,
    });
    if (await waitUntilKilled(client, key, batch, watchOf(context, client))) {
      console.out(`Successfully killed instances ${list}`);
      continue;
    }
    console.err(`Instances ${list} were not killed in time`);
    failures += 1;
    if (failures > args.get(maxTotalFailuresOption))
      throw new CommandError(
        EXIT.commandFailure,
        'Exceeded maximum number of errors while killing instances',
      );
  }
  if (failures > 0) throw new CommandError(EXIT.commandFailure, 'Errors occurred while killing instances');
}
