import type { Clock } from '../base/clock.js';
import type { FileSystem } from '../base/file-system.js';
import type { Random } from '../base/random.js';

/** Everything a config may learn about the machine it is evaluated on; tests inject their own. */
export interface Host {
  readonly environment: ReadonlyMap<string, string>;
  /** Read only: nothing else of the file system is in reach. */
  readonly files: Pick<FileSystem, 'readFile' | 'stat' | 'lstat' | 'realpath' | 'readDirectory'>;
  readonly currentDirectory: string;
  readonly userName: string;
  readonly userId: number;
  readonly groupId: number;
  readonly home: string | undefined;
  readonly hostname: string;
  /** As `uname` shows them: `Linux`, `6.1.0`, `x86_64`. */
  readonly system: string;
  readonly release: string;
  readonly machine: string;
  readonly clock: Clock;
  readonly random: Random;
  /** Runs a program that `allowRun` names and waits for it; absent: no program can be run. */
  readonly runProgram?: (request: ProgramRequest) => ProgramResult;
}

export interface ProgramRequest {
  /** The program and its arguments; never a shell line. */
  readonly argv: readonly [string, ...string[]];
  readonly currentDirectory: string;
  readonly environment: ReadonlyMap<string, string> | undefined;
  readonly input: string | undefined;
  readonly timeoutMs: number;
}

export interface ProgramResult {
  /** The exit status; negative: ended by that signal. */
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}
