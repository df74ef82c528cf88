import { ok } from '../../base/result.js';
import { ensureRunning, runningEndpoint, stateOf, stopCluster } from '../../client/local-cluster.js';
import type { LocalCluster } from '../../client/cluster.js';
import { optionalPositional, positional } from '../argument-spec.js';
import type { Command } from '../command.js';
import { universalOptions, writeJsonOption } from '../common-options.js';
import type { Context } from '../context.js';
import { CommandError, EXIT } from '../exit-codes.js';
import { pythonJson, INDENTED_JSON } from '../python-text.js';
import { clustersOf, localServices } from '../scheduler-session.js';
import { clusterStatusText } from './status-text.js';

const nameArgument = optionalPositional('NAME', ok<string>, {
  help: 'Name of a local cluster; all of them when omitted',
  completes: 'cluster',
});

const startArgument = positional('NAME', ok<string>, {
  help: 'Name of a local cluster',
  completes: 'cluster',
});

export const clusterStatusCommand: Command = {
  spec: {
    path: 'aurora cluster status',
    summary: '',
    example: 'aurora cluster status cluster1',
    parameters: [writeJsonOption, ...universalOptions, nameArgument],
  },
  async run(context) {
    const { console, host, args } = context;
    const clusters = await wantedClusters(context);
    const states = [];
    for (const cluster of clusters) {
      const endpoint = runningEndpoint(cluster, host);
      states.push({ cluster, state: endpoint && (await stateOf(endpoint, host)) });
    }
    if (args.get(writeJsonOption)) {
      const running = states.flatMap(({ state }) => (state ? [state] : []));
      console.out(pythonJson(running, INDENTED_JSON));
    } else {
      const texts = states.map(({ cluster, state }) =>
        clusterStatusText(cluster, state, host.clock.nowMs(), console.stdout, console.style),
      );
      console.outRaw(texts.join('\n\n'));
    }
    return EXIT.ok;
  },
};

export const clusterStartCommand: Command = {
  spec: {
    path: 'aurora cluster start',
    summary: '',
    example: 'aurora cluster start cluster1',
    parameters: [...universalOptions, startArgument],
  },
  async run(context) {
    const cluster = await localCluster(context, context.args.required(startArgument));
    const { endpoint, startedNow } = await ensureRunning(cluster, localServices(context));
    context.console.out(
      startedNow
        ? `Cluster ${cluster.name} is up: scheduler pid ${endpoint.pid}, pages at ${endpoint.httpUrl}`
        : `Cluster ${cluster.name} was up already: scheduler pid ${endpoint.pid}, pages at ${endpoint.httpUrl}`,
    );
    return EXIT.ok;
  },
};

export const clusterStopCommand: Command = {
  spec: {
    path: 'aurora cluster stop',
    summary: '',
    example: 'aurora cluster stop cluster1',
    parameters: [...universalOptions, nameArgument],
  },
  async run(context) {
    const { console } = context;
    for (const cluster of await wantedClusters(context)) {
      const stopped = await stopCluster(cluster, localServices(context));
      console.out(
        stopped
          ? `Cluster ${cluster.name} is stopped: scheduler, agents and tasks have ended`
          : `Cluster ${cluster.name} was not running`,
      );
    }
    return EXIT.ok;
  },
};

/** The named cluster, or every local cluster that is defined. */
async function wantedClusters(context: Context): Promise<LocalCluster[]> {
  const name = context.args.get(nameArgument);
  if (name !== undefined) return [await localCluster(context, name)];
  const all = [...(await clustersOf(context.host).all()).values()];
  return all.filter((cluster) => cluster.kind === 'local');
}

async function localCluster({ host }: Context, name: string): Promise<LocalCluster> {
  const cluster = await clustersOf(host).get(name);
  if (cluster.kind === 'local') return cluster;
  throw new CommandError(
    EXIT.invalidParameter,
    `Cluster ${name} is not a local one: its scheduler is at ${cluster.schedulerUri ?? cluster.zk ?? 'an unknown place'}`,
  );
}
