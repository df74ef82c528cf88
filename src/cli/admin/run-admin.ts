import { SchedulerError } from '../../client/scheduler-error.js';
import { Interruption } from '../../client/interruption.js';
import { parseArguments } from '../argument-parser.js';
import { anyText, flag, manyPositionals, type CommandSpec, type Positional } from '../argument-spec.js';
import { openConsole, type Console } from '../console.js';
import type { Host } from '../context.js';
import { EXIT } from '../exit-codes.js';
import type { Streams } from '../run.js';
import { VERSION } from '../version.js';
import { AdminError, AdminSession, bypassOption, type AdminCommand } from './admin-command.js';
import { commandHelpText, helpListText } from './admin-help.js';
import { getClusterConfigCommand, getSchedulerCommand } from './cluster-commands.js';
import {
  hostActivateCommand,
  hostDeactivateCommand,
  hostStatusCommand,
  slaHostDrainCommand,
} from './host-commands.js';
import { hostDrainCommand } from './host-drain.js';
import { queryCommand } from './query-command.js';
import { increaseQuotaCommand, setQuotaCommand } from './quota-commands.js';
import { listSafeDomainCommand, probeHostsCommand } from './sla-commands.js';
import {
  backupNowCommand,
  commitRecoveryCommand,
  deleteRecoveryTasksCommand,
  listBackupsCommand,
  printRecoveryTasksCommand,
  pruneTasksCommand,
  reconcileTasksCommand,
  snapshotCommand,
  stageRecoveryCommand,
  unloadRecoveryCommand,
} from './storage-commands.js';

const FAILURE = 1;

const helpCommand: AdminCommand = {
  name: 'help',
  usage: '[subcommand]',
  description: 'Prints help for using the aurora client, or one of its specific subcommands.',
  options: [],
  counts: [0, 1],
  async run({ console, words }) {
    const [name] = words;
    if (name === undefined) {
      console.out(helpListText(COMMANDS));
      return;
    }
    const command = COMMANDS.find((each) => each.name === name);
    if (!command) throw new AdminError(`Subcommand ${name} not found.`);
    console.out(commandHelpText(command));
  },
};

/** By name. */
export const COMMANDS: readonly AdminCommand[] = [
  getClusterConfigCommand,
  getSchedulerCommand,
  helpCommand,
  hostActivateCommand,
  hostDeactivateCommand,
  hostDrainCommand,
  hostStatusCommand,
  increaseQuotaCommand,
  pruneTasksCommand,
  queryCommand,
  reconcileTasksCommand,
  backupNowCommand,
  commitRecoveryCommand,
  deleteRecoveryTasksCommand,
  listBackupsCommand,
  printRecoveryTasksCommand,
  snapshotCommand,
  stageRecoveryCommand,
  unloadRecoveryCommand,
  setQuotaCommand,
  slaHostDrainCommand,
  listSafeDomainCommand,
  probeHostsCommand,
];

/** Runs one administrator's command line and resolves to its exit code: 0, or 1 for every failure. */
export async function runAdmin(argv: readonly string[], host: Host, streams: Streams): Promise<number> {
  const verbose = argv.includes('-v') || argv.includes('--verbose');
  const console = await openConsole(streams.stdout, streams.stderr, verbose);
  const [name, ...rest] = argv;
  if (name === '--version') {
    console.out(VERSION);
    return EXIT.ok;
  }
  const command = COMMANDS.find((each) => each.name === name);
  if (!command) {
    const names = COMMANDS.map((each) => each.name).join(', ');
    console.err(`Must supply one of the following commands: ${names}`);
    return FAILURE;
  }
  try {
    const session = open(command, rest, host, console);
    if (session) await command.run(session);
    return EXIT.ok;
  } catch (error) {
    return report(error, console);
  }
}

const wordsArgument: Positional<readonly string[]> = {
  ...manyPositionals('arguments', anyText, { help: '' }),
  count: 'any',
};

/** `-v` is read from the argument vector itself. */
const GLOBAL_OPTIONS = [flag(['-v', '--verbose'], 'Show verbose output'), flag(['-q'], 'Say less')] as const;

/** Undefined when only help was wanted. */
function open(
  command: AdminCommand,
  rest: readonly string[],
  host: Host,
  console: Console,
): AdminSession | undefined {
  const spec: CommandSpec = {
    path: command.name,
    summary: '',
    example: '',
    parameters: [...command.options, bypassOption, ...GLOBAL_OPTIONS, wordsArgument],
  };
  const parsed = parseArguments(spec, rest);
  if (!parsed.ok) {
    if (parsed.error.kind === 'help') {
      console.out(commandHelpText(command));
      return undefined;
    }
    throw new AdminError(
      parsed.error.kind === 'invalid'
        ? parsed.error.message
        : `no such option: ${parsed.error.extras.join(' ')}`,
    );
  }
  const args = parsed.value;
  const words = args.get(wordsArgument);
  const [least, most] = command.counts;
  if (words.length < least || words.length > most)
    throw new AdminError(
      `usage: ${command.name} ${command.usage.trimStart()}\n\nsee the help subcommand for more details.`,
    );
  return new AdminSession(host, console, args, words);
}

function report(error: unknown, console: Console): number {
  if (error instanceof AdminError) {
    if (!error.shown) console.log('FATAL', error.message);
    return FAILURE;
  }
  if (error instanceof Interruption) {
    console.log('ERROR', error.message);
    return EXIT.interrupted;
  }
  if (error instanceof SchedulerError) {
    console.log('FATAL', error.message);
    return FAILURE;
  }
  throw error;
}
