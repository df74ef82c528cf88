import { resolve } from 'node:path';
import type { ScheduledTask } from '../../model/scheduled-task.js';
import { formatClusterJobKey } from '../../model/job-key.js';
import { detailsText } from '../../client/scheduler-client.js';
import { tasksOf } from '../../client/tasks.js';
import { anyText, listOption, textOption } from '../argument-spec.js';
import type { Command } from '../command.js';
import {
  executorSandboxOption,
  sshOptionsOption,
  sshUserOption,
  universalOptions,
} from '../common-options.js';
import { CommandError, EXIT } from '../exit-codes.js';
import { instancesArgument } from '../key-arguments.js';
import { clustersOf, connectTo, requireOk } from '../scheduler-session.js';
import { liveQuery, remoteCommand, sandboxDirectory, sshTarget, words } from './sandbox-command.js';

const tunnelsOption = listOption(['--tunnels', '-L'], anyText, {
  metavar: 'PORT:NAME',
  help: 'Add tunnel from local port PORT to remote named port NAME',
});

const commandOption = textOption(['--command', '-c'], {
  metavar: 'unix_command_line',
  help: 'Command to execute through the ssh connection.',
});

const pidFileOption = textOption(['--pid-file', '-p'], {
  metavar: 'pid_file',
  help: 'File in which to store the PID of the resulting ssh call',
});

export const sshCommand: Command = {
  spec: {
    path: 'aurora task ssh',
    summary: '',
    description: 'Initiate an SSH session on the machine that a task instance is running on.',
    example: 'aurora task ssh west/www-data/prod/hello/0',
    parameters: [
      sshUserOption,
      sshOptionsOption,
      executorSandboxOption,
      tunnelsOption,
      commandOption,
      pidFileOption,
      ...universalOptions,
      instancesArgument,
    ],
  },
  async run(context) {
    const { args, console, host } = context;
    const { key, instances } = args.required(instancesArgument);
    const command = args.get(commandOption);
    if (command !== undefined && !instances)
      throw new CommandError(
        EXIT.invalidParameter,
        'INSTANCE must be specified when --command option is given',
      );
    const cluster = await clustersOf(host).get(key.cluster);
    const response = await connectTo(context, cluster).call('getTasksStatus', liveQuery(key, instances));
    requireOk(console, response, {
      heading: `Unable to get information about instance: ${detailsText(response)}`,
    });
    const [task] = tasksOf(response);
    if (!task) throw new CommandError(EXIT.invalidParameter, `Job ${formatClusterJobKey(key)} not found`);
    const directory = sandboxDirectory(cluster, task, args.get(executorSandboxOption));
    const pidFile = args.get(pidFileOption);
    const { exitCode, stderr } = await host.programs.run(
      'ssh',
      [
        '-t',
        ...words(args.get(sshOptionsOption)),
        ...args.get(tunnelsOption).flatMap((tunnel) => ['-L', tunnelText(tunnel, task)]),
        sshTarget(task, args.get(sshUserOption)),
        remoteCommand(directory, command ?? 'bash', task),
      ],
      {
        output: 'inherit',
        onStart: (pid) => {
          if (pidFile !== undefined)
            host.files.writeFileDurably(resolve(host.workingDirectory, pidFile), String(pid));
        },
      },
    );
    if (exitCode === 127 && stderr !== '') console.err(`ssh could not be run: ${stderr}`);
    return exitCode;
  },
};

/** `PORT:HOST:ASSIGNED` of `PORT:NAME`. */
function tunnelText(tunnel: string, task: ScheduledTask): string {
  const match = /^(\d+):([\w.-]+)$/.exec(tunnel);
  const [, port = '', name = ''] = match ?? [];
  if (!match)
    throw new CommandError(
      EXIT.invalidParameter,
      `Could not parse tunnel: ${tunnel}.  Must be of form PORT:NAME`,
    );
  const { taskId, slaveHost, assignedPorts } = task.assignedTask;
  const assigned = (assignedPorts as ReadonlyMap<string, number> | undefined)?.get(name);
  if (assigned === undefined)
    throw new CommandError(EXIT.invalidParameter, `Task ${taskId} has no port named ${name}`);
  return `${port}:${slaveHost ?? 'None'}:${assigned}`;
}
