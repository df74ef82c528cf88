import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';

/** Starts and signals the long-lived processes of local clusters; injected, so that tests start none. */
export interface DaemonLauncher {
  /** Runs `node ENTRY ARGS` detached from the terminal, its output appended to a file. */
  start(entry: string, args: readonly string[], logPath: string): StartedDaemon;
  /** Whether the process lives, and is the one that had this start time, where that is known. */
  isAlive(pid: number, startTicks?: number): boolean;
  signal(pid: number, signal: NodeJS.Signals): void;
}

export interface StartedDaemon {
  readonly pid: number;
  /** Resolves when the process has ended. */
  readonly ended: Promise<{ readonly exitCode: number }>;
}

export const nodeDaemonLauncher: DaemonLauncher = {
  start(entry, args, logPath) {
    const log = openSync(logPath, 'a', 0o600);
    const child = spawn(process.execPath, [entry, ...args], {
      detached: true,
      stdio: ['ignore', log, log],
      cwd: '/',
    });
    closeSync(log);
    child.unref();
    const ended = new Promise<{ readonly exitCode: number }>((resolve) => {
      child.once('exit', (code) => {
        resolve({ exitCode: code ?? 128 });
      });
      child.once('error', () => {
        resolve({ exitCode: 127 });
      });
    });
    return { pid: child.pid ?? -1, ended };
  },
  isAlive(pid, startTicks) {
    try {
      process.kill(pid, 0);
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === 'EPERM';
    }
    const found = readStat(pid);
    // Killed, but nobody has collected it yet: nothing of it answers any more.
    if (found?.state === 'Z' || found?.state === 'X') return false;
    return startTicks === undefined || found === undefined || found.startTicks === startTicks;
  },
  signal(pid, signal) {
    try {
      process.kill(pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  },
};

/** Fields 3 and 22 of /proc/PID/stat; the name in field 2 may hold blanks and parentheses. */
function readStat(pid: number): { readonly state: string; readonly startTicks: number } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0] ?? '', startTicks: Number(fields[19]) };
  } catch {
    return undefined;
  }
}
