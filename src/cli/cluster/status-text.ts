import type { AgentState, ClusterState } from '../../model/cluster.js';
import type { LocalCluster } from '../../client/cluster.js';
import type { OutputStream } from '../console.js';
import type { Style } from '../style.js';
import { durationText } from '../job/status-table.js';
import { printable } from '../printable.js';
import { textTable } from '../text-table.js';

/** A local cluster for a person: its scheduler, then a line an agent with what is total, promised and used. */
export function clusterStatusText(
  cluster: LocalCluster,
  state: ClusterState | undefined,
  nowMs: number,
  stream: OutputStream,
  style: Style,
): string {
  if (!state)
    return `${style.bold(cluster.name)}  ${style.dim('not running')}\n  start it: aurora cluster start ${cluster.name}`;
  const { scheduler, agents } = state;
  const headline =
    `${style.bold(cluster.name)}  ${style.good('running')}  ${scheduler.httpUrl}  ` +
    `pid ${scheduler.pid}  up ${durationText(nowMs - scheduler.startedMs)}  ${cluster.home}`;
  const lines = textTable(HEADER, agents.map(agentCells), {
    indent: 2,
    ...(stream.isTerminal ? { width: stream.columns } : {}),
    paintHeader: style.dim,
    paintCell: (text, column, row) =>
      column === 1 ? (agents[row]?.status === 'REGISTERED' ? style.good(text) : style.warning(text)) : text,
  });
  return [headline, ...lines].join('\n');
}

const HEADER = ['AGENT', 'STATE', 'ATTRIBUTES', 'TASKS', 'CPUS', 'RAM MB', 'DISK MB', 'PORTS', 'USED NOW'];

/** Amounts read `promised/total`. */
function agentCells(agent: AgentState): string[] {
  const { total, allocated, usage } = agent;
  const mode = agent.mode === 'NONE' ? '' : ` ${agent.mode}`;
  return [
    agent.host,
    agent.status + mode,
    agent.attributes.map(({ name, values }) => `${name}=${values.join(',')}`).join(' ') || '-',
    String(agent.tasks),
    `${allocated.cpus}/${total.cpus}`,
    `${allocated.ramMb}/${total.ramMb}`,
    `${allocated.diskMb}/${total.diskMb}`,
    `${allocated.ports}/${total.ports}`,
    usage
      ? `${usage.cpus.toFixed(2)} cpus, ${(usage.ramBytes / 2 ** 20).toFixed(0)} MB ram, ` +
        `${(usage.diskBytes / 2 ** 20).toFixed(0)} MB disk, ${usage.processes} processes`
      : '-',
  ].map(printable);
}
