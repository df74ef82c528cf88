import type { RunnerHeader } from './checkpoint-record.js';
import type { TaskRunnerOptions } from './task-runner-options.js';

/** What the checkpoint says of the task as a whole. */
export function headerOf(options: TaskRunnerOptions, logDir: string): RunnerHeader {
  const { taskId, clock, sandbox, hostname, user, ports } = options;
  return {
    taskId,
    launchTimeMs: clock.nowMs(),
    sandbox,
    hostname,
    user: user.name,
    ports,
    logDir,
    uid: user.uid,
  };
}

/** The whole environment of the task's processes. */
export function processEnvironment(options: TaskRunnerOptions): ReadonlyMap<string, string> {
  const { environment, sandbox, user, path, home } = options;
  return new Map([
    ...(environment ?? []),
    ['HOME', home ?? sandbox],
    ['USER', user.name],
    ['LOGNAME', user.name],
    ['PATH', path],
  ]);
}
