import { rangesText } from '../../client/instance-ranges.js';
import type { AgentAnswer, TaskExplanation } from '../../model/cluster.js';
import type { Resources } from '../../model/resources.js';
import { toRanges } from '../../scheduler/job-queries.js';
import { printable } from '../printable.js';
import type { Style } from '../style.js';

/** The explanations of a job's instances; those of which the same is true are told of once. */
export function explanationsText(tasks: readonly TaskExplanation[], style: Style): string {
  const groups = new Map<string, TaskExplanation[]>();
  for (const task of tasks) {
    const { taskId: _taskId, instanceId: _instanceId, ...rest } = task;
    const same = JSON.stringify(rest);
    groups.set(same, [...(groups.get(same) ?? []), task]);
  }
  return [...groups.values()].map((group) => groupText(group, style)).join('\n\n');
}

function groupText(group: readonly TaskExplanation[], style: Style): string {
  const [task] = group;
  if (!task) return '';
  const ids = group.map(({ instanceId }) => instanceId);
  const name = group.length === 1 ? `instance ${task.instanceId}` : `instances ${rangesText(toRanges(ids))}`;
  const lines = [`${style.bold(name)}  ${task.status}`];
  if (task.status !== 'PENDING') {
    lines.push(`  ${task.reason === '' ? 'it is placed already' : printable(task.reason)}`);
    return lines.join('\n');
  }
  if (task.reason !== '') lines.push(`  waits because: ${style.warning(printable(task.reason))}`);
  if (task.wants) lines.push(`  wants: ${resourcesText(task.wants)}`);
  const fitting = task.agents.filter((agent) => agent.vetoes.length === 0).map((agent) => agent.host);
  lines.push(
    fitting.length > 0
      ? `  fits now on: ${someOf(fitting)}`
      : `  fits on none of ${task.agents.length} agents: ${vetoSummary(task.agents)}`,
  );
  const agents = task.agents.slice(0, MOST_AGENTS);
  for (const agent of agents) lines.push(`    ${agent.host}: ${answerText(agent, task.wants, style)}`);
  const more = task.agents.length - agents.length;
  if (more > 0) lines.push(`    and ${more} more; --write-json lists them all`);
  const smaller = fitting.length > 0 || !task.wants ? undefined : whatWouldFit(task.agents, task.wants);
  if (smaller !== undefined) lines.push(`  would fit: ${smaller}`);
  lines.push(
    task.preemption
      ? `  preemption would free room on ${task.preemption.host} by evicting ${task.preemption.victims.join(', ')}`
      : '  preemption would not help',
  );
  return lines.join('\n');
}

const MOST_AGENTS = 20;
const MOST_HOSTS = 10;

/** What a veto calls a resource, and how much of it there is. */
const RESOURCES: ReadonlyArray<readonly [veto: string, amount: (of: Resources) => number, unit: string]> = [
  ['CPU', ({ cpus }) => cpus, 'cores'],
  ['RAM', ({ ramMb }) => ramMb, 'MB of RAM'],
  ['disk', ({ diskMb }) => diskMb, 'MB of disk'],
  ['GPU', ({ gpus }) => gpus, 'GPUs'],
  ['ports', ({ ports }) => ports, 'ports'],
];

function answerText({ vetoes, free }: AgentAnswer, wants: Resources | undefined, style: Style): string {
  if (vetoes.length === 0) return style.good('fits');
  const short = lacking(vetoes).map(([, amount, unit]) => `${number(amount(free))} ${unit} free`);
  const detail = short.length > 0 && wants ? ` (${short.join(', ')})` : '';
  return `${printable(vetoes.join(', '))}${detail}`;
}

/** The least change of the wish that some agent could fulfil now; undefined when it is no matter of amounts. */
function whatWouldFit(agents: readonly AgentAnswer[], wants: Resources): string | undefined {
  let best: AgentAnswer | undefined;
  let bestScore = -Infinity;
  for (const agent of agents) {
    const short = lacking(agent.vetoes);
    if (short.length < agent.vetoes.length) continue;
    // By how much of the wish there is room for, in the resource that is shortest.
    const score = Math.min(...short.map(([, amount]) => amount(agent.free) / amount(wants)));
    if (score <= bestScore) continue;
    best = agent;
    bestScore = score;
  }
  if (!best || bestScore <= 0) return undefined;
  const { free, host, vetoes } = best;
  const limits = lacking(vetoes).map(([, amount, unit]) => `${number(amount(free))} ${unit}`);
  return `with at most ${limits.join(' and ')}, on ${host}`;
}

function lacking(vetoes: readonly string[]): typeof RESOURCES {
  return RESOURCES.filter(([name]) => vetoes.includes(`Insufficient: ${name}`));
}

function resourcesText(resources: Resources): string {
  return RESOURCES.flatMap(([, amount, unit]) =>
    amount(resources) > 0 ? [`${number(amount(resources))} ${unit}`] : [],
  ).join(', ');
}

function number(amount: number): string {
  return String(Math.max(0, Number(amount.toFixed(3))));
}

function someOf(hosts: readonly string[]): string {
  const more = hosts.length - MOST_HOSTS;
  return `${hosts.slice(0, MOST_HOSTS).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** `Insufficient: ram on 3, Host draining on 1`: the most frequent first. */
function vetoSummary(agents: readonly AgentAnswer[]): string {
  const counts = new Map<string, number>();
  for (const { vetoes } of agents) for (const veto of vetoes) counts.set(veto, (counts.get(veto) ?? 0) + 1);
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([veto, count]) => printable(`${veto} on ${count}`))
    .join(', ');
}
