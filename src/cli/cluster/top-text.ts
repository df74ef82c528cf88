import type { AgentState, ClusterState } from '../../model/cluster.js';
import type { OutputStream } from '../console.js';
import type { Style } from '../style.js';
import { durationText } from '../job/status-table.js';
import { printable } from '../printable.js';
import { textTable } from '../text-table.js';

/** A job's active tasks, summed. */
export interface JobLoad {
  readonly key: string;
  readonly running: number;
  readonly active: number;
  readonly askedCpus: number;
  readonly usedCpus: number;
  readonly askedRamMb: number;
  readonly usedRamMb: number;
}

const BAR_WIDTH = 12;
const MOST_JOBS = 30;
const MOST_AGENTS = 30;

/** One picture: a line an agent with bars of what is promised, a line a job with what it uses. */
export function topText(
  { name, scheduler, agents }: ClusterState,
  jobs: readonly JobLoad[],
  nowMs: number,
  stream: OutputStream,
  style: Style,
): string {
  const width = stream.isTerminal ? { width: stream.columns } : {};
  const options = { indent: 2, paintHeader: style.dim, ...width };
  const tasks = jobs.reduce((sum, job) => sum + job.active, 0);
  return [
    `${style.bold(name)}  up ${durationText(nowMs - scheduler.startedMs)}  ${agents.length} agents  ` +
      `${jobs.length} jobs  ${tasks} active tasks`,
    '',
    ...textTable(
      ['AGENT', 'STATE', 'TASKS', 'CPUS', 'RAM', 'DISK', 'USED NOW'],
      [...agents].sort(byUse).slice(0, MOST_AGENTS).map(agentCells),
      options,
    ),
    ...(agents.length > MOST_AGENTS ? [style.dim(`  and ${agents.length - MOST_AGENTS} more agents`)] : []),
    '',
    ...textTable(
      ['JOB', 'RUNNING', 'CPUS USED/ASKED', 'RAM MB USED/ASKED'],
      jobs.slice(0, MOST_JOBS).map(jobCells),
      options,
    ),
    ...(jobs.length > MOST_JOBS ? [style.dim(`  and ${jobs.length - MOST_JOBS} more jobs`)] : []),
  ].join('\n');
}

/** What is promised most of its cpus first; equals by name. */
function byUse(a: AgentState, b: AgentState): number {
  return share(b) - share(a) || (a.host < b.host ? -1 : 1);
}

function share({ allocated, total }: AgentState): number {
  return total.cpus > 0 ? allocated.cpus / total.cpus : 0;
}

function agentCells({ host, status, mode, tasks, allocated, total, usage }: AgentState): string[] {
  return [
    host,
    mode === 'NONE' ? status : `${status} ${mode}`,
    String(tasks),
    bar(allocated.cpus, total.cpus),
    bar(allocated.ramMb, total.ramMb),
    bar(allocated.diskMb, total.diskMb),
    usage ? `${usage.cpus.toFixed(2)} cpus, ${(usage.ramBytes / 2 ** 20).toFixed(0)} MB ram` : '-',
  ].map(printable);
}

/** `[####        ]  33%` */
function bar(part: number, whole: number): string {
  const share = whole > 0 ? Math.min(1, Math.max(0, part / whole)) : 0;
  const filled = Math.round(share * BAR_WIDTH);
  return `[${'#'.repeat(filled)}${' '.repeat(BAR_WIDTH - filled)}] ${String(Math.round(share * 100)).padStart(3)}%`;
}

function jobCells(job: JobLoad): string[] {
  return [
    job.key,
    `${job.running}/${job.active}`,
    `${job.usedCpus.toFixed(2)}/${round(job.askedCpus)}`,
    `${job.usedRamMb.toFixed(0)}/${job.askedRamMb}`,
  ].map(printable);
}

function round(cpus: number): number {
  return Math.round(cpus * 1000) / 1000;
}
