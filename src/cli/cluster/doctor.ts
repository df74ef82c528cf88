import { join } from 'node:path';
import { ok } from '../../base/result.js';
import type { AgentState, ClusterState } from '../../model/cluster.js';
import type { AgentProcess } from '../../model/agent-protocol.js';
import type { LocalCluster } from '../../client/cluster.js';
import { readEndpoint } from '../../client/local-endpoint.js';
import { tasksOf } from '../../client/tasks.js';
import { positional } from '../argument-spec.js';
import type { Command } from '../command.js';
import { universalOptions } from '../common-options.js';
import type { Context } from '../context.js';
import { CommandError, EXIT } from '../exit-codes.js';
import { connectLocal } from '../local-connection.js';
import { clustersOf } from '../scheduler-session.js';

const nameArgument = positional('NAME', ok<string>, {
  help: 'Name of a local cluster',
  completes: 'cluster',
});

/** One thing that was looked at. */
interface Finding {
  readonly good: boolean;
  readonly text: string;
  /** What to do about it. */
  readonly hint?: string;
}

export const clusterDoctorCommand: Command = {
  spec: {
    path: 'aurora cluster doctor',
    summary: '',
    description:
      'Look for what is wrong with a local cluster: its processes, files and agents, and the invariants of ' +
      'everything that its scheduler knows.',
    example: 'aurora cluster doctor cluster1',
    parameters: [...universalOptions, nameArgument],
  },
  async run(context) {
    const { console, host, args } = context;
    const cluster = await clustersOf(host).get(args.required(nameArgument));
    if (cluster.kind !== 'local')
      throw new CommandError(EXIT.invalidParameter, `Cluster ${cluster.name} is not one of this machine`);
    const findings = [checkHome(context, cluster), ...(await checkScheduler(context, cluster))];
    for (const { good, text, hint } of findings) {
      console.outRaw(`${good ? console.style.good('ok ') : console.style.error('BAD')} ${text}`);
      if (hint !== undefined) console.out(`    ${hint}`);
    }
    return findings.every(({ good }) => good) ? EXIT.ok : EXIT.commandFailure;
  },
};

function checkHome({ host }: Context, cluster: LocalCluster): Finding {
  const stat = host.files.stat(cluster.home);
  if (!stat) return { good: true, text: `${cluster.home} is not there: the cluster has never been started` };
  const open = (stat.mode & 0o077) !== 0;
  return {
    good: !open,
    text: `${cluster.home} has mode ${stat.mode.toString(8)}`,
    ...(open ? { hint: `Others can look into it: chmod 700 ${cluster.home}` } : {}),
  };
}

async function checkScheduler(context: Context, cluster: LocalCluster): Promise<Finding[]> {
  const { host } = context;
  const endpoint = readEndpoint(cluster.home, host.files);
  const agents = agentProcesses(context, cluster);
  if (!endpoint || !host.daemons.isAlive(endpoint.pid, endpoint.startTicks)) {
    const orphans = agents.filter(({ pid, startTicks }) => host.daemons.isAlive(pid, startTicks));
    if (!endpoint && orphans.length === 0) return [{ good: true, text: 'the cluster is not running' }];
    return [
      {
        good: false,
        text: `the scheduler (pid ${endpoint?.pid ?? 'unknown'}) has died; ${orphans.length} agents live`,
        hint: `Start it again, tasks are adopted: aurora cluster start ${cluster.name}`,
      },
    ];
  }
  const { api, client } = await connectLocal(context, cluster.name, '');
  const state = (await api.get('/cluster/v1/state')) as ClusterState;
  const socket = host.files.stat(endpoint.socketPath);
  const tasks = tasksOf(await client.call('getTasksStatus', { query: {} }));
  const { checkTasks } = await import('../../scheduler/check-tasks.js');
  const violations = checkTasks(tasks, state.agents);
  return [
    { good: true, text: `the scheduler answers: pid ${endpoint.pid}, ${endpoint.httpUrl}` },
    {
      good: socket !== undefined && (socket.mode & 0o077) === 0,
      text: `${endpoint.socketPath} has mode ${socket?.mode.toString(8) ?? 'none: it is missing'}`,
    },
    ...state.agents.map(checkAgent),
    ...(violations.length === 0
      ? [{ good: true, text: `invariants hold: ${tasks.length} tasks on ${state.agents.length} agents` }]
      : violations.map(({ invariant, message }) => ({ good: false, text: `${invariant}: ${message}` }))),
  ];
}

function checkAgent({ host, status, mode, pid, tasks }: AgentState): Finding {
  const facts = `agent ${host}: ${status}${mode === 'NONE' ? '' : `, ${mode}`}, pid ${pid ?? 'unknown'}, ${tasks} tasks`;
  return { good: status === 'REGISTERED', text: facts };
}

/** The agents as their own files tell. */
function agentProcesses({ host }: Context, cluster: LocalCluster): AgentProcess[] {
  const folder = join(cluster.home, 'agents');
  if (!host.files.exists(folder)) return [];
  return host.files.readDirectory(folder).flatMap((name) => {
    try {
      return [JSON.parse(host.files.readText(join(folder, name, 'agent.json'))) as AgentProcess];
    } catch {
      // An agent that never came up has no such file.
      return [];
    }
  });
}
