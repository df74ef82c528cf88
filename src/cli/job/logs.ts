import { nearest } from '../../base/nearest.js';
import { formatClusterJobKey } from '../../model/job-key.js';
import { TERMINAL_STATES, type ScheduledTask } from '../../model/scheduled-task.js';
import type { ClusterApi } from '../../client/cluster-api.js';
import { sleep } from '../../client/interruption.js';
import type { SchedulerClient } from '../../client/scheduler-client.js';
import { LogReader, processesOf } from '../../client/task-logs.js';
import { jobQuery, newestByInstance, tasksOf } from '../../client/tasks.js';
import { flag, textOption } from '../argument-spec.js';
import type { Command } from '../command.js';
import { universalOptions } from '../common-options.js';
import type { Context } from '../context.js';
import { CommandError, EXIT } from '../exit-codes.js';
import { instancesArgument, type InstanceSpecifier } from '../key-arguments.js';
import { connectLocal } from '../local-connection.js';
import { printable } from '../printable.js';
import { requireOk } from '../scheduler-session.js';

const processOption = textOption(['--process'], {
  metavar: 'NAME',
  help: 'Show this process only; all of them by default',
});
const stderrOption = flag(['--stderr'], 'Show what was written to stderr instead of stdout');
const followOption = flag(['--follow', '-f'], 'Go on showing what is written until the task ends');
const rawOption = flag(['--raw'], 'Print the bytes as they are, control characters included');

export const logsCommand: Command = {
  spec: {
    path: 'aurora job logs',
    summary: '',
    example: 'aurora job logs cluster1/www-data/devel/hello_world/0 --follow',
    parameters: [
      processOption,
      stderrOption,
      followOption,
      rawOption,
      ...universalOptions,
      instancesArgument,
    ],
  },
  async run(context) {
    const specifier = context.args.required(instancesArgument);
    const { client, api } = await connectLocal(
      context,
      specifier.key.cluster,
      'its agents keep the logs, use `aurora task ssh` or `aurora task run`',
    );
    await new LogPrinter(context, client, api, specifier).run();
    return EXIT.ok;
  },
};

const POLL_MS = 150;

class LogPrinter {
  readonly #readers = new Map<string, LogReader>();
  readonly #finished = new Set<string>();
  #lastHeading: string | undefined;
  #lineOpen = false;

  constructor(
    private readonly context: Context,
    private readonly client: SchedulerClient,
    private readonly api: ClusterApi,
    private readonly wanted: InstanceSpecifier,
  ) {}

  async run(): Promise<void> {
    const { args, host } = this.context;
    const tasks = await this.#tasks();
    if (tasks.length === 0)
      throw new CommandError(
        EXIT.invalidParameter,
        `Found no ${this.wanted.instances ? 'such instance' : 'tasks'} of ${formatClusterJobKey(this.wanted.key)}`,
      );
    let current = tasks;
    for (;;) {
      await this.#addReaders(current);
      await this.#printNew();
      if (!args.get(followOption)) return;
      // Ended before the last look at the logs: nothing can follow.
      if (current.every((task) => TERMINAL_STATES.has(task.status))) return;
      await sleep(host.clock, POLL_MS, host.interrupted);
      current = await this.#tasks();
    }
  }

  async #tasks(): Promise<ScheduledTask[]> {
    const { key, instances } = this.wanted;
    const response = await this.client.call('getTasksWithoutConfigs', {
      query: jobQuery(key, { instances }),
    });
    requireOk(this.context.console, response, { exitCode: EXIT.invalidParameter });
    return [...newestByInstance(tasksOf(response)).values()].sort(
      (a, b) => a.assignedTask.instanceId - b.assignedTask.instanceId,
    );
  }

  /** A reader for each run that has none yet. */
  async #addReaders(tasks: readonly ScheduledTask[]): Promise<void> {
    const { args } = this.context;
    const name = args.get(processOption);
    const stream = args.get(stderrOption) ? 'stderr' : 'stdout';
    for (const { assignedTask } of tasks) {
      if (assignedTask.slaveHost === undefined) continue;
      const processes = await processesOf(this.api, assignedTask.taskId);
      const chosen = processes.filter((process) => name === undefined || process.name === name);
      if (name !== undefined && chosen.length === 0 && processes.length > 0)
        throw unknownProcess(
          name,
          processes.map((process) => process.name),
        );
      for (const { name: process, run } of chosen) {
        const heading = `instance ${assignedTask.instanceId}, process ${process}, run ${run}, ${stream}`;
        if (!this.#readers.has(heading))
          this.#readers.set(heading, new LogReader(this.api, assignedTask.taskId, process, run, stream));
      }
    }
  }

  async #printNew(): Promise<void> {
    for (const [heading, reader] of this.#readers) {
      if (this.#finished.has(heading)) continue;
      for (;;) {
        const chunk = await reader.read();
        if (chunk.end) this.#finished.add(heading);
        if (chunk.data !== '') this.#print(heading, chunk.data);
        if (chunk.length === 0 || chunk.end) break;
      }
    }
  }

  /** With several runs, a heading tells whose the following lines are. */
  #print(heading: string, data: string): void {
    const { console, args } = this.context;
    if (this.#readers.size > 1 && heading !== this.#lastHeading) {
      const before = this.#lastHeading === undefined ? '' : this.#lineOpen ? '\n\n' : '\n';
      console.stdout.write(`${before}${console.style.dim(printable(`==> ${heading} <==`))}\n`);
    }
    this.#lastHeading = heading;
    this.#lineOpen = !data.endsWith('\n');
    console.stdout.write(args.get(rawOption) ? data : printable(data));
  }
}

function unknownProcess(name: string, names: readonly string[]): CommandError {
  const near = nearest(name, names);
  const hint = near === undefined ? `Its processes: ${names.join(', ')}` : `Did you mean "${near}"?`;
  return new CommandError(EXIT.invalidParameter, `The task has no process "${name}". ${hint}`);
}
