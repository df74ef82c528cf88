import type { ConfigGroup, Range } from '../model/job-configuration.js';
import { formatClusterJobKey } from '../model/job-key.js';
import type { ClusterState } from '../model/cluster.js';
import { requestedResources, type Resources } from '../model/resources.js';
import type { GetJobUpdateDiffResult } from '../model/response.js';
import { ClusterApi } from '../client/cluster-api.js';
import { rangesOf, rangesText } from '../client/instance-ranges.js';
import { runningEndpoint } from '../client/local-cluster.js';
import type { SchedulerClient } from '../client/scheduler-client.js';
import { taskText } from '../client/task-text.js';
import { compareJob } from '../client/compare-job.js';
import { isActive, jobQuery, tasksOf } from '../client/tasks.js';
import { ACTIVE_STATES } from '../model/scheduled-task.js';
import { anyText, optionalPositional } from './argument-spec.js';
import type { Command } from './command.js';
import { bindOption, evaluationOptions, readJsonOption, universalOptions } from './common-options.js';
import type { Context } from './context.js';
import { CommandError, EXIT } from './exit-codes.js';
import { configPathFor } from './find-config.js';
import { runDiff } from './job/run-diff.js';
import { jobKeyArgument } from './key-arguments.js';
import { loadJob, type LoadedJob } from './load-job.js';
import { clustersOf, connectTo, requireOk, resultOf } from './scheduler-session.js';
import { diffLine, fetchUpdateDiff } from './update-diff.js';

const fileArgument = optionalPositional('FILE', anyText, {
  help: 'Configuration file; on a local cluster the file that defines the job is looked for when omitted',
  completes: 'file',
});

export const planCommand: Command = {
  spec: {
    path: 'aurora plan',
    summary: '',
    description:
      'Show what creating or updating a job would do, and change nothing: instances added, changed and ' +
      'removed, differences, quota, and where each instance would go.',
    example: 'aurora plan cluster1/www-data/devel/hello_world configs/examples/hello_world.aurora',
    parameters: [
      bindOption,
      readJsonOption,
      ...universalOptions,
      ...evaluationOptions,
      jobKeyArgument,
      fileArgument,
    ],
  },
  async run(context) {
    const { args, console, host } = context;
    const key = args.required(jobKeyArgument);
    const path = await configPathFor(context, key, args.get(fileArgument), 'aurora plan');
    const job = await loadJob(context, key, path);
    const cluster = await clustersOf(host).get(key.cluster);
    const endpoint = cluster.kind === 'local' ? runningEndpoint(cluster, host) : undefined;
    if (cluster.kind === 'local' && !endpoint)
      throw new CommandError(
        EXIT.networkError,
        `The configuration is right, but ${key.cluster} is not running: ` +
          `start it with \`aurora cluster start ${key.cluster}\` to see what would happen there`,
      );
    const client = connectTo(context, cluster);
    const tasks = tasksOf(await client.call('getTasksWithoutConfigs', { query: jobQuery(key) }));
    const diff = await changes(context, client, job, !tasks.some(isActive));
    console.out(`Plan for ${formatClusterJobKey(key)}; nothing is changed by it`);
    await showChanges(context, job, diff);
    await showQuota(context, client, job, diff);
    if (endpoint) {
      const api = new ClusterApi(host.transport, endpoint.socketPath, host.interrupted);
      const { agents } = (await api.get('/cluster/v1/state')) as ClusterState;
      const { planPlacement } = await import('./placement.js');
      const wanted = idsOf([...rangesOf(diff.add), ...rangesOf(diff.update)]);
      const placed = planPlacement(job.configuration.taskConfig, wanted, agents, tasks);
      for (const { instanceId, host: target, reasons } of placed)
        console.out(
          target === undefined
            ? `  instance ${instanceId} would wait: ${reasons.join(', ')}`
            : `  instance ${instanceId} would go to ${target}, or another agent where it fits`,
        );
    }
    return EXIT.ok;
  },
};

type Diff = Partial<GetJobUpdateDiffResult>;

/** Elsewhere the scheduler is asked; for a cluster of this machine its tasks are compared here. */
async function changes(
  context: Context,
  client: SchedulerClient,
  { picked, configuration }: LoadedJob,
  isNew: boolean,
): Promise<Diff> {
  const { taskConfig, instanceCount } = configuration;
  const all: ConfigGroup = { config: taskConfig, instances: [{ first: 0, last: instanceCount - 1 }] };
  if (isNew || configuration.cronSchedule !== undefined) return { add: instanceCount > 0 ? [all] : [] };
  if (client.address.socketPath === undefined) {
    const { updateSettings } = await import('../config/update-settings.js');
    return fetchUpdateDiff(context, client, { taskConfig, instanceCount, settings: updateSettings(picked) });
  }
  const populated = await client.call('populateJobConfig', { description: configuration });
  requireOk(context.console, populated, { heading: 'Error loading configuration' });
  const wanted = resultOf(populated, 'populateJobResult')?.taskConfig ?? taskConfig;
  const query = jobQuery(configuration.key, { statuses: ACTIVE_STATES });
  return compareJob(tasksOf(await client.call('getTasksStatus', { query })), wanted, instanceCount);
}

async function showChanges(context: Context, { configuration }: LoadedJob, diff: Diff): Promise<void> {
  const { console } = context;
  if (configuration.cronSchedule !== undefined)
    console.out(`  cron job, runs at ${configuration.cronSchedule}`);
  for (const line of [...diffLine('add', diff.add), ...diffLine('remove', diff.remove)])
    console.out(`  ${line}`);
  for (const group of diff.update ?? []) {
    console.out(`  update instances: ${rangesText(group.instances)}`);
    const text = await runDiff(context, taskText(group.config), taskText(configuration.taskConfig));
    console.out(text.trimEnd().replace(/^/gm, '    '));
  }
  for (const line of diffLine('not change', diff.unchanged)) console.out(`  ${line}`);
}

/** Quota counts for production jobs only. */
async function showQuota(
  { console }: Context,
  client: SchedulerClient,
  { configuration }: LoadedJob,
  diff: Diff,
): Promise<void> {
  const { taskConfig, key } = configuration;
  if (!taskConfig.production) {
    console.out('  quota: none needed, the job is not production');
    return;
  }
  const response = await client.call('getQuota', { ownerRole: key.role });
  requireOk(console, response, { heading: `Error retrieving quota for role ${key.role}` });
  const result = resultOf(response, 'getQuotaResult');
  const each = requestedResources(taskConfig);
  const added = idsOf(rangesOf(diff.add)).length;
  const removed = idsOf(rangesOf(diff.remove)).length;
  const quota = sum(result?.quota.resources ?? []);
  const used = sum(result?.prodSharedConsumption?.resources ?? []);
  const rows: ReadonlyArray<readonly [string, keyof Resources, string]> = [
    ['CPU', 'cpus', ' core(s)'],
    ['RAM', 'ramMb', ' MB'],
    ['Disk', 'diskMb', ' MB'],
  ];
  for (const [name, field, unit] of rows) {
    const after = Math.round((used[field] + each[field] * (added - removed)) * 1000) / 1000;
    const verdict =
      after > quota[field]
        ? `  exceeds the quota by ${Math.round((after - quota[field]) * 1000) / 1000}${unit}`
        : '';
    console.out(`  quota ${name}: ${used[field]} used, ${after} after, of ${quota[field]}${unit}${verdict}`);
  }
}

function sum(resources: Parameters<typeof requestedResources>[0]['resources']): Resources {
  return requestedResources({ resources } as Parameters<typeof requestedResources>[0]);
}

function idsOf(ranges: readonly Range[]): number[] {
  return ranges.flatMap(({ first, last }) =>
    Array.from({ length: last - first + 1 }, (_, index) => first + index),
  );
}
