import { join } from 'node:path';
import { formatClusterJobKey } from '../../model/job-key.js';
import { err, type Result } from '../../base/result.js';
import { Interruption } from '../../client/interruption.js';
import { anyText, flag, optionalPositional, valueOption } from '../argument-spec.js';
import type { Command } from '../command.js';
import { bindOption, evaluationOptions, readJsonOption, universalOptions } from '../common-options.js';
import type { Context } from '../context.js';
import { CommandError, EXIT } from '../exit-codes.js';
import { configPathFor } from '../find-config.js';
import { jobKeyArgument, parseInstances } from '../key-arguments.js';
import { loadJob, type LoadedJob } from '../load-job.js';

const localOption = flag(['--local'], 'Run on this machine, in the foreground, without a scheduler');

const instancesOption = valueOption(['--instances'], instancesOf, {
  metavar: 'INSTANCES',
  help: 'Instances to run, for example 0-2; the first one by default',
});

const fileArgument = optionalPositional('FILE', anyText, {
  help: 'Configuration file; the file that defines the job is looked for when omitted',
  completes: 'file',
});

export const jobRunCommand: Command = {
  spec: {
    path: 'aurora job run',
    summary: '',
    description:
      'Run instances of a job here and now, with no scheduler: what a developer does between two edits. The ' +
      'output of the processes is printed when they have ended.',
    example: 'aurora job run cluster1/www-data/devel/hello_world configs/examples/batch.aurora --local',
    parameters: [
      bindOption,
      readJsonOption,
      localOption,
      instancesOption,
      ...universalOptions,
      ...evaluationOptions,
      jobKeyArgument,
      fileArgument,
    ],
  },
  async run(context) {
    const { args } = context;
    if (!args.get(localOption))
      throw new CommandError(
        EXIT.usage,
        'aurora job run: error: --local is needed; to run a job on a cluster use `aurora job create`',
      );
    const key = args.required(jobKeyArgument);
    const path = await configPathFor(context, key, args.get(fileArgument), 'aurora job run');
    const job = await loadJob(context, key, path);
    const wanted = args.get(instancesOption) ?? [0];
    const beyond = wanted.filter((instance) => instance >= job.configuration.instanceCount);
    if (beyond.length > 0)
      throw new CommandError(
        EXIT.invalidParameter,
        `${formatClusterJobKey(key)} has ${job.configuration.instanceCount} instances: there is no ${beyond.join(', ')}`,
      );
    const codes = await Promise.all(
      wanted.map((instance) => runInstance(context, job, instance, wanted.length > 1)),
    );
    return codes.every((code) => code === 0) ? EXIT.ok : EXIT.commandFailure;
  },
};

function instancesOf(text: string): Result<readonly number[], string> {
  const parsed = parseInstances(text);
  return parsed.ok ? parsed : err(`invalid instances: '${text}'`);
}

/** Runs one instance with the task runner, in a folder of its own that is removed at the end. */
async function runInstance(
  context: Context,
  { picked, configuration }: LoadedJob,
  instance: number,
  several: boolean,
): Promise<number> {
  const { host, console } = context;
  const { boundTask } = await import('../../config/task-instance.js');
  const { structOf } = await import('../../config/plain-fields.js');
  const { compactJson } = await import('../../config/data.js');
  const task = structOf(picked.interpolated, 'task');
  if (!task) throw new CommandError(EXIT.invalidConfiguration, 'The job has no task');
  const taskId = `${configuration.key.name}-${instance}-${host.random.uuid()}`;
  const ports = new Map<string, number>();
  for (const name of picked.ports) ports.set(name, await host.freePort());
  const machine = await host.machine(false);
  const facts = { instance, hostname: machine.hostname, taskId, user: host.user, ports };
  const bound = boundTask(task, facts, picked.config.evaluation);
  const folder = join(host.env['TMPDIR'] || '/tmp', `aurora-${taskId}`);
  const file = join(folder, 'task.json');
  const sandbox = join(folder, 'sandbox');
  host.files.makeDirectory(folder, 0o700);
  try {
    host.files.writeFileDurably(file, compactJson(bound.task));
    const { exitCode } = await host.programs.run(
      host.nodePath,
      [
        join(host.packageRoot, 'dist', 'thermos.cjs'),
        'run',
        '--json',
        '--exit-status',
        '--task_id',
        taskId,
        '--root',
        join(folder, 'root'),
        '--sandbox',
        sandbox,
        ...[...ports].flatMap(([name, port]) => ['-P', `${name}:${port}`]),
        file,
      ],
      several
        ? {
            interrupted: host.interrupted,
            output: 'collect',
            onLine: (line) => {
              console.out(`${instance}: ${line}`);
            },
          }
        : { interrupted: host.interrupted, output: 'inherit' },
    );
    if (host.interrupted.aborted) throw new Interruption();
    printLogs(context, join(sandbox, '.logs'), several ? `instance ${instance}, ` : '');
    return exitCode;
  } finally {
    host.files.remove(folder);
  }
}

function printLogs({ host, console }: Context, logs: string, prefix: string): void {
  const { files } = host;
  if (!files.exists(logs)) return;
  for (const process of files.readDirectory(logs))
    for (const run of files.readDirectory(join(logs, process)))
      for (const stream of ['stdout', 'stderr']) {
        const path = join(logs, process, run, stream);
        const text = files.stat(path)?.kind === 'file' ? files.readText(path) : '';
        if (text === '') continue;
        console.outRaw(console.style.dim(`==> ${prefix}process ${process}, run ${run}, ${stream} <==`));
        console.out(text.replace(/\n$/, ''));
      }
}
