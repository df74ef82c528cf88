import type { Clock } from '../base/clock.js';
import type { FileSystem } from '../base/file-system.js';
import type { Host as ConfigHost } from '../language/host.js';
import type { Random } from '../base/random.js';
import type { Transport } from '../client/transport.js';
import type { DaemonLauncher } from '../client/daemon-launcher.js';
import type { Console } from './console.js';
import type { Arguments } from './argument-parser.js';

/** Everything outside the process that a command touches: tests inject all of it. */
export interface Host {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly workingDirectory: string;
  /** The folder of this package: `configs/` and `dist/` are in it. */
  readonly packageRoot: string;
  /** The operating system's name of who runs the command. */
  readonly user: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly files: FileSystem;
  /** The machine as a config may see it; with programs only if some are allowed. */
  readonly machine: (withPrograms: boolean) => Promise<ConfigHost>;
  readonly transport: Transport;
  readonly daemons: DaemonLauncher;
  readonly programs: ProgramRunner;
  /** The program that runs this one, for programs of this package. */
  readonly nodePath: string;
  /** A TCP port of this machine that nobody listens on now. */
  readonly freePort: () => Promise<number>;
  /** Fires at Ctrl-C: whoever waits gives up. */
  readonly interrupted: AbortSignal;
  /** Lines of standard input, for the read-eval-print loop. */
  readonly inputLines: () => AsyncIterable<string>;
  readonly inputIsTerminal: boolean;
}

export interface ProgramRunner {
  /** Runs a program without a shell. `inherit` gives it the terminal; otherwise its output is collected. */
  run(command: string, args: readonly string[], options: ProgramOptions): Promise<ProgramResult>;
}

export interface ProgramOptions {
  readonly output: 'inherit' | 'collect';
  readonly onStart?: (pid: number) => void;
  /** Called with each line of stdout and stderr together, as they come. */
  readonly onLine?: (line: string) => void;
  /** When it fires the program gets SIGINT, and its own end is waited for however long that takes. */
  readonly interrupted?: AbortSignal;
}

export interface ProgramResult {
  /** 127 when the program was not found, 128 + signal when it died of one. */
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Context {
  readonly host: Host;
  readonly console: Console;
  readonly args: Arguments;
  /** The argument vector without the program's name. */
  readonly argv: readonly string[];
}

/** A verb's work; the number is the exit code. */
export type CommandBody = (context: Context) => Promise<number>;
