import { DiagnosticError, renderDiagnostic } from '../../base/diagnostic.js';
import { nearest } from '../../base/nearest.js';
import { CheckpointError } from '../../thermos/checkpoint-file.js';
import { GLOBAL_OPTIONS } from './common.js';
import { ThermosFailure, type ThermosCommand, type ThermosHost } from './context.js';
import { gcCommand } from './gc.js';
import { commandUsage, helpCommand, mainUsage, reportUsage } from './help.js';
import { inspectCommand } from './inspect.js';
import { killCommand } from './kill.js';
import { parseOptions, UsageError } from './options.js';
import { readCommand } from './read.js';
import { runCommand } from './run.js';
import { runnerCommand } from './runner.js';
import { simplerunCommand } from './simplerun.js';
import { statusCommand } from './status.js';
import { tailCommand } from './tail.js';

/** In the order of the alphabet; `runner` is for programs and not listed. */
const COMMANDS: readonly ThermosCommand[] = [
  gcCommand,
  helpCommand(() => COMMANDS),
  inspectCommand,
  killCommand,
  readCommand,
  runCommand,
  simplerunCommand,
  statusCommand,
  tailCommand,
];

const HELP_FLAGS = new Set(['-h', '--help', '--short-help', '--long-help']);

/** Runs `thermos ARGV` and gives the exit code. */
export async function runThermos(argv: readonly string[], host: ThermosHost): Promise<number> {
  let command: ThermosCommand | undefined;
  try {
    // Global options may stand before the command, too.
    const leading = HELP_FLAGS.has(argv[0] ?? '')
      ? { positionals: argv }
      : parseOptions(GLOBAL_OPTIONS, argv);
    const [name, ...rest] = leading.positionals;
    const before = argv.slice(0, argv.length - leading.positionals.length);
    if (HELP_FLAGS.has(name ?? '')) {
      host.out(mainUsage(COMMANDS));
      return 1;
    }
    command = [...COMMANDS, runnerCommand].find((one) => one.name === name);
    if (!command) return noSuchCommand(name, host);
    if (HELP_FLAGS.has(rest[0] ?? '')) {
      host.out(commandUsage(command));
      return 1;
    }
    return await command.run(parseOptions(command.options, [...before, ...rest]), host, argv);
  } catch (error) {
    return report(error, command, host);
  }
}

function noSuchCommand(name: string | undefined, host: ThermosHost): number {
  const names = COMMANDS.map((one) => one.name);
  host.err(`Must supply one of the following commands: ${names.join(', ')}\n`);
  const close = name === undefined ? undefined : nearest(name, names);
  if (close !== undefined) host.err(`Did you mean ${close}?\n`);
  return 1;
}

function report(error: unknown, command: ThermosCommand | undefined, host: ThermosHost): number {
  if (error instanceof UsageError) {
    reportUsage(command, error.message, host);
    return 2;
  }
  if (error instanceof ThermosFailure) {
    host.err(`${error.message}\n`);
    return error.exitCode;
  }
  if (error instanceof CheckpointError) {
    host.err(`${error.message}\n`);
    return 1;
  }
  if (error instanceof DiagnosticError) {
    for (const diagnostic of error.diagnostics) host.err(`${renderDiagnostic(diagnostic)}\n`);
    return 1;
  }
  const code = (error as NodeJS.ErrnoException).code;
  // What the disk or the system refused is nobody's bug.
  if (typeof code === 'string' && /^E[A-Z]+$/.test(code)) {
    host.err(`${(error as Error).message}\n`);
    return 1;
  }
  throw error;
}
