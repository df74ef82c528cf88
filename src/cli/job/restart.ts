import { ACTIVE_STATES } from '../../model/scheduled-task.js';
import { formatClusterJobKey, type ClusterJobKey } from '../../model/job-key.js';
import { restartJob, type RestartOutcome, type RestartSettings } from '../../client/job-restart.js';
import type { SchedulerClient } from '../../client/scheduler-client.js';
import { jobQuery, tasksOf } from '../../client/tasks.js';
import { flag, integerOption } from '../argument-spec.js';
import { openBrowser } from '../browser.js';
import type { Command } from '../command.js';
import {
  batchSizeOption,
  bindOption,
  configOption,
  evaluationOptions,
  healthcheckIntervalOption,
  maxTotalFailuresOption,
  openBrowserOption,
  readJsonOption,
  strictOption,
  universalOptions,
} from '../common-options.js';
import type { Context } from '../context.js';
import { CommandError, EXIT } from '../exit-codes.js';
import type { HookResponse } from '../../config/hook-values.js';
import type { HookedCall } from '../../config/hooks.js';
import { betweenHooks } from '../hooked-call.js';
import { instancesArgument } from '../key-arguments.js';
import { loadOptionalConfig } from '../load-job.js';
import { connect, requireOk } from '../scheduler-session.js';

const forceOption = flag(['--force'], 'Force expensive restart operation');

const watchSecsOption = integerOption(['--watch-secs'], 30, {
  metavar: 'WATCH_SECS',
  help: 'Minimum number of seconds a instance must remain in RUNNING state before considered a success.',
});

const maxPerInstanceFailuresOption = integerOption(['--max-per-instance-failures'], 0, {
  metavar: 'MAX_PER_INSTANCE_FAILURES',
  help:
    'Maximum number of restarts per instance during restart. Increments total failure count when this limit ' +
    'is exceeded.',
});

export const restartCommand: Command = {
  spec: {
    path: 'aurora job restart',
    summary: '',
    description:
      'Perform a rolling restart of instances within a job. Restarts are fully controlled client-side, so ' +
      'aborting halts the restart.',
    example: 'aurora job restart cluster1/www-data/devel/hello_world --batch-size 2',
    parameters: [
      batchSizeOption,
      bindOption,
      openBrowserOption,
      configOption,
      forceOption,
      healthcheckIntervalOption,
      readJsonOption,
      maxTotalFailuresOption,
      strictOption,
      watchSecsOption,
      maxPerInstanceFailuresOption,
      ...universalOptions,
      ...evaluationOptions,
      instancesArgument,
    ],
  },
  async run(context) {
    const { args, console, host } = context;
    const { key, instances } = args.required(instancesArgument);
    const maxTotalFailures = args.get(maxTotalFailuresOption);
    if (maxTotalFailures < 0)
      throw new CommandError(
        EXIT.invalidParameter,
        `max_total_failures option must be >0, but you specified ${maxTotalFailures}`,
      );
    const client = await connect(context, key.cluster);
    if (instances && args.get(strictOption)) await checkActive(context, client, key, instances);
    const job = await loadOptionalConfig(context, key);
    const settings: RestartSettings = {
      batchSize: Math.max(1, args.get(batchSizeOption)),
      watchMs: args.get(watchSecsOption) * 1000,
      pollMs: Math.max(0.1, args.get(healthcheckIntervalOption)) * 1000,
      maxTotalFailures,
      maxPerInstanceFailures: args.get(maxPerInstanceFailuresOption),
    };
    const services = {
      clock: host.clock,
      interrupted: host.interrupted,
      log: console.log.bind(console),
    };
    const call: HookedCall = {
      method: 'restart',
      args: ['job_key', instances ?? null, null],
      keywords: { config: job ? 'config' : null },
    };
    const restart = (): Promise<RestartOutcome> => restartJob(client, key, instances, settings, services);
    const outcome = await betweenHooks(context, job, call, restart, responseOf);
    if (outcome.kind === 'refused')
      requireOk(console, outcome.response, { heading: `Error restarting job ${formatClusterJobKey(key)}:` });
    if (outcome.kind === 'failed')
      throw new CommandError(
        EXIT.commandFailure,
        `Job ${formatClusterJobKey(key)} was not restarted completely: too many instances failed`,
      );
    console.out(`Job ${formatClusterJobKey(key)} restarted successfully`);
    if (args.get(openBrowserOption))
      await openBrowser(context, client.pageUrl(key.role, key.environment, key.name));
    return EXIT.ok;
  },
};

function responseOf(outcome: RestartOutcome): HookResponse {
  if (outcome.kind === 'done') return { responseCode: 'OK', messages: [] };
  if (outcome.kind === 'failed') return { responseCode: 'ERROR', messages: ['too many instances failed'] };
  return {
    responseCode: outcome.response.responseCode,
    messages: outcome.response.details.map(({ message }) => message ?? ''),
  };
}

async function checkActive(
  context: Context,
  client: SchedulerClient,
  key: ClusterJobKey,
  instances: readonly number[],
): Promise<void> {
  const response = await client.call('getTasksWithoutConfigs', {
    query: jobQuery(key, { statuses: ACTIVE_STATES }),
  });
  requireOk(context.console, response, { exitCode: EXIT.invalidParameter });
  const active = new Set(tasksOf(response).map((task) => task.assignedTask.instanceId));
  const wrong = instances.filter((instance) => !active.has(instance));
  if (wrong.length > 0)
    throw new CommandError(EXIT.invalidParameter, `Invalid instance parameter: [${wrong.join(', ')}]`);
}
