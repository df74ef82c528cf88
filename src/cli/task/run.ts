import type { ScheduledTask } from '../../model/scheduled-task.js';
import { detailsText } from '../../client/scheduler-client.js';
import { tasksOf } from '../../client/tasks.js';
import { anyText, integerOption, positional } from '../argument-spec.js';
import type { Command } from '../command.js';
import {
  executorSandboxOption,
  sshOptionsOption,
  sshUserOption,
  universalOptions,
} from '../common-options.js';
import { CommandError, EXIT } from '../exit-codes.js';
import { instancesArgument } from '../key-arguments.js';
import { clustersOf, connectTo } from '../scheduler-session.js';
import { liveQuery, remoteCommand, sandboxDirectory, sshTarget, words } from './sandbox-command.js';

const threadsOption = integerOption(['--threads', '-t'], 1, {
  metavar: 'NUM_THREADS',
  help: 'Number of threads to use',
});

const commandArgument = positional('unix_command_line', anyText, {
  help: 'Unix command line to be executed',
});

export const runCommand: Command = {
  spec: {
    path: 'aurora task run',
    summary: '',
    description: 'runs a shell command on machines currently hosting instances of a single job.',
    example: "aurora task run west/www-data/prod/hello/0-2 'uptime'",
    parameters: [
      threadsOption,
      sshUserOption,
      sshOptionsOption,
      executorSandboxOption,
      ...universalOptions,
      instancesArgument,
      commandArgument,
    ],
  },
  async run(context) {
    const { args, console, host } = context;
    const { key, instances } = args.required(instancesArgument);
    const command = args.required(commandArgument);
    const cluster = await clustersOf(host).get(key.cluster);
    const response = await connectTo(context, cluster).call('getTasksStatus', liveQuery(key, instances));
    if (response.responseCode !== 'OK')
      throw new CommandError(EXIT.apiError, `Could not retrieve task information: ${detailsText(response)}`);
    const runOn = async (task: ScheduledTask): Promise<void> => {
      const directory = sandboxDirectory(cluster, task, args.get(executorSandboxOption));
      const { slaveHost = 'None' } = task.assignedTask;
      await host.programs.run(
        'ssh',
        [
          '-n',
          '-q',
          ...words(args.get(sshOptionsOption)),
          sshTarget(task, args.get(sshUserOption)),
          remoteCommand(directory, command, task),
        ],
        {
          output: 'collect',
          onLine: (line) => {
            console.out(`${slaveHost}:  ${line}`);
          },
        },
      );
    };
    await inParallel(tasksOf(response), Math.max(1, args.get(threadsOption)), runOn);
    return EXIT.ok;
  },
};

async function inParallel<T>(
  items: readonly T[],
  width: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const queue = [...items];
  const worker = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(width, queue.length) }, worker));
}
