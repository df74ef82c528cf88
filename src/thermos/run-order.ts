import { DEFAULT_LOGGER, type Process } from '../model/process.js';
import { runScript } from './coordinator-script.js';
import type { LaunchOrder } from './launcher.js';
import { processLogDirectory } from './paths.js';
import type { TaskRunnerOptions } from './task-runner-options.js';

/** Makes the folder of a run's logs and the shell text that starts it. Throws when the folder cannot be made. */
export function makeOrder(
  options: TaskRunnerOptions,
  logDir: string,
  shell: string,
  process: Process,
  run: number,
  runId: string,
): LaunchOrder {
  const { fileSystem, user, sandbox, chroot, commandPrefix } = options;
  const logDirectory = processLogDirectory(logDir, process.name, run);
  fileSystem.makeDirectory(logDirectory);
  if (user.uid !== globalThis.process.geteuid?.()) fileSystem.changeOwner(logDirectory, user.uid, user.gid);
  const script = runScript({
    runId,
    cmdline: process.cmdline,
    shell,
    loginShell: user.loginShell,
    commandPrefix: [...(commandPrefix ?? []), ...(chroot ? ['chroot', sandbox] : [])],
    workingDirectory: sandbox,
    hasForeignEnvironment: (options.environment?.size ?? 0) > 0,
    logDirectory,
    logger: process.logger ?? options.defaultLogger ?? DEFAULT_LOGGER,
    hasConsole: options.console !== undefined,
    hasStdin: options.stdin !== undefined,
  });
  return { runId, script };
}
