import type { Clock } from '../../base/clock.js';
import type { FileSystem } from '../../base/file-system.js';
import type { Host as ConfigHost } from '../../language/host.js';
import type { Launcher } from '../../thermos/launcher.js';
import type { Sweeper } from '../../thermos/sweeper.js';
import type { UserAccount } from '../../thermos/task-runner-options.js';
import type { OptionSpec, ParsedOptions } from './options.js';

/** Everything outside of itself that a `thermos` command uses. */
export interface ThermosHost {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly files: FileSystem;
  readonly launcher: Launcher;
  readonly sweeper: Sweeper;
  readonly hostname: string;
  readonly account: UserAccount;
  readonly machine: ConfigHost;
  /** The account of that name, or undefined. */
  findAccount(name: string): UserAccount | undefined;
  /** The name of a user id, or undefined. */
  userName(uid: number): string | undefined;
  temporaryDirectory(): string;
  readonly stdoutIsTerminal: boolean;
  readonly columns: number;
  out(text: string): void;
  err(text: string): void;
  /** Calls back at every one of these signals until the returned function is called. */
  onSignal(signals: readonly NodeJS.Signals[], callback: (signal: NodeJS.Signals) => void): () => void;
  /** Asks on the terminal and gives the line typed, or undefined without a terminal. */
  ask(question: string): Promise<string | undefined>;
  /** Starts this program again in the background with the same arguments, and returns its pid. */
  runInBackground(argv: readonly string[]): number;
  /** Calls back when a file changes, until the returned function is called. */
  watchFile(path: string, changed: () => void): () => void;
}

export interface ThermosCommand {
  readonly name: string;
  /** The original's docstring: its first line is the summary. */
  readonly doc: string;
  readonly options: readonly OptionSpec[];
  /** Gives the exit code. */
  run(options: ParsedOptions, host: ThermosHost, argv: readonly string[]): Promise<number>;
}

/** Ends a command with this text on stderr and this exit code. */
export class ThermosFailure extends Error {
  override readonly name = 'ThermosFailure';

  constructor(
    message: string,
    readonly exitCode: number,
  ) {
    super(message);
  }
}
