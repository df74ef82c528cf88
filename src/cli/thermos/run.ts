import type { TaskState } from '../../model/process.js';
import type { UserAccount } from '../../thermos/task-runner-options.js';
import { GLOBAL_OPTIONS, rootOf } from './common.js';
import { ThermosFailure, type ThermosCommand, type ThermosHost } from './context.js';
import { CONFIG_OPTIONS, loadTask, requirePorts } from './load-task.js';
import { last, type OptionSpec, type ParsedOptions } from './options.js';
import { INTERRUPT_KILL, runTask } from './run-task.js';

const DEFAULT_SANDBOX = '/var/lib/thermos/sandbox';

/** Options of `run` and `simplerun`. */
export const RUN_OPTIONS: readonly OptionSpec[] = [
  { flags: ['--user'], metavar: 'USER', help: 'run as this user; needs root when it is another one' },
  { flags: ['--task_id'], metavar: 'STRING', help: 'The id to which this task should be bound' },
  { flags: ['--daemon'], help: 'fork and daemonize the thermos runner' },
  { flags: ['--exit-status'], help: 'exit 1 when the task fails, 2 when it is killed, 3 when it is lost' },
];

export const runCommand: ThermosCommand = {
  name: 'run',
  doc: 'Run a thermos task.\n\n    Usage: thermos run [options] config\n  ',
  options: [
    ...GLOBAL_OPTIONS,
    ...CONFIG_OPTIONS,
    ...RUN_OPTIONS,
    { flags: ['--enable_chroot'], help: 'chroot into the sandbox before running processes' },
    {
      flags: ['--sandbox'],
      metavar: 'PATH',
      help: `the sandbox in which the task runs [default: ${DEFAULT_SANDBOX}]`,
    },
  ],
  async run(options, host, argv) {
    const loaded = await loadTask(options, host);
    requirePorts(loaded);
    const user = chosenUser(options, host);
    const name = typeof loaded.json['name'] === 'string' ? loaded.json['name'] : 'task';
    if (options.given.has('--daemon')) return daemonize(argv, host);
    const state = await runTask(
      loaded,
      {
        taskId: last(options, '--task_id') ?? defaultTaskId(name, host),
        root: rootOf(options),
        sandbox: last(options, '--sandbox') ?? DEFAULT_SANDBOX,
        user,
        chroot: options.given.has('--enable_chroot'),
        kills: new Map([['SIGINT', INTERRUPT_KILL]]),
        killMessage: 'Got keyboard interrupt, killing job!',
      },
      host,
    );
    return exitCode(state, options);
  },
};

/** 0 whatever happened, as ever, unless the exit status was asked for. */
export function exitCode(state: TaskState, options: ParsedOptions): number {
  if (!options.given.has('--exit-status')) return 0;
  return { SUCCESS: 0, FAILED: 1, KILLED: 2, LOST: 3, ACTIVE: 4, CLEANING: 4, FINALIZING: 4 }[state];
}

/** `hi-20261122-215044.275032`: local time to the microsecond. */
export function defaultTaskId(name: string, host: ThermosHost): string {
  const ms = host.clock.nowMs();
  const at = new Date(ms);
  const two = (value: number): string => String(value).padStart(2, '0');
  const date = `${at.getFullYear()}${two(at.getMonth() + 1)}${two(at.getDate())}`;
  const time = `${two(at.getHours())}${two(at.getMinutes())}${two(at.getSeconds())}`;
  const micros = Math.floor((host.clock.monotonicMs() % 1) * 1000);
  return `${name}-${date}-${time}.${String(ms % 1000).padStart(3, '0')}${String(micros).padStart(3, '0')}`;
}

export function chosenUser(options: ParsedOptions, host: ThermosHost): UserAccount {
  const wanted = last(options, '--user');
  if (wanted === undefined || wanted === host.account.name) return host.account;
  const account = host.findAccount(wanted);
  if (!account) throw new ThermosFailure(`Unknown user: ${wanted}`, 1);
  if (host.account.uid !== 0) {
    throw new ThermosFailure(
      `task specifies user as ${wanted}, but ${host.account.name} does not have setuid permission!`,
      1,
    );
  }
  return account;
}

export function daemonize(argv: readonly string[], host: ThermosHost): number {
  host.out('Daemonizing and starting runner.\n');
  host.runInBackground(argv.filter((word) => word !== '--daemon'));
  return 0;
}
