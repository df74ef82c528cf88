import { join } from 'node:path';
import type { TaskRunnerOptions } from './task-runner-options.js';

/** The shell that command lines are written for; where a system has none, the plain one, said once a task. */
export function commandShell(
  options: Pick<TaskRunnerOptions, 'fileSystem' | 'path' | 'logger' | 'taskId'>,
): string {
  const { fileSystem, path, logger, taskId } = options;
  const places = ['/bin', ...path.split(':').filter((directory) => directory.startsWith('/'))];
  const bash = places.map((directory) => join(directory, 'bash')).find((file) => fileSystem.exists(file));
  if (bash !== undefined) return bash;
  logger.warn('there is no bash: command lines are run by /bin/sh', { taskId });
  return '/bin/sh';
}
