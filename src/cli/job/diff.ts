import { ACTIVE_STATES } from '../../model/scheduled-task.js';
import { formatClusterJobKey } from '../../model/job-key.js';
import type { TaskConfig } from '../../model/task-config.js';
import { rangesText } from '../../client/instance-ranges.js';
import type { SchedulerClient } from '../../client/scheduler-client.js';
import { taskText } from '../../client/task-text.js';
import { jobQuery, tasksOf } from '../../client/tasks.js';
import { valueOption } from '../argument-spec.js';
import type { Command } from '../command.js';
import {
  bindOption,
  configFileArgument,
  evaluationOptions,
  readJsonOption,
  universalOptions,
} from '../common-options.js';
import type { Context } from '../context.js';
import { CommandError, EXIT } from '../exit-codes.js';
import { instancesArgument, parseJobKey, type InstanceSpecifier } from '../key-arguments.js';
import { loadJob, type LoadedJob } from '../load-job.js';
import { connect, requireOk, resultOf } from '../scheduler-session.js';
import { diffLine, fetchUpdateDiff } from '../update-diff.js';
import { runDiff } from './run-diff.js';

const fromOption = valueOption(['--from'], parseJobKey, {
  metavar: 'cluster/role/env/name',
  help: 'If specified, the job key to diff against.',
});

export const diffCommand: Command = {
  spec: {
    path: 'aurora job diff',
    summary: '',
    description:
      "Compare a job configuration against a running job. By default the diff will be displayed using 'diff', " +
      'though you may choose an alternate diff command by setting the DIFF_VIEWER environment variable.',
    example: 'aurora job diff cluster1/www-data/devel/hello_world configs/examples/hello_world.aurora',
    parameters: [
      bindOption,
      readJsonOption,
      fromOption,
      ...universalOptions,
      ...evaluationOptions,
      instancesArgument,
      configFileArgument,
    ],
  },
  async run(context) {
    const { args, console } = context;
    const specifier = args.required(instancesArgument);
    const client = await connect(context, specifier.key.cluster);
    const job = await loadJob(context, specifier.key, args.required(configFileArgument));
    const from = args.get(fromOption);
    const target = from ? { ...specifier, key: from } : specifier;
    const populated = await client.call('populateJobConfig', { description: job.configuration });
    requireOk(console, populated, {
      exitCode: EXIT.invalidConfiguration,
      heading: 'Error loading configuration',
    });
    const local = resultOf(populated, 'populateJobResult')?.taskConfig ?? job.configuration.taskConfig;
    if (job.configuration.cronSchedule !== undefined)
      return diffCron(context, client, target, local, job.configuration.instanceCount);
    await diffService(context, client, target, job, local);
    return EXIT.ok;
  },
};

async function diffService(
  context: Context,
  client: SchedulerClient,
  { key, instances }: InstanceSpecifier,
  { picked, configuration }: LoadedJob,
  local: TaskConfig,
): Promise<void> {
  const { console } = context;
  const { updateSettings } = await import('../../config/update-settings.js');
  const { role, environment, name } = key;
  const diff = await fetchUpdateDiff(context, client, {
    taskConfig: { ...configuration.taskConfig, job: { role, environment, name } },
    instanceCount: configuration.instanceCount,
    settings: updateSettings(picked, instances),
  });
  console.out(
    ['This job update will:', ...diffLine('add', diff.add), ...diffLine('remove', diff.remove)].join('\n'),
  );
  const groups = [...(diff.update ?? [])].sort((a, b) => lowest(a.instances) - lowest(b.instances));
  for (const group of groups) {
    console.out(`update instances: ${rangesText(group.instances)}\nwith diff:\n`);
    console.out(`${await runDiff(context, taskText(group.config), taskText(local))}\n`);
  }
  for (const line of diffLine('not change', diff.unchanged)) console.out(line);
}

function lowest(ranges: ReadonlyArray<{ readonly first: number }>): number {
  return Math.min(...ranges.map((range) => range.first));
}

/** A cron job has no update: each of its active tasks is compared with the template. */
async function diffCron(
  context: Context,
  client: SchedulerClient,
  { key, instances }: InstanceSpecifier,
  local: TaskConfig,
  instanceCount: number,
): Promise<number> {
  const { console } = context;
  const response = await client.call('getTasksStatus', {
    query: jobQuery(key, { statuses: ACTIVE_STATES, instances }),
  });
  if (response.responseCode !== 'OK')
    throw new CommandError(EXIT.invalidParameter, 'Could not find job to diff against');
  const tasks = tasksOf(response);
  if (tasks.length === 0) {
    console.err(`No tasks found for job ${formatClusterJobKey(key)}`);
    return EXIT.ok;
  }
  const remote = tasks.map((task) => taskText(task.assignedTask.task)).join(',\n');
  const copies = Array.from({ length: instanceCount }, () => taskText(local)).join(',\n');
  console.out(await runDiff(context, remote, copies));
  return EXIT.ok;
}
