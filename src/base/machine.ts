import { hostname, machine, release, type, userInfo } from 'node:os';
import { systemClock, type Clock } from './clock.js';
import { diskFileSystem, type FileSystem } from './file-system.js';
import { systemRandom, type Random } from './random.js';

/** What a program can learn about the machine and the account it runs on; the shells inject it. */
export interface Machine {
  readonly environment: ReadonlyMap<string, string>;
  readonly files: FileSystem;
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
}

export function localMachine(): Machine {
  const environment = new Map<string, string>();
  for (const [name, value] of Object.entries(process.env))
    if (value !== undefined) environment.set(name, value);
  return {
    environment,
    files: diskFileSystem,
    currentDirectory: workingDirectory(),
    userName: userName(environment),
    userId: process.getuid?.() ?? 0,
    groupId: process.getgid?.() ?? 0,
    home: environment.get('HOME'),
    hostname: hostname(),
    system: type(),
    release: release(),
    machine: machine(),
    clock: systemClock,
    random: systemRandom,
  };
}

/** The variables that login programs set, in the order in which Python's `getpass` asks them. */
const USER_VARIABLES = ['LOGNAME', 'USER', 'LNAME', 'USERNAME'];

export function userName(environment: ReadonlyMap<string, string>): string {
  for (const name of USER_VARIABLES) {
    const value = environment.get(name);
    if (value) return value;
  }
  try {
    return userInfo().username;
  } catch {
    // An account without an entry in the password database has only its number.
    return String(process.getuid?.() ?? 0);
  }
}

/** The shell's working directory may have been deleted. */
function workingDirectory(): string {
  try {
    return process.cwd();
  } catch {
    return '/';
  }
}
