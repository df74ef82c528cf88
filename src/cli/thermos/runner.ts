import { DEFAULT_ROTATE_POLICY, type ProcessLogger } from '../../model/process.js';
import type { KillOptions, UserAccount } from '../../thermos/task-runner-options.js';
import { portsUsed } from '../../thermos/references.js';
import { ThermosFailure, type ThermosCommand, type ThermosHost } from './context.js';
import { parsePorts, type LoadedTask } from './load-task.js';
import { last, UsageError, wholeNumber, type ParsedOptions } from './options.js';
import { INTERRUPT_KILL, runTask } from './run-task.js';

/** What the executor reads from the runner's exit code. */
const EXIT = { internalError: 101, unknownError: 103, unknownUser: 104 } as const;
/** Runs of one process under the executor. */
const RUN_LIMIT = 100;
const LOSE: KillOptions = { forced: 'LOST', deadlineMs: 0 };

/**
 * The original's `thermos_runner`: one task from a JSON file, driven by signals. Nothing here needs it, but
 * what was built around it does.
 */
export const runnerCommand: ThermosCommand = {
  name: 'runner',
  doc: 'Run one task for an executor.\n\n    Usage: thermos runner --thermos_json=FILE --checkpoint_root=PATH --sandbox=PATH --task_id=ID\n  ',
  options: [
    { flags: ['--thermos_json'], metavar: 'FILE', help: 'The task as JSON' },
    { flags: ['--checkpoint_root', '--root'], metavar: 'PATH', help: 'Where the checkpoint is kept' },
    { flags: ['--sandbox'], metavar: 'PATH', help: 'The sandbox in which the task runs' },
    {
      flags: ['--container_sandbox'],
      metavar: 'PATH',
      help: 'HOME of the processes when it is not the sandbox',
    },
    { flags: ['--task_id'], metavar: 'ID', help: 'The id of the task' },
    { flags: ['--hostname'], metavar: 'NAME', help: 'The host name to record' },
    { flags: ['--log_dir'], metavar: 'PATH', help: 'Accepted: this runner writes its log to stderr' },
    { flags: ['--setuid'], metavar: 'USER', help: 'Run the processes as this user' },
    { flags: ['--enable_chroot'], help: 'chroot into the sandbox before running processes' },
    { flags: ['--preserve_env'], help: 'Give the processes the environment of the runner' },
    { flags: ['-P', '--port'], metavar: 'NAME:PORT', help: 'Bind a named port; may be given several times' },
    {
      flags: ['--process_logger_destination'],
      metavar: 'WHERE',
      choices: ['file', 'console', 'both', 'none'],
      help: 'For processes without a logger',
    },
    {
      flags: ['--process_logger_mode'],
      metavar: 'MODE',
      choices: ['standard', 'rotate'],
      help: 'For processes without a logger',
    },
    { flags: ['--rotate_log_size_mb'], metavar: 'MB', help: 'Size at which logs rotate' },
    { flags: ['--rotate_log_backups'], metavar: 'N', help: 'How many rotated logs are kept' },
  ],
  async run(options, host) {
    const logDir = last(options, '--log_dir');
    if (logDir !== undefined) host.err(`Writing log files to disk in ${logDir}\n`);
    const user = runnerUser(options, host);
    if (!user) {
      host.err(`Unknown user: ${last(options, '--setuid') ?? ''}\n`);
      return EXIT.unknownUser;
    }
    const loaded = readTask(options, host);
    if (portsUsed(loaded.json).some((port) => !loaded.ports.has(port))) {
      host.err('Task requires unbound ports\n');
      return EXIT.internalError;
    }
    return run(loaded, user, options, host);
  },
};

async function run(
  loaded: LoadedTask,
  user: UserAccount,
  options: ParsedOptions,
  host: ThermosHost,
): Promise<number> {
  const home = last(options, '--container_sandbox');
  const logger = defaultLogger(options);
  const environment = new Map(
    Object.entries(host.env).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value] as const],
    ),
  );
  try {
    await runTask(
      loaded,
      {
        taskId: required(options, '--task_id'),
        root: required(options, '--checkpoint_root'),
        sandbox: required(options, '--sandbox'),
        user,
        chroot: options.given.has('--enable_chroot'),
        kills: new Map([
          ['SIGUSR1', INTERRUPT_KILL],
          ['SIGINT', INTERRUPT_KILL],
          ['SIGUSR2', LOSE],
        ]),
        killMessage: undefined,
        more: {
          runLimit: RUN_LIMIT,
          hostname: last(options, '--hostname') ?? host.hostname,
          ...(home !== undefined && { home }),
          ...(logger && { defaultLogger: logger }),
          ...(options.given.has('--preserve_env') && { environment }),
        },
      },
      host,
    );
    return 0;
  } catch (error) {
    if (!(error instanceof ThermosFailure) || !error.message.startsWith('Unable to open checkpoint'))
      throw error;
    host.err(`${error.message}\n`);
    return EXIT.unknownError;
  }
}

function readTask(options: ParsedOptions, host: ThermosHost): LoadedTask {
  const path = required(options, '--thermos_json');
  try {
    const json = JSON.parse(host.files.readText(path)) as LoadedTask['json'];
    return { json, ports: parsePorts(options) };
  } catch (error) {
    throw new ThermosFailure(`Could not read ${path}: ${(error as Error).message}`, 1);
  }
}

function runnerUser(options: ParsedOptions, host: ThermosHost): UserAccount | undefined {
  const name = last(options, '--setuid');
  return name === undefined ? host.account : host.findAccount(name);
}

function defaultLogger(options: ParsedOptions): ProcessLogger | undefined {
  const destination = last(options, '--process_logger_destination');
  const mode = last(options, '--process_logger_mode');
  if (destination === undefined && mode === undefined) return undefined;
  const sizeMb = wholeNumber(options, '--rotate_log_size_mb', 1);
  const backups = wholeNumber(options, '--rotate_log_backups', 1);
  return {
    destination: (destination ?? 'file') as ProcessLogger['destination'],
    mode: (mode ?? 'standard') as ProcessLogger['mode'],
    rotate: {
      logSizeBytes: sizeMb === undefined ? DEFAULT_ROTATE_POLICY.logSizeBytes : sizeMb * 1_048_576,
      backups: backups ?? DEFAULT_ROTATE_POLICY.backups,
    },
  };
}

function required(options: ParsedOptions, flag: string): string {
  const value = last(options, flag);
  if (value === undefined) throw new UsageError(`${flag} is required`);
  return value;
}
