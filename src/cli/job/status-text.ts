import type { ResourceUsage } from '../../model/resources.js';
import type { ScheduledTask } from '../../model/scheduled-task.js';
import type { Resource } from '../../model/task-config.js';
import { isActive } from '../../client/tasks.js';
import { floatText, localTime } from '../python-text.js';
import { quoted } from '../argument-spec.js';

/** What a local cluster knows about tasks beyond Aurora's API, by task id. */
export interface TaskFacts {
  readonly usage: ReadonlyMap<string, ResourceUsage>;
  readonly pendingReasons: ReadonlyMap<string, string>;
}

export const NO_FACTS: TaskFacts = { usage: new Map(), pendingReasons: new Map() };

/** A job's tasks in the layout of the original client, for pipes and files. */
export function jobStatusText(tasks: readonly ScheduledTask[], facts: TaskFacts): string {
  const active = tasks.filter(isActive);
  const inactive = tasks.filter((task) => !isActive(task));
  return [
    `Active tasks (${active.length}):`,
    ...byInstance(active).flatMap((task) => taskLines(task, facts)),
    `Inactive tasks (${inactive.length}):`,
    ...byInstance(inactive).flatMap((task) => taskLines(task, facts)),
    '',
  ].join('\n');
}

function byInstance(tasks: readonly ScheduledTask[]): ScheduledTask[] {
  return [...tasks].sort((a, b) => a.assignedTask.instanceId - b.assignedTask.instanceId);
}

function taskLines(task: ScheduledTask, facts: TaskFacts): string[] {
  const { assignedTask, status, failureCount, taskEvents } = task;
  const { task: config, instanceId, slaveHost, taskId } = assignedTask;
  const { role, environment, name } = config.job;
  const ports = [...((assignedTask.assignedPorts as ReadonlyMap<string, number> | undefined) ?? [])].sort();
  const usage = facts.usage.get(taskId);
  const reason = facts.pendingReasons.get(taskId);
  return [
    `\tTask role: ${role}, env: ${environment}, name: ${name}, instance: ${instanceId}, status: ${status} on ${slaveHost ?? 'None'}`,
    `\t  ${resourcesText(config.resources)}`,
    ...(usage ? [`\t  used: ${usageText(usage)}`] : []),
    ...(reason === undefined ? [] : [`\t  pending because: ${reason}`]),
    ...(ports.length > 0
      ? [
          `\t  assigned ports: {${ports.map(([port, number]) => `u${quoted(port)}: ${number}`).join(', ')}}`,
          `\t  failure count: ${failureCount} (max ${config.maxTaskFailures})`,
        ]
      : []),
    '\t  events:',
    ...[...taskEvents]
      .sort((a, b) => a.timestamp - b.timestamp)
      .map((event) => `\t   ${localTime(event.timestamp)} ${event.status}: ${event.message ?? 'None'}`),
    ...metadataLines(config.metadata ?? []),
  ];
}

function metadataLines(metadata: ReadonlyArray<{ readonly key: string; readonly value: string }>): string[] {
  if (metadata.length === 0) return [];
  return ['\t  metadata:', ...metadata.map(({ key, value }) => `\t\t  (key: '${key}', value: '${value}')`)];
}

/** `CPU: 0.1 core(s), RAM: 128 MB, Disk: 64 MB, Port: http, GPU: 1 GPU(s)` */
export function resourcesText(resources: readonly Resource[]): string {
  const shown: ReadonlyArray<(resource: Resource) => string | undefined> = [
    (resource) => ('numCpus' in resource ? `CPU: ${floatText(resource.numCpus)} core(s)` : undefined),
    (resource) => ('ramMb' in resource ? `RAM: ${resource.ramMb} MB` : undefined),
    (resource) => ('diskMb' in resource ? `Disk: ${resource.diskMb} MB` : undefined),
    (resource) => ('namedPort' in resource ? `Port: ${resource.namedPort}` : undefined),
    (resource) => ('numGpus' in resource ? `GPU: ${resource.numGpus} GPU(s)` : undefined),
  ];
  return shown
    .flatMap((show) => resources.map(show))
    .filter((text) => text !== undefined)
    .join(', ');
}

export function usageText(usage: ResourceUsage): string {
  return `CPU: ${floatText(Number(usage.cpus.toFixed(3)))} core(s), RAM: ${megabytes(usage.ramBytes)} MB, Disk: ${megabytes(usage.diskBytes)} MB`;
}

function megabytes(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(1);
}
