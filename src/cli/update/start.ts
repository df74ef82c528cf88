import { DiagnosticError } from '../../base/diagnostic.js';
import type { JobUpdateRequest, JobUpdateSettings } from '../../model/job-update.js';
import type { Response } from '../../model/response.js';
import { detailsText, type SchedulerClient } from '../../client/scheduler-client.js';
import { openBrowser } from '../browser.js';
import type { Command } from '../command.js';
import {
  bindOption,
  configFileArgument,
  evaluationOptions,
  healthcheckIntervalOption,
  messageOption,
  openBrowserOption,
  readJsonOption,
  strictOption,
  universalOptions,
  waitOption,
} from '../common-options.js';
import type { Context } from '../context.js';
import { CommandError, EXIT } from '../exit-codes.js';
import type { HookedCall } from '../../config/hooks.js';
import { hookedCall } from '../hooked-call.js';
import { instancesArgument } from '../key-arguments.js';
import { loadJob, showDetails, type LoadedJob } from '../load-job.js';
import { connect, requireOk, resultOf } from '../scheduler-session.js';
import { diffLine, fetchUpdateDiff } from '../update-diff.js';
import { updateUrl } from './update-keys.js';
import { UPDATE_OUTCOMES, waitForUpdate } from './wait.js';

/** Marks an update as ours, so that a reply that was lost on the way is recognised at the next try. */
const CLIENT_UPDATE_ID = 'org.apache.aurora.client.update_id';

export const updateStartCommand: Command = {
  spec: {
    path: 'aurora update start',
    summary: '',
    description:
      'Start a rolling update of a running job, using the update configuration within the config file as a ' +
      'control for update velocity and failure tolerance. The updater only takes action on instances in a job ' +
      'that have changed, meaning that changing a single instance will only induce a restart on the changed ' +
      "task instance. You may want to consider using the 'aurora job diff' subcommand before updating, to " +
      'preview what changes will take effect.',
    example:
      'aurora update start cluster1/www-data/devel/hello_world configs/examples/hello_world.aurora --wait',
    parameters: [
      bindOption,
      openBrowserOption,
      healthcheckIntervalOption,
      readJsonOption,
      messageOption,
      strictOption,
      waitOption,
      ...universalOptions,
      ...evaluationOptions,
      instancesArgument,
      configFileArgument,
    ],
  },
  async run(context) {
    const { args, console, host } = context;
    const { key, instances } = args.required(instancesArgument);
    const client = await connect(context, key.cluster);
    const job = await loadJob(context, key, args.required(configFileArgument));
    if (job.configuration.cronSchedule !== undefined)
      throw new CommandError(
        EXIT.commandFailure,
        'Cron jobs may only be updated with "aurora cron schedule" command',
      );
    const request: JobUpdateRequest = {
      taskConfig: job.configuration.taskConfig,
      instanceCount: job.configuration.instanceCount,
      settings: await settingsOf(context, job, instances),
    };
    await showDiff(context, client, request);
    console.info(`Starting update for: ${key.name}`);
    const clientId = host.random.uuid();
    const message = args.get(messageOption);
    const call: HookedCall = {
      method: 'start_job_update',
      args: ['config', message === undefined ? null : { text: message }],
      keywords: { instances: instances ?? null },
    };
    const response = await hookedCall(context, job, call, () =>
      client.call('startJobUpdate', {
        request: {
          ...request,
          taskConfig: job.convert().taskConfig,
          metadata: [{ key: CLIENT_UPDATE_ID, value: clientId }],
        },
        ...(message === undefined ? {} : { message }),
      }),
    );
    if (!startedByUs(response, clientId))
      requireOk(console, response, { heading: 'Failed to start update due to error:' });
    const updateKey = resultOf(response, 'startJobUpdateResult')?.key;
    if (!updateKey) {
      console.out(detailsText(response));
      return EXIT.ok;
    }
    const url = updateUrl(client, key, updateKey.id ?? '');
    console.out(`Job update has started. View your update progress at ${url}`);
    if (args.get(openBrowserOption)) await openBrowser(context, url);
    return args.get(waitOption) ? waitForUpdate(context, client, updateKey, UPDATE_OUTCOMES) : EXIT.ok;
  },
};

async function settingsOf(
  context: Context,
  { picked }: LoadedJob,
  instances: readonly number[] | undefined,
): Promise<JobUpdateSettings> {
  const { updateSettings } = await import('../../config/update-settings.js');
  try {
    return updateSettings(picked, instances);
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    context.console.err(`Error loading configuration: ${error.message}`);
    showDetails(context, error.diagnostics);
    throw new CommandError(EXIT.invalidConfiguration, error.message, true);
  }
}

async function showDiff(context: Context, client: SchedulerClient, request: JobUpdateRequest): Promise<void> {
  const diff = await fetchUpdateDiff(context, client, request);
  context.console.out(
    [
      'This job update will:',
      ...diffLine('add', diff.add),
      ...diffLine('remove', diff.remove),
      ...diffLine('update', diff.update),
      ...diffLine('not change', diff.unchanged),
    ].join('\n'),
  );
}

/** A refusal because of an update that carries our own mark: our first try had arrived. */
function startedByUs(response: Response, clientId: string): boolean {
  if (response.responseCode !== 'INVALID_REQUEST') return false;
  const metadata = resultOf(response, 'startJobUpdateResult')?.updateSummary?.metadata ?? [];
  return metadata.some(({ key, value }) => key === CLIENT_UPDATE_ID && value === clientId);
}
