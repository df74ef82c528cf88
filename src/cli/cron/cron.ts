import { formatClusterJobKey } from '../../model/job-key.js';
import { bareKey } from '../../client/tasks.js';
import { openBrowser } from '../browser.js';
import type { Command } from '../command.js';
import {
  bindOption,
  configFileArgument,
  configOption,
  evaluationOptions,
  openBrowserOption,
  readJsonOption,
  universalOptions,
} from '../common-options.js';
import { CommandError, EXIT } from '../exit-codes.js';
import type { HookedCall } from '../../config/hooks.js';
import { hookedCall } from '../hooked-call.js';
import { jobKeyArgument } from '../key-arguments.js';
import { loadJob, loadOptionalConfig } from '../load-job.js';
import { connect, requireOk, resultOf } from '../scheduler-session.js';

export const scheduleCommand: Command = {
  spec: {
    path: 'aurora cron schedule',
    summary: '',
    example: 'aurora cron schedule cluster1/www-data/devel/report report.aurora',
    parameters: [
      bindOption,
      readJsonOption,
      ...universalOptions,
      ...evaluationOptions,
      jobKeyArgument,
      configFileArgument,
    ],
  },
  async run(context) {
    const key = context.args.required(jobKeyArgument);
    const client = await connect(context, key.cluster);
    const { configuration } = await loadJob(context, key, context.args.required(configFileArgument));
    if (configuration.cronSchedule === undefined)
      throw new CommandError(
        EXIT.commandFailure,
        'Non-cron jobs may only be created with "aurora job create" command',
      );
    context.console.info(`Registering job ${key.name} with cron`);
    const response = await client.call('scheduleCronJob', { description: configuration });
    requireOk(context.console, response, {
      heading: `Error scheduling cron job ${formatClusterJobKey(key)}:`,
    });
    const url = client.pageUrl(key.role, key.environment, key.name);
    context.console.out(`Cron job scheduled, status can be viewed at ${url}`);
    return EXIT.ok;
  },
};

export const descheduleCommand: Command = {
  spec: {
    path: 'aurora cron deschedule',
    summary: '',
    example: 'aurora cron deschedule cluster1/www-data/devel/report',
    parameters: [...universalOptions, jobKeyArgument],
  },
  async run(context) {
    const key = context.args.required(jobKeyArgument);
    const client = await connect(context, key.cluster);
    context.console.info(`Removing cron schedule for job ${formatClusterJobKey(key)}`);
    const response = await client.call('descheduleCronJob', { job: bareKey(key) });
    requireOk(context.console, response, {
      heading: `Error descheduling cron job ${formatClusterJobKey(key)}:`,
    });
    context.console.out('Cron descheduling succeeded.');
    return EXIT.ok;
  },
};

export const startCommand: Command = {
  spec: {
    path: 'aurora cron start',
    summary: '',
    example: 'aurora cron start cluster1/www-data/devel/report',
    parameters: [
      bindOption,
      openBrowserOption,
      configOption,
      readJsonOption,
      ...universalOptions,
      ...evaluationOptions,
      jobKeyArgument,
    ],
  },
  async run(context) {
    const key = context.args.required(jobKeyArgument);
    const client = await connect(context, key.cluster);
    const job = await loadOptionalConfig(context, key);
    context.console.info(`Starting cron job: ${formatClusterJobKey(key)}`);
    const call: HookedCall = {
      method: 'start_cronjob',
      args: ['job_key'],
      keywords: { config: job ? 'config' : null },
    };
    const response = await hookedCall(context, job, call, () =>
      client.call('startCronJob', { job: bareKey(key) }),
    );
    requireOk(context.console, response, { heading: `Error starting cron job ${formatClusterJobKey(key)}:` });
    if (context.args.get(openBrowserOption))
      await openBrowser(context, client.pageUrl(key.role, key.environment, key.name));
    return EXIT.ok;
  },
};

export const showCommand: Command = {
  spec: {
    path: 'aurora cron show',
    summary: '',
    example: 'aurora cron show cluster1/www-data/devel/report',
    parameters: [...universalOptions, jobKeyArgument],
  },
  async run(context) {
    const key = context.args.required(jobKeyArgument);
    const client = await connect(context, key.cluster);
    context.console.info(`Retrieving jobs for role ${key.role}`);
    const response = await client.call('getJobs', { ownerRole: key.role });
    requireOk(context.console, response, {
      exitCode: EXIT.invalidParameter,
      heading: `Error getting cron status for ${formatClusterJobKey(key)} from server`,
    });
    const job = (resultOf(response, 'getJobsResult')?.configs ?? []).find(
      (each) => each.key.environment === key.environment && each.key.name === key.name,
    );
    if (job?.cronSchedule === undefined) {
      context.console.err(`No cron entry found for job ${formatClusterJobKey(key)}`);
      return EXIT.invalidParameter;
    }
    context.console.out(`${formatClusterJobKey(key)}\t ${job.cronSchedule}`);
    return EXIT.ok;
  },
};
