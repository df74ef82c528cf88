import { CheckpointError } from '../../thermos/checkpoint-file.js';
import { killOffline, SupervisedElsewhere } from '../../thermos/offline-kill.js';
import { findTasks, GLOBAL_OPTIONS, prefixPatterns } from './common.js';
import type { ThermosCommand } from './context.js';

export const killCommand: ThermosCommand = {
  name: 'kill',
  doc: 'Kill task(s)\n\n    Usage: thermos kill [options] [task_id(s) or task_regexp(s)]\n  ',
  options: GLOBAL_OPTIONS,
  async run(options, host) {
    if (options.positionals.length === 0) {
      host.err('Must specify tasks!\n');
      return 0;
    }
    const patterns = prefixPatterns(options.positionals);
    const tasks = findTasks(host, options).filter(
      (task) => task.status === 'active' && patterns.some((matches) => matches(task.taskId)),
    );
    if (tasks.length === 0) {
      host.out('No active tasks matched.\n');
      return 0;
    }
    let exitCode = 0;
    for (const task of tasks) {
      host.out(`Killing ${task.taskId}...`);
      try {
        await killOffline(task, { fileSystem: host.files, clock: host.clock, sweeper: host.sweeper });
        host.out('done.\n');
      } catch (error) {
        if (!(error instanceof SupervisedElsewhere || error instanceof CheckpointError)) throw error;
        host.out('failed.\n');
        host.err(`${error.message}\n`);
        exitCode = 1;
      }
    }
    return exitCode;
  },
};
