import { systemClock } from '../base/clock.js';
import { diskFileSystem } from '../base/file-system.js';
import { localMachine, userName } from '../base/machine.js';
import { packageRoot } from '../base/package-root.js';
import { systemRandom } from '../base/random.js';
import { nodeDaemonLauncher } from '../client/daemon-launcher.js';
import { httpTransport } from '../client/http-transport.js';
import type { Host } from './context.js';
import { EXIT } from './exit-codes.js';
import { isCharacterDevice, ProcessStream } from './process-stream.js';
import { runProgram, type Program, type Streams } from './run.js';

/** Ctrl-C is obeyed at the next await; a command that is busy computing gets this long. */
const INTERRUPT_GRACE_MS = 1_000;

const stdout = new ProcessStream('stdout');
const stderr = new ProcessStream('stderr');

/** Runs the program on the real terminal, disk and network, and ends this process with its exit code. */
export async function runInProcess(program: Program): Promise<void> {
  await runAndExit((argv, host) => runProgram(program, argv, host, processStreams()));
}

export async function runAndExit(
  run: (argv: readonly string[], host: Host) => Promise<number>,
): Promise<void> {
  const interruption = new AbortController();
  onInterrupt(interruption);
  process.on('uncaughtException', crashed);
  const exitCode = await run(process.argv.slice(2), processHost(interruption.signal));
  // Children and open sockets of a finished command must not keep it waiting.
  process.exitCode = exitCode;
  await Promise.all([stdout.flushed(), stderr.flushed()]);
  process.exit(exitCode);
}

export function processStreams(): Streams {
  return { stdout, stderr };
}

export function processHost(interrupted: AbortSignal): Host {
  return {
    env: process.env,
    workingDirectory: workingDirectory(),
    packageRoot: packageRoot(),
    user: userName(
      new Map(
        Object.entries(process.env).flatMap(([name, value]) =>
          value === undefined ? [] : [[name, value] as const],
        ),
      ),
    ),
    clock: systemClock,
    random: systemRandom,
    files: diskFileSystem,
    machine: async (withPrograms) => {
      if (!withPrograms) return localMachine();
      const { runProgramToEnd } = await import('./program-runner.js');
      return { ...localMachine(), runProgram: runProgramToEnd };
    },
    transport: httpTransport,
    daemons: nodeDaemonLauncher,
    programs: {
      run: async (command, args, options) => {
        const { programRunner } = await import('./program-runner.js');
        if (!options.interrupted) return programRunner.run(command, args, options);
        awaitedPrograms += 1;
        try {
          return await programRunner.run(command, args, options);
        } finally {
          awaitedPrograms -= 1;
        }
      },
    },
    nodePath: process.execPath,
    freePort,
    interrupted,
    // Opening standard input takes longer than most commands run.
    get inputIsTerminal() {
      return isCharacterDevice(0) && process.stdin.isTTY;
    },
    inputLines: async function* () {
      const { createInterface } = await import('node:readline');
      yield* createInterface({ input: process.stdin, terminal: false });
    },
  };
}

/** Our own mistake: the stack, without the line of the bundle that Node would show. */
function crashed(error: unknown): void {
  stderr.write(
    `internal error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  process.exit(EXIT.unknownError);
}

/** Programs that end by themselves when interrupted: to leave before them would leave what they run behind. */
let awaitedPrograms = 0;

function onInterrupt(interruption: AbortController): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => {
      const isRepeated = interruption.signal.aborted;
      interruption.abort();
      if (awaitedPrograms > 0) return;
      if (isRepeated) process.exit(EXIT.interrupted);
      setTimeout(() => process.exit(EXIT.interrupted), INTERRUPT_GRACE_MS).unref();
    });
}

/** Empty when the directory has been removed under the command's feet. */
function workingDirectory(): string {
  try {
    return process.cwd();
  } catch {
    return '/';
  }
}

async function freePort(): Promise<number> {
  const { createServer } = await import('node:net');
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        if (typeof address === 'object' && address) resolve(address.port);
        else reject(new Error('no port is free'));
      });
    });
  });
}
