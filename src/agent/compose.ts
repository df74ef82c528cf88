import { join } from 'node:path';
import type { Clock } from '../base/clock.js';
import type { FileSystem } from '../base/file-system.js';
import type { Logger } from '../base/logging.js';
import type { Random } from '../base/random.js';
import type { AgentDescription } from '../model/agent-protocol.js';
import type { Launcher } from '../thermos/launcher.js';
import type { Sweeper } from '../thermos/sweeper.js';
import type { TaskRunnerOptions, UserAccount } from '../thermos/task-runner-options.js';
import { findAccount } from './accounts.js';
import type { AgentEnvironment, Runner } from './agent-environment.js';
import { Agent } from './agent.js';
import { Announcer } from './announce/announcer.js';
import { stableAgentId } from './agent-identity.js';
import type { LoadedSettings } from './agent-settings.js';
import { fetchUris } from './fetcher/fetcher.js';
import { Collector } from './gc/collector.js';
import { readBootId } from './host-facts.js';
import { commandPrefix, problemHere } from './isolation/command-prefix.js';
import { kernelControlFiles } from './isolation/control-files.js';
import type { Isolation } from './isolation/isolation.js';
import { createSandbox, sandboxHome } from './sandbox.js';
import { taskPaths } from './task-directory.js';
import { unsynced } from './unsynced-files.js';
import { PsTable } from './usage/ps-table.js';
import { ProcTable } from './usage/proc-table.js';

/** The world as one agent process meets it. */
export interface AgentWorld {
  readonly clock: Clock;
  readonly random: Random;
  readonly fileSystem: FileSystem;
  readonly logger: Logger;
  readonly launcher: Launcher;
  readonly sweeper: Sweeper;
  readonly createRunner: (options: TaskRunnerOptions) => Runner;
  readonly ownAccount: UserAccount;
  readonly isolation: Isolation;
  readonly post: <T>(path: string, body: unknown) => Promise<T>;
  readonly pid: number;
  /** PATH of the tasks. */
  readonly path: string;
  readonly isRoot: boolean;
  /** What stands before a task's commands, where it is not what this host offers. */
  readonly commandPrefix?: AgentEnvironment['commandPrefix'];
  /** The directory is gone, and with it all reason to run. */
  readonly onForsaken: () => void;
}

export interface ComposedAgent {
  readonly agent: Agent;
  readonly collector: Collector;
  readonly description: AgentDescription;
}

/** Puts an agent together over its work directory. */
export function composeAgent(directory: string, settings: LoadedSettings, world: AgentWorld): ComposedAgent {
  const { clock, fileSystem, logger, isolation } = world;
  const home = sandboxHome(directory);
  const description: AgentDescription = {
    agentId: stableAgentId(fileSystem, world.random, directory),
    host: settings.host,
    attributes: settings.attributes,
    resources: settings.resources,
  };
  const agent = new Agent({
    environment: {
      clock,
      fileSystem: unsynced(fileSystem, world.pid),
      logger,
      isolation,
      directory,
      launcher: world.launcher,
      sweeper: world.sweeper,
      ownAccount: world.ownAccount,
      usageTable: fileSystem.exists('/proc/self/stat') ? new ProcTable(fileSystem) : new PsTable(),
      createRunner: world.createRunner,
      hostname: settings.host,
      path: world.path,
      bootId: readBootId(fileSystem),
      options: settings.options,
      isRoot: world.isRoot,
      findAccount: rememberAccounts(clock, (role) => findAccount(fileSystem, role)),
      createSandbox: (taskId, account) =>
        createSandbox(
          { agentDirectory: directory, link: taskPaths(directory, taskId).sandboxLink, home },
          taskId,
          account,
        ),
      commandPrefix:
        world.commandPrefix ??
        ((account, sandbox) =>
          commandPrefix(account, sandbox, {
            files: kernelControlFiles,
            isolation,
            options: settings.options,
            problem: (words, user) => problemHere(words, user, world.isRoot, sandbox),
          })),
      announcer:
        settings.options.announcer &&
        new Announcer({ clock, logger, definition: settings.options.announcer }),
      fetch: ({ uris, ...request }) =>
        fetchUris(uris, {
          ...request,
          cacheDirectory: join(directory, 'fetcher-cache'),
          cacheBytes: settings.options.fetcherCacheBytes,
        }),
    },
    description,
    socketPath: settings.socketPath,
    pid: world.pid,
    random: world.random,
    updatesPath: join(directory, 'updates.log'),
    post: world.post,
    isForsaken: () => !fileSystem.exists(join(directory, 'settings.json')),
    onForsaken: world.onForsaken,
  });
  const collector = new Collector({
    clock,
    fileSystem,
    logger,
    directory,
    sandboxHome: home,
    isolation,
    delayMs: settings.options.gcDelayMs,
    isLive: (taskId) => agent.tasks.find(taskId) !== undefined,
    isPending: (taskId) => agent.updates.hasPending(taskId),
  });
  return { agent, collector, description };
}

const REMEMBER_MS = 60_000;

/** Asking the name service costs a process; the same roles come again and again. */
function rememberAccounts(
  clock: Clock,
  find: (role: string) => Promise<UserAccount | undefined>,
): (role: string) => Promise<UserAccount | undefined> {
  const known = new Map<string, { readonly account: UserAccount | undefined; readonly untilMs: number }>();
  return async (role) => {
    const found = known.get(role);
    if (found && found.untilMs > clock.monotonicMs()) return found.account;
    const account = await find(role);
    known.set(role, { account, untilMs: clock.monotonicMs() + REMEMBER_MS });
    return account;
  };
}
