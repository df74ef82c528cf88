import { readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { systemClock } from '../base/clock.js';
import { diskFileSystem } from '../base/file-system.js';
import { systemRandom } from '../base/random.js';
import { ShellLauncher } from '../thermos/shell-launcher.js';
import { systemProcessTable } from '../thermos/process-table.js';
import { Sweeper } from '../thermos/sweeper.js';
import { TaskRunner } from '../thermos/task-runner.js';
import { ownAccount } from '../thermos/user-account.js';
import { announceProcess, isHeldByAnother } from './agent-identity.js';
import { agentRoutes } from './agent-routes.js';
import { listenOnLoopback, listenOnSocket, makeServer } from './agent-server.js';
import { readSettings } from './agent-settings.js';
import { composeAgent } from './compose.js';
import { lookUpStartTicks } from './host-facts.js';
import { kernelControlFiles } from './isolation/control-files.js';
import { probeIsolation } from './isolation/probe.js';
import { jsonLinesLogger } from './json-lines-logger.js';
import { JsonMismatch } from './json-reader.js';
import { observerRoutes } from './observer/observer-routes.js';
import { agentName, removeForsakenHomes } from './sandbox.js';
import { SchedulerClient } from './scheduler-client.js';
import { loadSchema } from '../thrift/load-schema.js';

const USAGE = 'usage: agent --directory DIRECTORY';

/** Runs the agent of one work directory until it is told to stop. Exits 2 for what the caller did wrong. */
async function main(): Promise<void> {
  const directory = directoryArgument(process.argv.slice(2));
  // The daemon's mask closes everything to others; tasks get the usual one, and reach their logs as another user.
  process.umask(0o022);
  const fileSystem = diskFileSystem;
  const optionsPath = join(directory, 'options.json');
  const settings = readSettings(
    readFileSync(join(directory, 'settings.json'), 'utf8'),
    fileSystem.exists(optionsPath) ? fileSystem.readText(optionsPath) : undefined,
  );
  const logger = jsonLinesLogger(2, () => systemClock.nowMs());
  const holder = isHeldByAnother(fileSystem, directory, process.pid);
  if (holder !== undefined)
    throw new UsageError(`an agent of ${directory} runs already, as process ${holder}`);
  const isolation = probeIsolation(kernelControlFiles, agentName(directory), process.pid);
  logger.info('isolation', { ...isolation.report });
  for (const home of removeForsakenHomes()) isolation.forget(basename(home));
  const launcherParts = { clock: systemClock, processTable: systemProcessTable, logger };
  const client = new SchedulerClient(settings.schedulerSocketPath);
  const { agent, collector, description } = composeAgent(directory, settings, {
    clock: systemClock,
    random: systemRandom,
    fileSystem,
    logger,
    launcher: new ShellLauncher(launcherParts),
    sweeper: new Sweeper(systemClock, systemProcessTable),
    ownAccount: ownAccount(),
    createRunner: (options) => new TaskRunner(options),
    isolation,
    post: (path, body) => client.post(path, body),
    pid: process.pid,
    path: process.env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin',
    isRoot: process.getuid?.() === 0,
    onForsaken: () => {
      end(true);
    },
  });
  let ending = false;
  const end = (killTasks: boolean): void => {
    if (ending) return;
    ending = true;
    collector.stop();
    void agent.shutdown(killTasks).finally(() => process.exit(0));
  };
  const observer = observerRoutes(agent, {
    hostname: settings.host,
    directory,
    clock: systemClock,
    fileSystem,
  });
  const routes = agentRoutes({ agent, onShutdown: end, otherwise: observer });
  const server = makeServer(routes, logger);
  await listenOnSocket(server, settings.socketPath);
  const { observerPort } = settings.options;
  if (observerPort !== undefined) await listenOnLoopback(makeServer(observer, logger), observerPort);
  const startTicks = lookUpStartTicks(fileSystem, process.pid);
  announceProcess(fileSystem, directory, {
    agentId: description.agentId,
    pid: process.pid,
    socketPath: settings.socketPath,
    ...(startTicks !== undefined && { startTicks }),
  });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      end(false);
    });
  }
  agent.start();
  collector.start();
  // Read while nobody waits: the first task then starts as fast as the others.
  loadSchema('thermos.thrift');
}

class UsageError extends Error {}

function directoryArgument(argv: readonly string[]): string {
  const [option, directory, ...rest] = argv;
  if (option !== '--directory' || directory === undefined || rest.length > 0) throw new UsageError(USAGE);
  return resolve(directory);
}

main().catch((error: unknown) => {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`agent: ${message}\n`);
  process.exit(error instanceof UsageError || error instanceof JsonMismatch ? 2 : 1);
});
