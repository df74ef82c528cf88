import { posix } from 'node:path';
import { formatClusterJobKey } from '../../model/job-key.js';
import { detailsText } from '../../client/scheduler-client.js';
import { tasksOf } from '../../client/tasks.js';
import { anyText, manyPositionals, positional, textOption } from '../argument-spec.js';
import type { Command } from '../command.js';
import { executorSandboxOption, universalOptions } from '../common-options.js';
import type { Context } from '../context.js';
import { CommandError, EXIT } from '../exit-codes.js';
import { parseTaskInstance } from '../key-arguments.js';
import { clustersOf, connectTo, requireOk } from '../scheduler-session.js';
import { liveQuery, sandboxDirectory, sshTarget, words } from './sandbox-command.js';

const scpOptionsOption = textOption(['--scp-options'], {
  metavar: 'scp_options',
  help: 'A string of space separated system scp options.',
});

const sourcesArgument = manyPositionals('[TASK_INSTANCE:]source', anyText, {
  help: 'Files to copy; a path on an agent is preceded by CLUSTER/ROLE/ENV/NAME/INSTANCE and a colon',
  completes: 'file',
});

const destinationArgument = positional('[TASK_INSTANCE:]dest', anyText, {
  help: 'Where to copy to, in the same form',
  completes: 'file',
});

export const scpCommand: Command = {
  spec: {
    path: 'aurora task scp',
    summary: '',
    description: 'executes an scp to/from/between task instance(s).',
    example: 'aurora task scp west/www-data/prod/hello/0:app.log .',
    parameters: [
      scpOptionsOption,
      executorSandboxOption,
      ...universalOptions,
      sourcesArgument,
      destinationArgument,
    ],
  },
  async run(context) {
    const { args, host, console } = context;
    const paths: string[] = [];
    for (const path of [...args.get(sourcesArgument), args.required(destinationArgument)])
      paths.push(await resolvePath(context, path));
    const { exitCode, stderr } = await host.programs.run(
      'scp',
      [...words(args.get(scpOptionsOption)), ...paths],
      {
        output: 'inherit',
      },
    );
    if (exitCode === 127 && stderr !== '') console.err(`scp could not be run: ${stderr}`);
    return exitCode;
  },
};

/** `ROLE@HOST:PATH` of a path on an agent; a local path as it is. */
async function resolvePath(context: Context, text: string): Promise<string> {
  const colon = text.indexOf(':');
  if (colon < 0) return text;
  const parsed = parseTaskInstance(text.slice(0, colon));
  if (!parsed.ok) throw new CommandError(EXIT.invalidParameter, parsed.error);
  const { key, instanceId } = parsed.value;
  const path = text.slice(colon + 1);
  if (path === '~' || path.startsWith('~/'))
    throw new CommandError(
      EXIT.invalidParameter,
      `Command does not support tilde expansion for path: ${path}`,
    );
  const cluster = await clustersOf(context.host).get(key.cluster);
  const response = await connectTo(context, cluster).call('getTasksStatus', liveQuery(key, [instanceId]));
  requireOk(context.console, response, {
    heading: `Unable to get information about instance: ${detailsText(response)}`,
  });
  const [task] = tasksOf(response);
  if (!task)
    throw new CommandError(
      EXIT.invalidParameter,
      `Job or instance ${formatClusterJobKey(key)}/${instanceId} not found`,
    );
  const directory = sandboxDirectory(cluster, task, context.args.get(executorSandboxOption));
  const full = path.startsWith('/') ? path : posix.normalize(posix.join(directory, path));
  return `${sshTarget(task, undefined)}:${full}`;
}
