import { err, ok, type Result } from '../base/result.js';
import {
  anyText,
  flag,
  integerOption,
  listOption,
  positional,
  textOption,
  textOptionWithDefault,
} from './argument-spec.js';

/** Options that several verbs share, with the original's spellings and help texts. */
export const bindOption = listOption(['--bind'], parseBinding, {
  metavar: 'var=value',
  help: 'Bind a pystachio variable name to a value. Multiple flags may be used to specify multiple values.',
});

function parseBinding(text: string): Result<string, string> {
  return text.includes('=') ? ok(text) : err('Binding parameter must be formatted name=value');
}

export const openBrowserOption = flag(
  ['--open-browser'],
  'Open browser to view job page after job is created',
);

export const configOption = textOption(['--config'], {
  metavar: 'pathname',
  help: 'Config file for the job, possibly containing hooks',
});

export const readJsonOption = flag(['--read-json'], 'Read job configuration in json format');
export const writeJsonOption = flag(['--write-json'], 'Generate command output in JSON format');

export const strictOption = flag(
  ['--strict'],
  'Check instances and generate an error for instance ranges in parameters that are larger than the actual ' +
    'set of instances in the job',
);

export const messageOption = textOption(['--message', '-m'], {
  metavar: 'MESSAGE',
  help: 'Message to include with the update state transition',
});

export const batchSizeOption = integerOption(['--batch-size'], 1, {
  metavar: 'BATCH_SIZE',
  help: 'Number of instances to be operate on in one iteration',
});

export const maxTotalFailuresOption = integerOption(['--max-total-failures'], 0, {
  metavar: 'MAX_TOTAL_FAILURES',
  help: 'Maximum number of instance failures to be tolerated in total before aborting.',
});

export const noBatchingOption = flag(
  ['--no-batching'],
  'Run the command on all instances at once, instead of in batches',
);

export const healthcheckIntervalOption = integerOption(['--healthcheck-interval-seconds'], 3, {
  metavar: 'HEALTHCHECK_INTERVAL_SECONDS',
  help: 'Number of seconds between healthchecks while monitoring update',
});

export const waitUntilOption = textOptionWithDefault(['--wait-until'], 'PENDING', {
  // No metavar: usage shows the choices.
  metavar: '{PENDING,RUNNING,FINISHED}',
  choices: ['PENDING', 'RUNNING', 'FINISHED'],
  help: 'Block the client until all the tasks have transitioned into the requested state. Default: PENDING',
});

export const waitOption = flag(['--wait'], 'Wait until the update completes');

export const sshUserOption = textOption(['--ssh-user', '-l'], {
  metavar: 'ssh_username',
  help: "ssh as this username instead of the job's role",
});

export const sshOptionsOption = textOption(['--ssh-options'], {
  metavar: 'ssh_options',
  help: 'A string of space separated system ssh options.',
});

export const executorSandboxOption = flag(
  ['--executor-sandbox'],
  'Run the command in the executor sandbox instead of the task sandbox',
);

const verboseOption = flag(['--verbose', '-v'], 'Show verbose output');

const skipHooksOption = textOption(['--skip-hooks'], {
  metavar: 'hook,hook,...',
  help:
    'A comma-separated list of command hook names that should be skipped. If the hooks cannot be skipped, ' +
    'then the command will be aborted',
});

/** Every verb ends its options with these; verbosity is read from the argument vector itself. */
export const universalOptions = [verboseOption, skipHooksOption] as const;

export const hermeticOption = flag(
  ['--hermetic'],
  'Evaluate the configuration without environment, clock, random numbers and files outside its folder',
  true,
);

export const python3Option = flag(
  ['--python3'],
  'Read the configuration as Python 3: / divides exactly',
  true,
);

export const allowRunOption = textOption(['--allow-run'], {
  metavar: 'program,program,...',
  help: 'Programs that the configuration may run',
  hidden: true,
});

/** Options about evaluation that the original does not have: accepted by every verb that loads a config. */
export const evaluationOptions = [hermeticOption, python3Option, allowRunOption] as const;

export const configFileArgument = positional('pathname', anyText, {
  help: 'Pathname of the aurora configuration file contain the job specification',
  completes: 'file',
});
