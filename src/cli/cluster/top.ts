import { ok } from '../../base/result.js';
import type { ClusterState, TaskUsages } from '../../model/cluster.js';
import type { ScheduledTask } from '../../model/scheduled-task.js';
import { ACTIVE_STATES } from '../../model/scheduled-task.js';
import { formatJobKey } from '../../model/job-key.js';
import { requestedResources } from '../../model/resources.js';
import { Interruption, sleep } from '../../client/interruption.js';
import { tasksOf } from '../../client/tasks.js';
import { integerOption, optionalPositional, type Option } from '../argument-spec.js';
import type { Command } from '../command.js';
import { universalOptions } from '../common-options.js';
import type { Context } from '../context.js';
import { CommandError, EXIT } from '../exit-codes.js';
import { connectLocal, type LocalConnection } from '../local-connection.js';
import { clustersOf } from '../scheduler-session.js';
import { runningEndpoint } from '../../client/local-cluster.js';
import { topText, type JobLoad } from './top-text.js';

const nameArgument = optionalPositional('NAME', ok<string>, {
  help: 'Name of a local cluster; the only one that runs when omitted',
  completes: 'cluster',
});

const intervalOption: Option<number> = integerOption(['--interval-seconds', '-n'], 2, {
  metavar: 'N',
  help: 'Seconds between two pictures',
});

export const clusterTopCommand: Command = {
  spec: {
    path: 'aurora cluster top',
    summary: '',
    description:
      'Show agents and jobs with what they use, refreshed until Ctrl-C; the agents and jobs that use most come first. Without a terminal one picture is printed.',
    example: 'aurora cluster top cluster1',
    parameters: [intervalOption, ...universalOptions, nameArgument],
  },
  async run(context) {
    const { args, console, host } = context;
    const name = args.get(nameArgument) ?? (await onlyRunning(context));
    const connection = await connectLocal(context, name, 'use its own pages');
    if (!console.stdout.isTerminal) {
      console.outRaw(await picture(context, connection));
      return EXIT.ok;
    }
    console.stdout.write(ENTER_SCREEN);
    try {
      for (;;) {
        const text = await picture(context, connection);
        console.stdout.write(HOME + onScreen(text, console.stdout.rows) + CLEAR_BELOW);
        await sleep(host.clock, Math.max(1, args.get(intervalOption)) * 1000, host.interrupted);
      }
    } catch (error) {
      // Ctrl-C is how one leaves.
      if (error instanceof Interruption) return EXIT.ok;
      throw error;
    } finally {
      console.stdout.write(LEAVE_SCREEN);
    }
  },
};

const ENTER_SCREEN = '\u001b[?1049h\u001b[?25l';
const LEAVE_SCREEN = '\u001b[?25h\u001b[?1049l';
const HOME = '\u001b[H';
const CLEAR_LINE = '\u001b[K';
const CLEAR_BELOW = '\u001b[J';

/** No more lines than the terminal has: beyond them it would scroll, and the picture run away. */
function onScreen(text: string, rows = Infinity): string {
  const lines = text.split('\n');
  const shown =
    lines.length <= rows
      ? lines
      : [...lines.slice(0, rows - 1), `  and ${lines.length - rows + 1} more lines`];
  return shown.map((line) => `${line}${CLEAR_LINE}`).join('\n');
}

async function onlyRunning({ host }: Context): Promise<string> {
  const clusters = clustersOf(host);
  const running: string[] = [];
  for (const name of clusters.startedNames()) {
    const cluster = await clusters.get(name);
    if (cluster.kind === 'local' && runningEndpoint(cluster, host)) running.push(name);
  }
  const [only, ...others] = running;
  if (only !== undefined && others.length === 0) return only;
  throw new CommandError(
    EXIT.invalidParameter,
    only === undefined
      ? 'No local cluster is running: start one with `aurora cluster start cluster1`'
      : `Several local clusters are running; name one of them: ${running.join(', ')}`,
  );
}

async function picture({ host, console }: Context, { api, client }: LocalConnection): Promise<string> {
  const state = (await api.get('/cluster/v1/state')) as ClusterState;
  const usages = (await api.get('/cluster/v1/usage')) as TaskUsages;
  const response = await client.call('getTasksWithoutConfigs', {
    query: { statuses: [...ACTIVE_STATES].sort() },
  });
  const jobs = jobLoads(tasksOf(response), usages);
  return topText(state, jobs, host.clock.nowMs(), console.stdout, console.style);
}

/** What each job asks for and uses, the largest user first. */
function jobLoads(tasks: readonly ScheduledTask[], { tasks: usages }: TaskUsages): JobLoad[] {
  const usage = new Map(usages.map((each) => [each.taskId, each.usage]));
  const byKey = new Map<string, JobLoad>();
  for (const { assignedTask, status } of tasks) {
    const key = formatJobKey(assignedTask.task.job);
    const before = byKey.get(key) ?? NO_LOAD;
    const asked = requestedResources(assignedTask.task);
    const used = usage.get(assignedTask.taskId);
    byKey.set(key, {
      key,
      running: before.running + (status === 'RUNNING' ? 1 : 0),
      active: before.active + 1,
      askedCpus: before.askedCpus + asked.cpus,
      usedCpus: before.usedCpus + (used?.cpus ?? 0),
      askedRamMb: before.askedRamMb + asked.ramMb,
      usedRamMb: before.usedRamMb + (used ? used.ramBytes / 2 ** 20 : 0),
    });
  }
  return [...byKey.values()].sort((a, b) => b.usedCpus - a.usedCpus || (a.key < b.key ? -1 : 1));
}

const NO_LOAD: JobLoad = {
  key: '',
  running: 0,
  active: 0,
  askedCpus: 0,
  usedCpus: 0,
  askedRamMb: 0,
  usedRamMb: 0,
};
