import { readCheckpoint } from '../../thermos/checkpoint-file.js';
import type { FoundTask } from '../../thermos/discover.js';
import { replay, taskStateOf, type RunnerState } from '../../thermos/runner-state.js';
import { printable } from '../printable.js';
import { asctime, findTasks, GLOBAL_OPTIONS, prefixPatterns } from './common.js';
import type { ThermosCommand, ThermosHost } from './context.js';
import { last, wholeNumber } from './options.js';

export const statusCommand: ThermosCommand = {
  name: 'status',
  doc: 'Get the status of task(s).\n\n    Usage: thermos status [options] [task_name(s) or task_regexp(s)]\n  ',
  options: [
    ...GLOBAL_OPTIONS,
    { flags: ['--verbosity'], metavar: 'LEVEL', help: 'Display more verbosity; 0 to 3 [default: 0]' },
    {
      flags: ['--only'],
      metavar: 'TYPE',
      choices: ['active', 'finished'],
      help: 'Display only tasks of this type',
    },
  ],
  async run(options, host) {
    const verbosity = wholeNumber(options, '--verbosity') ?? 0;
    const only = last(options, '--only');
    const patterns = prefixPatterns(options.positionals.length > 0 ? options.positionals : ['.*']);
    const found = findTasks(host, options).filter((task) => patterns.some((matches) => matches(task.taskId)));
    let shown = 0;
    for (const status of ['active', 'finished'] as const) {
      const tasks = found.filter((task) => task.status === status);
      if (tasks.length === 0 || (only !== undefined && only !== status)) continue;
      host.out(`${status === 'active' ? 'Active' : 'Finished'} tasks:\n`);
      for (const task of tasks) host.out(`${describe(task, verbosity, host).join('\n')}\n`);
      host.out('\n');
      shown += tasks.length;
    }
    if (shown > 0) return 0;
    host.out('No tasks found.\n');
    return 1;
  },
};

function describe(task: FoundTask, verbosity: number, host: ThermosHost): string[] {
  const uid = host.files.stat(task.file)?.uid ?? 0;
  const owner = host.userName(uid) ?? `uid:${uid}`;
  const line = `  ${printable(task.taskId).padEnd(20)} [owner: ${owner.padStart(8)}]`;
  if (verbosity === 0) return [line];
  const state = readState(task, host);
  const first = state?.statuses[0];
  if (!state || !first) return [`${line} - checkpoint stream CORRUPT or outdated format`];
  const now = (taskStateOf(state) ?? '').padStart(8);
  const lines = [`${line}  state: ${now} start: ${asctime(first.timestampMs).padStart(25)}`];
  if (verbosity > 1) lines.push(...header(state));
  if (verbosity > 2) lines.push('    process table:', ...processTable(state), '');
  return lines;
}

function header(state: RunnerState): string[] {
  if (!state.header) return [];
  const { user, ports, sandbox } = state.header;
  const sorted = [...ports].sort(([a], [b]) => (a < b ? -1 : 1));
  const shown = sorted.map(([name, port]) => `${printable(name)} -> ${port}`).join(' ');
  return [`    user: ${user} ports: ${shown || 'None'}`, `    sandbox: ${printable(sandbox)}`];
}

function processTable(state: RunnerState): string[] {
  return [...state.processes].map(([name, runs]) => {
    const run = runs.at(-1);
    const finish = run?.stopTime === undefined ? 'None' : asctime(run.stopTime * 1000);
    const pid = run?.pid ?? 'None';
    return `      - ${printable(name)} runs: ${runs.length} last: pid=${pid}, rc=${run?.returnCode ?? ''}, finish:${finish}, state:${run?.state ?? ''}`;
  });
}

function readState(task: FoundTask, host: ThermosHost): RunnerState | undefined {
  try {
    return replay(readCheckpoint(host.files, task.checkpoint));
  } catch {
    return undefined;
  }
}
