import type { ResourceUsage } from '../../model/resources.js';
import type { TaskUsages } from '../../model/cluster.js';
import { formatClusterJobKey, formatJobKey, type ClusterJobKey } from '../../model/job-key.js';
import type { ScheduledTask } from '../../model/scheduled-task.js';
import type { Cluster, LocalCluster } from '../../client/cluster.js';
import { ClusterApi } from '../../client/cluster-api.js';
import { runningEndpoint } from '../../client/local-cluster.js';
import { jobQuery, tasksOf } from '../../client/tasks.js';
import { optionalPositional } from '../argument-spec.js';
import type { Command } from '../command.js';
import { universalOptions, writeJsonOption } from '../common-options.js';
import type { Context } from '../context.js';
import { CommandError, EXIT } from '../exit-codes.js';
import { parseKeyPattern, type KeyPattern } from '../key-arguments.js';
import { COMPACT_JSON, INDENTED_JSON, pythonJson } from '../python-text.js';
import { resolveKeys } from '../resolve-keys.js';
import { clustersOf, connectTo, requireOk, resultOf } from '../scheduler-session.js';
import { isActive } from '../../client/tasks.js';
import { jobStatusTable, type JobTasks } from './status-table.js';
import { jobStatusText, NO_FACTS, type TaskFacts } from './status-text.js';
import { taskToJson } from './task-json.js';

const pattern = optionalPositional('cluster[/role[/env[/name]]]', parseKeyPattern, {
  help: 'A jobkey, optionally containing wildcards; everything on the running local clusters when omitted',
  completes: 'job-key',
});

export const statusCommand: Command = {
  spec: {
    path: 'aurora job status',
    summary: '',
    example: 'aurora job status cluster1/www-data/devel/hello_world',
    parameters: [writeJsonOption, ...universalOptions, pattern],
  },
  async run(context) {
    const wanted = context.args.get(pattern);
    const jobs = wanted ? await matchingJobs(context, wanted) : await localJobs(context);
    if (jobs.length === 0) return reportNothing(context, wanted);
    if (context.args.get(writeJsonOption)) {
      context.console.out(pythonJson(jobs.map(jobToJson), INDENTED_JSON));
      return EXIT.ok;
    }
    if (wanted && !context.console.stdout.isTerminal) {
      for (const job of jobs) context.console.out(jobStatusText(job.tasks, await factsOf(context, job)));
      return EXIT.ok;
    }
    const tables: string[] = [];
    for (const job of jobs)
      tables.push(
        jobStatusTable(
          job,
          await factsOf(context, job),
          context.host.clock.nowMs(),
          context.console.stdout,
          context.console.style,
        ),
      );
    context.console.outRaw(tables.join('\n\n'));
    return EXIT.ok;
  },
};

interface JobOnCluster extends JobTasks {
  readonly cluster: Cluster;
}

async function matchingJobs(context: Context, wanted: KeyPattern): Promise<JobOnCluster[]> {
  const jobs: JobOnCluster[] = [];
  for (const key of await resolveKeys(context, wanted)) {
    const cluster = await clustersOf(context.host).get(key.cluster);
    context.console.info(`Checking status of ${formatClusterJobKey(key)}`);
    const response = await connectTo(context, cluster).call('getTasksWithoutConfigs', {
      query: jobQuery(key),
    });
    requireOk(context.console, response, { exitCode: EXIT.invalidParameter });
    const tasks = tasksOf(response);
    if (tasks.length > 0) jobs.push({ cluster, key, tasks });
    else context.console.info(`No tasks were found for jobkey ${formatClusterJobKey(key)}`);
  }
  return jobs;
}

/** Every job of every running local cluster. */
async function localJobs(context: Context): Promise<JobOnCluster[]> {
  const clusters = clustersOf(context.host);
  const jobs: JobOnCluster[] = [];
  let running = 0;
  for (const name of clusters.startedNames()) {
    const cluster = await clusters.get(name);
    if (cluster.kind !== 'local' || !runningEndpoint(cluster, context.host)) continue;
    running += 1;
    const response = await connectTo(context, cluster).call('getTasksWithoutConfigs', { query: {} });
    requireOk(context.console, response, { exitCode: EXIT.invalidParameter });
    jobs.push(...groupByJob(cluster, tasksOf(response)));
  }
  // An installation with schedulers of its own has to say which jobs it means.
  if (running === 0 && clusters.remoteNames().length > 0)
    throw new CommandError(EXIT.usage, 'aurora job status: error: too few arguments');
  return jobs;
}

function groupByJob(cluster: LocalCluster, tasks: readonly ScheduledTask[]): JobOnCluster[] {
  const byKey = new Map<string, { key: ClusterJobKey; tasks: ScheduledTask[] }>();
  for (const task of tasks) {
    const { job } = task.assignedTask.task;
    const text = formatJobKey(job);
    const group = byKey.get(text) ?? { key: { cluster: cluster.name, ...job }, tasks: [] };
    group.tasks.push(task);
    byKey.set(text, group);
  }
  return [...byKey.keys()].sort().flatMap((text) => {
    const group = byKey.get(text);
    return group ? [{ cluster, ...group }] : [];
  });
}

/** What a local cluster can add to Aurora's API; nothing for a scheduler elsewhere. */
async function factsOf(context: Context, job: JobOnCluster): Promise<TaskFacts> {
  const { cluster, key, tasks } = job;
  if (cluster.kind !== 'local') return NO_FACTS;
  const endpoint = runningEndpoint(cluster, context.host);
  if (!endpoint) return NO_FACTS;
  const { transport, interrupted } = context.host;
  const usages = (await new ClusterApi(transport, endpoint.socketPath, interrupted).get(
    '/cluster/v1/usage',
  )) as TaskUsages;
  const usage = new Map<string, ResourceUsage>(usages.tasks.map((each) => [each.taskId, each.usage]));
  if (!tasks.some((task) => task.status === 'PENDING')) return { usage, pendingReasons: new Map() };
  const response = await connectTo(context, cluster).call('getPendingReason', { query: jobQuery(key) });
  const reasons = resultOf(response, 'getPendingReasonResult')?.reasons ?? [];
  return { usage, pendingReasons: new Map(reasons.map(({ taskId, reason }) => [taskId, reason])) };
}

function jobToJson({ key, tasks }: JobTasks): unknown {
  return {
    job: formatClusterJobKey(key),
    active: tasks.filter(isActive).map(taskToJson),
    inactive: tasks.filter((task) => !isActive(task)).map(taskToJson),
  };
}

function reportNothing(context: Context, wanted: KeyPattern | undefined): number {
  const { console, args } = context;
  if (!wanted) {
    console.out(
      args.get(writeJsonOption)
        ? '[]'
        : 'No jobs on the local clusters. Create one: aurora job create cluster1/www-data/devel/hello_world',
    );
    return EXIT.ok;
  }
  const text = [wanted.cluster, wanted.role, wanted.environment, wanted.name].join('/');
  if (args.get(writeJsonOption)) {
    console.out(pythonJson({ jobspec: text, error: 'No matching jobs found' }, COMPACT_JSON));
    return EXIT.ok;
  }
  console.err(`Found no jobs matching ${text}`);
  return EXIT.invalidParameter;
}
