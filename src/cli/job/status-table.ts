import { requestedResources } from '../../model/resources.js';
import type { ScheduledTask, ScheduleStatus } from '../../model/scheduled-task.js';
import { formatClusterJobKey, type ClusterJobKey } from '../../model/job-key.js';
import { isActive, lastEventMs } from '../../client/tasks.js';
import type { OutputStream } from '../console.js';
import type { Style } from '../style.js';
import { printable } from '../printable.js';
import { resourcesText, type TaskFacts } from './status-text.js';
import { textTable } from '../text-table.js';

export interface JobTasks {
  readonly key: ClusterJobKey;
  readonly tasks: readonly ScheduledTask[];
}

/** Ended tasks of one job that are shown: the newest. */
const MOST_INACTIVE = 10;

/** A job for a person: what it is, a line a live task, then the newest ended ones. */
export function jobStatusTable(
  { key, tasks }: JobTasks,
  facts: TaskFacts,
  nowMs: number,
  stream: OutputStream,
  style: Style,
): string {
  const active = tasks.filter(isActive).sort((a, b) => a.assignedTask.instanceId - b.assignedTask.instanceId);
  const ended = tasks.filter((task) => !isActive(task)).sort((a, b) => lastEventMs(b) - lastEventMs(a));
  const shown = [...active, ...ended.slice(0, MOST_INACTIVE)];
  const lines = textTable(
    HEADER,
    shown.map((task) => cells(task, facts, nowMs)),
    {
      indent: 2,
      ...(stream.isTerminal ? { width: stream.columns } : {}),
      paintHeader: style.dim,
      paintCell: (text, column, row) => {
        const status = shown[row]?.status;
        return column === STATE_COLUMN && status ? paintState(status, style)(text) : text;
      },
    },
  );
  const hidden = ended.length - MOST_INACTIVE;
  return [
    headline(key, active, shown[0], style),
    ...lines,
    ...(hidden > 0 ? [style.dim(`  and ${hidden} older ended tasks`)] : []),
  ].join('\n');
}

const HEADER = ['INSTANCE', 'STATE', 'FOR', 'AGENT', 'PORTS', 'CPU', 'RAM', 'DISK', 'LAST EVENT'];
const STATE_COLUMN = 1;

function headline(
  key: ClusterJobKey,
  active: readonly ScheduledTask[],
  sample: ScheduledTask | undefined,
  style: Style,
): string {
  const config = sample?.assignedTask.task;
  const count = active.length === 1 ? '1 active instance' : `${active.length} active instances`;
  const facts = [
    `role ${key.role}`,
    `environment ${key.environment}`,
    `name ${key.name}`,
    count,
    ...(config ? [config.isService ? 'service' : 'ad hoc', resourcesText(config.resources)] : []),
  ];
  return `${style.bold(formatClusterJobKey(key))}\n  ${style.dim(printable(facts.join(' \u00b7 ')))}`;
}

function cells(task: ScheduledTask, facts: TaskFacts, nowMs: number): string[] {
  const { assignedTask, status } = task;
  const { taskId } = assignedTask;
  const asked = requestedResources(assignedTask.task);
  const usage = isActive(task) ? facts.usage.get(taskId) : undefined;
  const used = (amount: number | undefined, digits: number, limit: number): string =>
    `${amount === undefined ? '-' : amount.toFixed(digits)}/${limit}`;
  const ports = [...((assignedTask.assignedPorts as ReadonlyMap<string, number> | undefined) ?? [])];
  return [
    String(assignedTask.instanceId),
    status,
    durationText(nowMs - lastEventMs(task)),
    assignedTask.slaveHost ?? '-',
    ports.length === 0 ? '-' : ports.map(([name, port]) => `${name}:${port}`).join(' '),
    used(usage?.cpus, 2, asked.cpus),
    `${used(usage && usage.ramBytes / 2 ** 20, 0, asked.ramMb)} MB`,
    `${used(usage && usage.diskBytes / 2 ** 20, 0, asked.diskMb)} MB`,
    lastEventText(task, facts),
  ].map(printable);
}

function lastEventText(task: ScheduledTask, facts: TaskFacts): string {
  const reason = facts.pendingReasons.get(task.assignedTask.taskId);
  if (reason !== undefined && reason !== '') return reason;
  const newest = [...task.taskEvents].sort((a, b) => a.timestamp - b.timestamp).at(-1);
  return newest?.message ?? '';
}

function paintState(status: ScheduleStatus, style: Style): (text: string) => string {
  if (status === 'RUNNING' || status === 'FINISHED') return style.good;
  if (status === 'FAILED' || status === 'LOST') return style.error;
  return style.warning;
}

/** The two largest units: `3d4h`, `5m2s`, `12s`. */
export function durationText(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const units: ReadonlyArray<readonly [string, number]> = [
    ['d', 86_400],
    ['h', 3_600],
    ['m', 60],
    ['s', 1],
  ];
  const first = units.findIndex(([, size]) => seconds >= size);
  if (first < 0) return '0s';
  return units
    .slice(first, first + 2)
    .map(([name, size], index) => {
      const larger = units[first + index - 1]?.[1];
      const amount = Math.floor((index === 0 || larger === undefined ? seconds : seconds % larger) / size);
      return index > 0 && amount === 0 ? '' : `${amount}${name}`;
    })
    .join('');
}
