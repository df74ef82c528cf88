import { existsSync, readFileSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { systemClock } from '../base/clock.js';
import { diskFileSystem } from '../base/file-system.js';
import { packageRoot } from '../base/package-root.js';
import { systemRandom } from '../base/random.js';
import { StorageFailure } from '../storage/persistence.js';
import { clusterHome } from './cluster-home.js';
import { openLog } from './daemon-logger.js';
import { startDaemon, type Daemon } from './daemon.js';
import { StartError } from './start-error.js';

/** `node daemon.js --home DIR`: runs the scheduler of the local cluster in that home until it is told to stop. */
async function main(): Promise<void> {
  const home = homeFromArguments();
  // Others of this machine have no business in here, whatever the caller's umask is.
  process.umask(0o077);
  const logger = openLog(clusterHome(home).log);
  const end = (error?: unknown): void => {
    if (error === undefined) process.exit(0);
    logger.error('scheduler ends', { error: describe(error) });
    process.stderr.write(`${describe(error)}\n`);
    process.exit(1);
  };
  let daemon: Daemon | undefined;
  const quit = (): void => {
    if (daemon) daemon.quit();
    else process.exit(0);
  };
  process.on('SIGTERM', quit);
  process.on('SIGINT', quit);
  // The terminal that started it may close; the daemon stays.
  process.on('SIGHUP', () => undefined);
  process.on('uncaughtException', end);
  process.on('unhandledRejection', end);
  try {
    daemon = await startDaemon(home, {
      version: packageVersion(),
      agentCommand: agentCommand(),
      files: diskFileSystem,
      clock: systemClock,
      random: systemRandom,
      logger,
      soon: (callback) => setImmediate(callback),
      ended: end,
    });
  } catch (error) {
    end(error);
  }
}

function homeFromArguments(): string {
  try {
    const { values } = parseArgs({ options: { home: { type: 'string' } } });
    if (values.home !== undefined && existsSync(values.home)) return values.home;
    process.stderr.write(
      `--home must name the directory of a local cluster${values.home === undefined ? '' : `, and there is no ${values.home}`}.\n`,
    );
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
  }
  process.exit(1);
}

/** What the user can act on is said in one line; only our own mistakes show where they happened. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const expected = error instanceof StartError || error instanceof StorageFailure;
  return expected ? error.message : (error.stack ?? error.message);
}

const self = fileURLToPath(import.meta.url);

/** The agent's bundle lies beside the daemon's. Its heap is small, and it should stay so. */
function agentCommand(): string[] {
  return ['--max-semi-space-size=1', join(dirname(self), `agent${extname(self)}`)];
}

function packageVersion(): string {
  const { version } = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')) as {
    version: string;
  };
  return version;
}

void main();
