import type { JobConfiguration } from '../model/job-configuration.js';
import { formatJobKey, isValidJobKey, type InstanceKey, type JobKey } from '../model/job-key.js';
import {
  ACTIVE_STATES,
  TERMINAL_STATES,
  type ScheduleStatus,
  type TaskQuery,
} from '../model/scheduled-task.js';
import type { TaskConfig } from '../model/task-config.js';
import type { TaskEntry } from '../storage/store.js';
import { queryPage } from '../storage/task-query.js';
import { sanitizeJob } from './configuration.js';
import type { Core } from './core.js';
import { checkInstanceAddition } from './quota.js';
import { answer, done, invalid, refuse, type Reply } from './reply.js';
import { changeState, deleteTasks, insertPendingTasks } from './state-manager.js';

export function createJob(core: Core, job: JobConfiguration): Reply {
  const sanitized = sanitizeJob(job, core.options, core.tiers);
  if (!sanitized.ok) return invalid(sanitized.error);
  const { key, taskConfig, instanceCount, cronSchedule } = sanitized.value;
  if (cronSchedule !== undefined && cronSchedule !== '')
    return invalid('Cron jobs may only be created/updated by calling scheduleCronJob.');
  if (activeEntries(core, key).length > 0) return invalid(`Job ${formatJobKey(key)} already exists`);
  const refusal = checkSize(core, taskConfig, instanceCount, instanceCount);
  if (refusal !== undefined) return invalid(refusal);
  insertPendingTasks(core, taskConfig, range(0, instanceCount));
  core.stats.count('thrift_workload_createJob', instanceCount);
  return done();
}

export function killTasks(
  core: Core,
  key: JobKey,
  instances: readonly number[] | undefined,
  message: string | undefined,
  user: string,
): Reply {
  if (!isValidJobKey(key)) return invalidKey(key);
  const wanted = instances && instances.length > 0 ? new Set(instances) : undefined;
  const entries = activeEntries(core, key).filter(
    ({ task }) => !wanted || wanted.has(task.assignedTask.instanceId),
  );
  const audit = `Killed by ${user}${message === undefined || message === '' ? '' : `.\n${message}`}`;
  for (const { task } of entries) changeState(core, task.assignedTask.taskId, 'KILLING', { message: audit });
  core.stats.count('thrift_workload_killTasks', entries.length);
  return entries.length === 0 ? done('No tasks to kill.') : done();
}

export function restartShards(core: Core, key: JobKey, instances: readonly number[], user: string): Reply {
  if (!isValidJobKey(key)) return invalidKey(key);
  const wanted = new Set(instances);
  const entries = activeEntries(core, key).filter(({ task }) => wanted.has(task.assignedTask.instanceId));
  if (entries.length !== wanted.size) return invalid('Not all requested shards are active.');
  for (const { task } of entries)
    changeState(core, task.assignedTask.taskId, 'RESTARTING', { message: `Restarted by ${user}` });
  core.stats.count('thrift_workload_restartShards', entries.length);
  return done();
}

export function addInstances(core: Core, { jobKey, instanceId }: InstanceKey, count: number): Reply {
  if (!isValidJobKey(jobKey)) return invalidKey(jobKey);
  if (!(count > 0)) return invalid('Instance count must be positive.');
  const entries = activeEntries(core, jobKey);
  const template = entries.find(({ task }) => task.assignedTask.instanceId === instanceId);
  if (!template) return invalid('No active task found for a given instance ID.');
  const { config } = template.config;
  const refusal = checkSize(core, config, entries.length + count, count);
  if (refusal !== undefined) return invalid(refusal);
  const highest = Math.max(...entries.map(({ task }) => task.assignedTask.instanceId));
  insertPendingTasks(core, config, range(highest + 1, count));
  core.stats.count('thrift_workload_addInstances', count);
  return done();
}

export function forceTaskState(core: Core, taskId: string, status: ScheduleStatus, user: string): Reply {
  changeState(core, taskId, status, { message: `Transition forced by ${user}` });
  return done();
}

export function pruneTasks(core: Core, query: TaskQuery): Reply {
  const statuses = query.statuses && query.statuses.length > 0 ? query.statuses : [...TERMINAL_STATES];
  if (statuses.some((status) => !TERMINAL_STATES.has(status)))
    return refuse('ERROR', 'Tasks in non-terminal state cannot be pruned.');
  const { offset: _offset, ...rest } = query;
  const wanted = { ...rest, statuses };
  deleteTasks(core, queryPage(core.store, wanted));
  return done();
}

export function populateJobConfig(core: Core, job: JobConfiguration): Reply<TaskConfig> {
  const sanitized = sanitizeJob(job, core.options, core.tiers);
  return sanitized.ok
    ? answer(sanitized.value.taskConfig)
    : invalid(`Invalid configuration: ${sanitized.error}`);
}

/** In order of their instance ids. */
export function activeEntries(core: Core, key: JobKey): TaskEntry[] {
  const active: TaskEntry[] = [];
  for (const entry of core.store.entriesOfJob(formatJobKey(key)))
    if (ACTIVE_STATES.has(entry.task.status)) active.push(entry);
  return active.sort((a, b) => a.task.assignedTask.instanceId - b.task.assignedTask.instanceId);
}

/** So many whole numbers from `first` on. */
export function range(first: number, count: number): number[] {
  const numbers: number[] = [];
  for (let i = 0; i < count; i++) numbers.push(first + i);
  return numbers;
}

/** `total` instances afterwards, `added` of them new. */
function checkSize(core: Core, config: TaskConfig, total: number, added: number): string | undefined {
  const most = core.options.maxTasksPerJob;
  if (!Number.isInteger(total) || total < 1 || total > most)
    return `Instance count must be between 1 and ${most} inclusive.`;
  return checkInstanceAddition(core, config, added);
}

/** Aurora answered with an empty ERROR here; saying what is wrong breaks nobody. */
function invalidKey(key: JobKey): Reply {
  return refuse('ERROR', `Job key ${formatJobKey(key)} is invalid.`);
}
