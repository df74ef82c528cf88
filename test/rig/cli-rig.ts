import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { diskFileSystem } from '../../src/base/file-system.js';
import { seededRandom } from '../../src/base/random.js';
import { AURORA_COMMANDS } from '../../src/cli/command-tree.js';
import { runAdmin } from '../../src/cli/admin/run-admin.js';
import type { OutputStream } from '../../src/cli/console.js';
import type { Host, ProgramResult } from '../../src/cli/context.js';
import { runProgram } from '../../src/cli/run.js';
import type { DaemonLauncher } from '../../src/client/daemon-launcher.js';
import type { Transport } from '../../src/client/transport.js';
import { InstantClock } from './instant-clock.js';
import { testHost } from './language-host.js';

export interface CliOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly transport?: Transport;
  readonly daemons?: DaemonLauncher;
  /** Whether stdout and stderr are a terminal, of that width. */
  readonly terminal?: number;
  readonly colour?: boolean;
  readonly input?: string;
  readonly interrupted?: AbortSignal;
  readonly clock?: InstantClock;
  /** What a program prints and returns; without it none is found. */
  readonly program?: (argv: readonly string[]) => ProgramResult;
}

export interface CliResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Programs that were run, with their arguments. */
  readonly programs: readonly string[][];
  readonly waits: readonly number[];
}

const repository = join(import.meta.dirname, '..', '..');

/** A private world for command lines: home, working directory, settings; removed by `dispose`. */
export class CliRig {
  readonly folder = realpathSync(mkdtempSync(join(tmpdir(), 'aurora-cli-')));
  readonly work = join(this.folder, 'work');
  readonly home = join(this.folder, 'home');

  constructor(clusters?: unknown) {
    for (const name of ['work', 'home', 'etc', 'tmp']) mkdirSync(join(this.folder, name));
    if (clusters !== undefined) this.write('etc/clusters.json', JSON.stringify(clusters));
  }

  /** Writes a file below the rig's folder. */
  write(path: string, text: string): void {
    const full = join(this.folder, path);
    mkdirSync(dirname(full), { recursive: true });
    writeFileSync(full, text);
  }

  dispose(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  async aurora(argv: readonly string[], options: CliOptions = {}): Promise<CliResult> {
    return this.#run(options, (host, streams) =>
      runProgram({ name: 'aurora', version: '0.1.0', commands: AURORA_COMMANDS }, argv, host, streams),
    );
  }

  async admin(argv: readonly string[], options: CliOptions = {}): Promise<CliResult> {
    return this.#run(options, (host, streams) => runAdmin(argv, host, streams));
  }

  async #run(
    options: CliOptions,
    run: (host: Host, streams: { stdout: OutputStream; stderr: OutputStream }) => Promise<number>,
  ): Promise<CliResult> {
    const clock = options.clock ?? new InstantClock();
    const stdout = collector(options);
    const stderr = collector(options);
    const programs: string[][] = [];
    const exitCode = await run(this.#host(options, clock, programs, stdout), { stdout, stderr });
    return { exitCode, stdout: stdout.text(), stderr: stderr.text(), programs, waits: clock.waits };
  }

  #host(
    options: CliOptions,
    clock: InstantClock,
    programs: string[][],
    stdout: { write: (text: string) => void },
  ): Host {
    const env = {
      HOME: this.home,
      AURORA_HOME: join(this.home, '.aurora'),
      AURORA_CONFIG_ROOT: join(this.folder, 'etc'),
      TMPDIR: join(this.folder, 'tmp'),
      USER: 'tester',
      COLUMNS: '120',
      BROWSER: 'fakebrowser',
      ...options.env,
    };
    const random = seededRandom(7);
    return {
      env,
      workingDirectory: this.work,
      packageRoot: repository,
      user: 'tester',
      clock,
      random,
      files: diskFileSystem,
      machine: () =>
        Promise.resolve(
          testHost({
            currentDirectory: this.work,
            clock,
            random,
            environment: new Map(Object.entries(env)),
          }),
        ),
      transport: options.transport ?? noTransport,
      daemons: options.daemons ?? noDaemons,
      programs: {
        run: (command, args, { output, onLine }) => {
          programs.push([command, ...args]);
          const result = options.program?.([command, ...args]) ?? {
            exitCode: 0,
            stdout: '',
            stderr: '',
          };
          if (output === 'inherit') stdout.write(result.stdout);
          if (onLine)
            for (const line of result.stdout.split('\n').filter((each) => each !== '')) onLine(line);
          return Promise.resolve(result);
        },
      },
      nodePath: '/usr/bin/node',
      freePort: () => Promise.resolve(40_000),
      interrupted: options.interrupted ?? new AbortController().signal,
      inputIsTerminal: false,
      inputLines: async function* () {
        yield* (options.input ?? '').split('\n');
      },
    };
  }
}

function collector(options: CliOptions): OutputStream & { text(): string } {
  const parts: string[] = [];
  return {
    isTerminal: options.terminal !== undefined,
    columns: options.terminal ?? 80,
    colour: options.colour ?? false,
    write: (text) => {
      parts.push(text);
    },
    text: () => parts.join(''),
  };
}

const noTransport: Transport = {
  send: () => Promise.reject(new Error('this test expects no request')),
};

const noDaemons: DaemonLauncher = {
  start: () => {
    throw new Error('this test expects no daemon to be started');
  },
  isAlive: () => false,
  signal: () => undefined,
};
