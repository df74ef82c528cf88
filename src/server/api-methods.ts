import { isValidJobKey, formatJobKey, type JobKey } from '../model/job-key.js';
import type { HostStatus } from '../model/host.js';
import type { Result } from '../model/response.js';
import type { ScheduledTask, TaskQuery } from '../model/scheduled-task.js';
import type { TaskConfig } from '../model/task-config.js';
import { answer, invalid, type Reply } from '../scheduler/reply.js';
import type { Scheduler } from '../scheduler/scheduler.js';
import type { ApiArguments, ApiMethod } from '../thrift/api.js';
import type { Recovery } from './recovery.js';

/** What a method works on. */
export interface ApiContext {
  readonly scheduler: Scheduler;
  readonly recovery: Recovery;
  /** Written into the audit text of events. */
  readonly user: string;
}

type Handler<M extends ApiMethod> = (args: ApiArguments[M], context: ApiContext) => Reply<Result>;

/** Every method of the API that this scheduler has. */
const HANDLERS: { readonly [M in ApiMethod]?: Handler<M> } = {
  // ---- jobs and tasks
  createJob: ({ description }, { scheduler, user }) =>
    description ? plain(scheduler.createJob(description, user)) : missing('description'),
  populateJobConfig: ({ description }, { scheduler }) =>
    description
      ? mapped(scheduler.populateJobConfig(description), (taskConfig) => ({
          populateJobResult: { taskConfig },
        }))
      : missing('description'),
  killTasks: ({ job, instances, message }, { scheduler, user }) =>
    withKey(job, (key) => plain(scheduler.killTasks(key, instances, message, user))),
  restartShards: ({ job, shardIds }, { scheduler, user }) =>
    withKey(job, (key) => plain(scheduler.restartShards(key, shardIds ?? [], user))),
  addInstances: ({ key, count }, { scheduler, user }) =>
    withKey(key?.jobKey, (jobKey) =>
      plain(scheduler.addInstances({ jobKey, instanceId: key?.instanceId ?? 0 }, count ?? 0, user)),
    ),
  forceTaskState: ({ taskId, status }, { scheduler, user }) => {
    if (taskId === undefined) return missing('taskId');
    return status === undefined ? missing('status') : plain(scheduler.forceTaskState(taskId, status, user));
  },
  pruneTasks: ({ query }, { scheduler }) => plain(scheduler.pruneTasks(query ?? {})),

  // ---- queries
  getTasksStatus: ({ query = {} }, { scheduler }) => tasksReply(scheduler.getTasks(query)),
  getTasksWithoutConfigs: ({ query = {} }, { scheduler }) =>
    tasksReply(scheduler.getTasks(query).map(withoutData)),
  getPendingReason: ({ query = {} }, { scheduler }) => {
    const refused = refusePendingQuery(query);
    return (
      refused ??
      mapped(scheduler.getPendingReason(query), (reasons) => ({ getPendingReasonResult: { reasons } }))
    );
  },
  getConfigSummary: ({ job }, { scheduler }) =>
    withKey(job, (key) => answer({ configSummaryResult: { summary: scheduler.getConfigSummary(key) } })),
  getJobs: ({ ownerRole }, { scheduler }) =>
    answer({ getJobsResult: { configs: scheduler.getJobs(blankless(ownerRole)) } }),
  getJobSummary: ({ role }, { scheduler }) =>
    answer({ jobSummaryResult: { summaries: scheduler.getJobSummary(blankless(role)) } }),
  getRoleSummary: (_, { scheduler }) =>
    answer({ roleSummaryResult: { summaries: scheduler.getRoleSummary() } }),
  getTierConfigs: (_, { scheduler }) => answer({ getTierConfigResult: scheduler.getTierConfigs() }),

  // ---- quota
  getQuota: ({ ownerRole }, { scheduler }) =>
    ownerRole === undefined
      ? missing('ownerRole')
      : answer({ getQuotaResult: scheduler.getQuota(ownerRole) }),
  setQuota: ({ ownerRole, quota }, { scheduler }) => {
    if (ownerRole === undefined) return missing('ownerRole');
    return quota ? plain(scheduler.setQuota(ownerRole, quota)) : missing('quota');
  },

  // ---- maintenance
  startMaintenance: ({ hosts }, { scheduler }) =>
    answer({ startMaintenanceResult: statuses(scheduler.startMaintenance(hosts?.hostNames ?? [])) }),
  drainHosts: ({ hosts }, { scheduler }) =>
    answer({ drainHostsResult: statuses(scheduler.drainHosts(hosts?.hostNames ?? [])) }),
  slaDrainHosts: ({ hosts, defaultSlaPolicy, timeoutSecs }, { scheduler }) =>
    defaultSlaPolicy
      ? answer({
          drainHostsResult: statuses(
            scheduler.slaDrainHosts(hosts?.hostNames ?? [], defaultSlaPolicy, timeoutSecs ?? 0),
          ),
        })
      : missing('defaultSlaPolicy'),
  maintenanceStatus: ({ hosts }, { scheduler }) =>
    answer({ maintenanceStatusResult: statuses(scheduler.maintenanceStatus(hosts?.hostNames ?? [])) }),
  endMaintenance: ({ hosts }, { scheduler }) =>
    answer({ endMaintenanceResult: statuses(scheduler.endMaintenance(hosts?.hostNames ?? [])) }),

  // ---- reconciliation
  triggerExplicitTaskReconciliation: ({ settings }, { scheduler }) =>
    plain(scheduler.triggerExplicitReconciliation(settings?.batchSize)),
  triggerImplicitTaskReconciliation: (_, { scheduler }) => plain(scheduler.triggerImplicitReconciliation()),

  // ---- snapshots, backups and recovery
  snapshot: (_, { recovery }) => plain(recovery.snapshot()),
  performBackup: (_, { recovery }) => plain(recovery.performBackup()),
  listBackups: (_, { recovery }) => answer({ listBackupsResult: { backups: recovery.listBackups() } }),
  stageRecovery: ({ backupId }, { recovery }) =>
    backupId === undefined ? missing('backupId') : plain(recovery.stage(backupId)),
  queryRecovery: ({ query }, { recovery }) =>
    mapped(recovery.query(query ?? {}), (tasks) => ({ queryRecoveryResult: { tasks } })),
  deleteRecoveryTasks: ({ query }, { recovery }) => plain(recovery.deleteTasks(query ?? {})),
  commitRecovery: (_, { recovery }) => plain(recovery.commit()),
  unloadRecovery: (_, { recovery }) => plain(recovery.unload()),
};

/** Runs one method; the shell commits before the reply goes out. */
export function callApi(
  method: ApiMethod,
  args: ApiArguments[ApiMethod],
  context: ApiContext,
): Reply<Result> {
  const handler = HANDLERS[method] as Handler<ApiMethod> | undefined;
  return handler ? handler(args, context) : invalid(`${method} is not supported by this scheduler yet.`);
}

/** Methods that change nothing: an exception in one leaves the scheduler as it was. */
export function isReadOnly(method: ApiMethod): boolean {
  return READ_ONLY.has(method);
}

const READ_ONLY: ReadonlySet<ApiMethod> = new Set<ApiMethod>([
  'getRoleSummary',
  'getJobSummary',
  'getTasksStatus',
  'getTasksWithoutConfigs',
  'getPendingReason',
  'getConfigSummary',
  'getJobs',
  'getQuota',
  'populateJobConfig',
  'getTierConfigs',
  'maintenanceStatus',
  'listBackups',
  'queryRecovery',
]);

/** A reply without a result struct. */
function plain(reply: Reply): Reply<Result> {
  return { code: reply.code, messages: reply.messages };
}

function mapped<T>(reply: Reply<T>, toResult: (value: T) => Result): Reply<Result> {
  const { code, messages, value } = reply;
  return value === undefined ? { code, messages } : { code, messages, value: toResult(value) };
}

function missing(argument: string): Reply<never> {
  return invalid(`The argument ${argument} is missing.`);
}

function withKey(key: JobKey | undefined, work: (key: JobKey) => Reply<Result>): Reply<Result> {
  if (!key) return missing('job key');
  return isValidJobKey(key) ? work(key) : invalid(`Job key ${formatJobKey(key)} is invalid.`);
}

function tasksReply(tasks: readonly ScheduledTask[]): Reply<Result> {
  return answer({ scheduleStatusResult: { tasks } });
}

/** The executor's data is the bulk of a task; a caller that only wants states asks for tasks without it. */
function withoutData(task: ScheduledTask): ScheduledTask {
  const { assignedTask } = task;
  return { ...task, assignedTask: { ...assignedTask, task: configWithoutData(assignedTask.task) } };
}

/** The instances of a job share one configuration, and so do their answers. */
const withoutDataOf = new WeakMap<TaskConfig, TaskConfig>();

function configWithoutData(config: TaskConfig): TaskConfig {
  const { executorConfig } = config;
  if (!executorConfig) return config;
  let stripped = withoutDataOf.get(config);
  if (!stripped) {
    stripped = { ...config, executorConfig: { name: executorConfig.name, data: '' } };
    withoutDataOf.set(config, stripped);
  }
  return stripped;
}

function refusePendingQuery(query: TaskQuery): Reply<never> | undefined {
  if (query.slaveHosts && query.slaveHosts.length > 0)
    return invalid(`SlaveHosts are not supported in ${queryText(query)}`);
  if (query.statuses && query.statuses.length > 0)
    return invalid(`Statuses is not supported in ${queryText(query)}`);
  return undefined;
}

function queryText(query: TaskQuery): string {
  return `TaskQuery(${Object.entries(query)
    .map(([name, value]) => `${name}:${JSON.stringify(value)}`)
    .join(', ')})`;
}

function statuses(hosts: readonly HostStatus[]): { readonly statuses: readonly HostStatus[] } {
  return { statuses: hosts };
}

/** A blank role asks for all roles. */
function blankless(role: string | undefined): string | undefined {
  return role === undefined || role.trim() === '' ? undefined : role;
}
