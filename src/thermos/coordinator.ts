import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, existsSync, fchmodSync, openSync, unlinkSync, writeSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Writable } from 'node:stream';
import { COORDINATOR_PREAMBLE, ENTRY } from './coordinator-script.js';
import type { CrewOptions } from './launcher.js';

/** A running `sh -s` in a session of its own. */
export interface Coordinator {
  readonly pid: number;
  /** Hands it shell text; it works through it one line after the other. */
  send(script: string): void;
  /** It ends when it has done what it was told. */
  dismiss(): void;
}

const SHELL = '/bin/sh';
const SETPRIV = ['/usr/bin/setpriv', '/bin/setpriv'];

/** What becomes of one: `exited` comes when it is gone, however that came about, or else `refused`. */
export interface CoordinatorListener {
  exited(): void;
  /** The system would not start it; the reason is the system's. */
  refused(reason: string): void;
}

/**
 * Starts one; undefined when the system refuses, which the listener hears a moment later. Throws Node's error
 * when not even that could be asked. `journal` is the descriptor of the task's journal.
 */
export function startCoordinator(
  options: CrewOptions,
  journal: number,
  listener: CoordinatorListener,
): Coordinator | undefined {
  const own = openNameless(`${options.journalPath}.stderr`);
  let entry: number | undefined;
  try {
    entry = openEntry(`${options.journalPath}.entry`);
    const child = spawnShell(options, journal, own, entry);
    const pid = child.pid;
    const stdin = child.stdin;
    if (pid === undefined || stdin === null) {
      child.once('error', (error) => {
        listener.refused(error.message);
      });
      return undefined;
    }
    watch(child, stdin, () => {
      listener.exited();
    });
    stdin.write(COORDINATOR_PREAMBLE);
    return {
      pid,
      send: (script) => {
        stdin.write(script);
      },
      dismiss: () => {
        stdin.end();
      },
    };
  } finally {
    closeSync(own.append);
    closeSync(own.read);
    if (entry !== undefined) closeSync(entry);
  }
}

function spawnShell(options: CrewOptions, journal: number, own: TwoViews, entry: number): ChildProcess {
  const { console, stdin } = options;
  const hasTerminal = console !== undefined || stdin !== undefined;
  const shellArguments = ['-s', 'thermos-coordinator', options.taskId];
  const settings = {
    cwd: '/',
    // A session of its own: no terminal, and a group that can be signalled without touching anybody else.
    detached: true,
    env: Object.fromEntries(options.environment),
    stdio: [
      'pipe',
      'ignore',
      own.append,
      journal,
      own.read,
      entry,
      ...(hasTerminal ? [console?.stdout ?? 'ignore', console?.stderr ?? 'ignore', stdin ?? 'ignore'] : []),
    ] as Array<'pipe' | 'ignore' | number>,
  };
  const user = options.user;
  if (user.uid === process.geteuid?.()) return spawn(SHELL, shellArguments, settings);
  const setpriv = SETPRIV.find((path) => existsSync(path));
  // Node can change user and group, but drops the user's other groups with it.
  if (setpriv === undefined)
    return spawn(SHELL, shellArguments, { ...settings, uid: user.uid, gid: user.gid });
  const identity = [`--reuid=${user.uid}`, `--regid=${user.gid}`, '--init-groups', '--', SHELL];
  return spawn(setpriv, [...identity, ...shellArguments], settings);
}

/** Neither the process nor its pipe keeps the runner alive: the journal's watcher does, while it must. */
function watch(child: ChildProcess, stdin: Writable, onExit: () => void): void {
  child.unref();
  if (stdin instanceof Socket) stdin.unref();
  // A write to one that has just been killed: its end is reported by `exit`.
  stdin.on('error', () => undefined);
  let told = false;
  const tell = (): void => {
    if (told) return;
    told = true;
    onExit();
  };
  child.on('error', tell);
  child.on('exit', tell);
}

interface TwoViews {
  readonly append: number;
  readonly read: number;
}

/** What each bash reads as it starts. Nameless, so that no account needs the right to go where it lies. */
function openEntry(path: string): number {
  const { append, read } = openNameless(path);
  try {
    // Whatever the umask is.
    fchmodSync(append, 0o644);
    writeSync(append, ENTRY);
    return read;
  } catch (error) {
    closeSync(read);
    throw error;
  } finally {
    closeSync(append);
  }
}

/** A nameless file: the shell's stderr is written to one view of it, and read back from where the other left off. */
function openNameless(path: string): TwoViews {
  const append = openSync(path, 'a', 0o600);
  try {
    return { append, read: openSync(path, 'r') };
  } catch (error) {
    closeSync(append);
    throw error;
  } finally {
    unlinkSync(path);
  }
}
