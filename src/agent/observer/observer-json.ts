import type { ProcessState } from '../../model/process.js';
import type { ProcessStatus } from '../../thermos/checkpoint-record.js';
import { NO_USAGE, type DetailedUsage } from '../usage/usage-history.js';
import type { ObservedTask, ObservedTasks, TaskKind } from './observed-tasks.js';

/** The JSON of Thermos' observer, field by field. */
export interface ResourceConsumption {
  readonly cpu: number;
  readonly ram: number;
  readonly disk: number;
  readonly user: number;
  readonly system: number;
  readonly rss: number;
  readonly vms: number;
  readonly nice: number | null;
  readonly status: string;
  readonly threads: number;
}

export function consumption(usage: DetailedUsage): ResourceConsumption {
  return {
    cpu: usage.cpus,
    ram: usage.ramBytes,
    disk: usage.diskBytes,
    user: usage.userSecs,
    system: usage.systemSecs,
    rss: usage.ramBytes,
    vms: usage.virtualBytes,
    nice: usage.nice ?? null,
    status: usage.status ?? 'None',
    threads: usage.threads,
  };
}

const DEFAULT_COUNT = 20;

/** `/j/task_ids`: a negative offset counts from the end. */
export function taskList(
  tasks: ObservedTasks,
  type: TaskKind,
  requestedOffset = 0,
  num = DEFAULT_COUNT,
): object {
  const ids = tasks.ids(type);
  const offset = startAt(requestedOffset, ids.length);
  const rows = ids.slice(offset, offset + num).flatMap((taskId) => {
    const task = tasks.load(taskId);
    return task ? [taskRow(task)] : [];
  });
  return { type, offset, num, task_count: ids.length, tasks: rows };
}

export function startAt(offset: number, count: number): number {
  if (offset >= 0) return offset;
  return -offset > count ? 0 : count + offset;
}

function taskRow(task: ObservedTask): object {
  return {
    task_id: task.taskId,
    name: nameOf(task),
    role: task.header.user,
    launch_timestamp: Math.floor(task.launchMs / 1000),
    state: task.state,
    state_timestamp: Math.floor(task.stateMs / 1000),
    ports: Object.fromEntries(task.header.ports),
    ...consumption(usageOf(task)),
  };
}

/** `/j/task/ID`. */
export function taskDetail(task: ObservedTask): object {
  const names = (...states: readonly ProcessState[]): string[] =>
    [...task.processes].flatMap(([name, runs]) => {
      const state = runs.at(-1)?.state;
      return state !== undefined && states.includes(state) ? [name] : [];
    });
  return {
    task_id: task.taskId,
    name: nameOf(task),
    user: task.header.user,
    launch_timestamp: task.launchMs / 1000,
    state: task.state,
    state_timestamp: task.stateMs / 1000,
    ports: Object.fromEntries(task.header.ports),
    processes: {
      waiting: names('WAITING', 'LOST'),
      running: names('FORKED', 'RUNNING'),
      success: names('SUCCESS'),
      failed: names('FAILED'),
      killed: names('KILLED'),
    },
    resource_consumption: consumption(usageOf(task)),
    task: task.task,
  };
}

/** `/j/process/ID/NAME[/RUN]`; an empty object for a run that never was. Run -1 is the newest. */
export function processDetail(task: ObservedTask | undefined, name: string, run = -1): object {
  const runs = task?.processes.get(name) ?? [];
  const number = run === -1 ? runs.length - 1 : run;
  const status = runs[number];
  if (!task || !status) return {};
  const newest = number === runs.length - 1;
  return {
    process_name: name,
    process_run: number,
    state: status.state,
    ...timesOf(status),
    ...(status.returnCode !== undefined && status.returnCode !== 0 && { return_code: status.returnCode }),
    ...(newest && status.state === 'RUNNING' && { used: consumption(processUsage(task, name)) }),
  };
}

/** `/j/processes`: every process of a task, its newest run. */
export function processDetails(task: ObservedTask): object {
  return Object.fromEntries([...task.processes.keys()].map((name) => [name, processDetail(task, name)]));
}

/** What a live task uses; a finished one uses nothing. */
export function usageOf(task: ObservedTask): DetailedUsage {
  return (task.active ? task.monitor?.latest?.usage : undefined) ?? NO_USAGE;
}

export function processUsage(task: ObservedTask, name: string): DetailedUsage {
  return task.monitor?.latest?.processes.get(name) ?? NO_USAGE;
}

export function nameOf(task: ObservedTask): string {
  const json = task.task;
  if (typeof json !== 'object' || json === null || !Object.hasOwn(json, 'name')) return task.taskId;
  return String((json as { name: unknown }).name);
}

function timesOf(status: ProcessStatus): object {
  return {
    ...(status.startTime !== undefined && { start_time: status.startTime }),
    ...(status.stopTime !== undefined && { stop_time: status.stopTime }),
  };
}
