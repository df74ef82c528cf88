import { GLOBAL_OPTIONS, rootOf } from './common.js';
import type { ThermosCommand } from './context.js';
import { parsePorts } from './load-task.js';
import { last } from './options.js';
import { chosenUser, daemonize, defaultTaskId, exitCode, RUN_OPTIONS } from './run.js';
import { INTERRUPT_KILL, runTask } from './run-task.js';

export const simplerunCommand: ThermosCommand = {
  name: 'simplerun',
  doc: 'Run a simple command line as a thermos task.\n\n    Usage: thermos simplerun [options] [--] commandline\n  ',
  options: [
    ...GLOBAL_OPTIONS,
    ...RUN_OPTIONS,
    { flags: ['--name'], metavar: 'STRING', help: 'The name to give this task [default: simple]' },
    { flags: ['-P', '--port'], metavar: 'NAME:PORT', help: 'Bind a named port; may be given several times' },
    { flags: ['-E', '--environment'], metavar: 'NAME=VALUE', help: 'Accepted, and without effect here' },
  ],
  async run(options, host, argv) {
    const cmdline = options.positionals.join(' ');
    const name = last(options, '--name') ?? 'simple';
    const ports = parsePorts(options);
    const user = chosenUser(options, host);
    host.out(`Running command: '${cmdline}'\n`);
    if (options.given.has('--daemon')) return daemonize(argv, host);
    const json = {
      name,
      processes: [{ name, cmdline }],
      resources: { cpu: 1, ram: 256 * 1024 * 1024, disk: 0 },
    };
    const state = await runTask(
      { json, ports },
      {
        taskId: last(options, '--task_id') ?? defaultTaskId(name, host),
        root: rootOf(options),
        sandbox: host.temporaryDirectory(),
        user,
        chroot: false,
        kills: new Map([['SIGINT', INTERRUPT_KILL]]),
        killMessage: 'Got keyboard interrupt, killing job!',
      },
      host,
    );
    return exitCode(state, options);
  },
};
