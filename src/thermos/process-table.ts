import { closeSync, existsSync, openSync, readdirSync, readFileSync, readlinkSync, readSync } from 'node:fs';
import { uptime } from 'node:os';

/** One row of the system's process table. A pid alone names nobody: pid and start time together do. */
export interface ProcessInfo {
  readonly pid: number;
  readonly parentPid: number;
  readonly processGroup: number;
  readonly session: number;
  /** R running, S sleeping, D disk, T stopped, Z zombie. */
  readonly state: string;
  /** Clock ticks since boot: never changes, never comes back for the same pid within one boot. */
  readonly startTicks: number;
}

/** The system's processes and signals, injected. */
export interface ProcessTable {
  lookUp(pid: number): ProcessInfo | undefined;
  /** Every process, read now. */
  scan(): ProcessInfo[];
  /** The pid most recently given out, or undefined where the system does not tell. */
  lastPid(): number | undefined;
  /** Effective user id of the process, or undefined when it is gone. */
  owner(pid: number): number | undefined;
  /** Value of a variable in the environment the process was started with. */
  environmentValue(pid: number, name: string): string | undefined;
  /** Arguments, or undefined when the process is gone or a zombie. */
  commandLine(pid: number): string[] | undefined;
  /** Paths of the files it has open, as far as we may look. */
  openFiles(pid: number): string[];
  /** Seconds since boot, as /proc/uptime tells them. */
  uptimeSecs(): number;
  /** Wall time of the start in milliseconds since the epoch, as the system tells it now. */
  startedMs(info: ProcessInfo): number;
  /** False when there is no such process; throws nothing for a process that is gone or not ours. */
  signal(pid: number, signal: NodeJS.Signals): boolean;
  /** To every process of the group that this process leads. */
  signalGroup(leader: number, signal: NodeJS.Signals): boolean;
}

/** Linux counts process times in hundredths, whatever the kernel's own tick. */
export const TICKS_PER_SECOND = 100;

export const systemProcessTable: ProcessTable = {
  // Most pids asked for are gone already, and a failing open is dear.
  lookUp: (pid) => (existsSync(`/proc/${pid}`) ? parseStat(readSmall(`/proc/${pid}/stat`)) : undefined),
  scan() {
    const found: ProcessInfo[] = [];
    for (const name of withSpare(() => readdirSync('/proc'))) {
      const code = name.charCodeAt(0);
      if (code < 48 || code > 57) continue;
      const info = parseStat(readSmall(`/proc/${name}/stat`));
      if (info) found.push(info);
    }
    return found;
  },
  lastPid() {
    const text = readLoad();
    const last = text === undefined ? NaN : Number(text.trim().split(' ').at(-1));
    return Number.isSafeInteger(last) && last > 0 ? last : undefined;
  },
  owner(pid) {
    const status = readSmall(`/proc/${pid}/status`);
    const match = status === undefined ? undefined : /^Uid:\s+\d+\s+(\d+)/m.exec(status);
    return match ? Number(match[1]) : undefined;
  },
  environmentValue(pid, name) {
    const text = readWhole(`/proc/${pid}/environ`);
    const start = `${name}=`;
    return text
      ?.split('\0')
      .find((entry) => entry.startsWith(start))
      ?.slice(start.length);
  },
  commandLine(pid) {
    const text = readWhole(`/proc/${pid}/cmdline`);
    return text === undefined || text === '' ? undefined : text.replace(/\0$/, '').split('\0');
  },
  openFiles: (pid) =>
    listDirectory(`/proc/${pid}/fd`).flatMap((name) => readLink(`/proc/${pid}/fd/${name}`) ?? []),
  uptimeSecs() {
    const nowMs = performance.now();
    // Asked twice a process: reading it anew each time would be felt. Both clocks tick alike.
    if (nowMs - uptimeReadMs > UPTIME_FRESH_MS) {
      uptimeReadMs = nowMs;
      uptimeAtReadSecs = uptime();
    }
    return uptimeAtReadSecs + (nowMs - uptimeReadMs) / 1000;
  },
  startedMs: (info) => bootTimeMs() + (info.startTicks * 1000) / TICKS_PER_SECOND,
  signal,
  signalGroup: (leader, name) => signal(-leader, name),
};

function signal(target: number, name: NodeJS.Signals): boolean {
  try {
    return process.kill(target, name);
  } catch {
    // ESRCH: gone meanwhile. EPERM: it changed its user; nothing we may do.
    return false;
  }
}

/** Fields of /proc/PID/stat: the command in parentheses may itself hold blanks and parentheses. */
export function parseStat(text: string | undefined): ProcessInfo | undefined {
  if (text === undefined) return undefined;
  const end = text.lastIndexOf(')');
  const fields = text.slice(end + 2).split(' ', 20);
  const startTicks = Number(fields[19]);
  if (end < 0 || !Number.isFinite(startTicks)) return undefined;
  return {
    pid: Number.parseInt(text, 10),
    state: fields[0] ?? '?',
    parentPid: Number(fields[1]),
    processGroup: Number(fields[2]),
    session: Number(fields[3]),
    startTicks,
  };
}

const UPTIME_FRESH_MS = 10_000;
let uptimeReadMs = Number.NEGATIVE_INFINITY;
let uptimeAtReadSecs = 0;

const buffer = Buffer.alloc(8192);

/**
 * One read instead of readFile's four system calls: these files are small and read by the thousand. Undefined only
 * when the process is gone or closed to us: whoever cannot be looked at for want of descriptors is not dead.
 */
function readSmall(path: string): string | undefined {
  let descriptor: number | undefined;
  try {
    descriptor = withSpare(() => openSync(path, 'r'));
    return buffer.toString('latin1', 0, readSync(descriptor, buffer, 0, buffer.length, 0));
  } catch (error) {
    if (isShortage(error)) throw error;
    return undefined;
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/** Asked after every run of a process: the file stays open, and each read from its start is a new one. */
function readLoad(): string | undefined {
  try {
    loadDescriptor ??= openSync('/proc/loadavg', 'r');
    return buffer.toString('latin1', 0, readSync(loadDescriptor, buffer, 0, buffer.length, 0));
  } catch {
    return undefined;
  }
}

let loadDescriptor: number | undefined;

/** Killing must go on when every other descriptor is taken: one is kept back for reading the process table. */
function withSpare<T>(read: () => T): T {
  spare ??= openSpare();
  try {
    return read();
  } catch (error) {
    if (spare === undefined || (error as NodeJS.ErrnoException).code !== 'EMFILE') throw error;
    closeSync(spare);
    spare = undefined;
    return read();
  }
}

let spare: number | undefined;

function openSpare(): number | undefined {
  try {
    return openSync('/dev/null', 'r');
  } catch {
    return undefined;
  }
}

/** The system has no room for the question; it says nothing about the answer. */
export function isShortage(error: unknown): boolean {
  return SHORTAGES.has((error as NodeJS.ErrnoException).code ?? '');
}

const SHORTAGES: ReadonlySet<string> = new Set(['EMFILE', 'ENFILE', 'ENOMEM']);

function listDirectory(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

function readLink(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

function readWhole(path: string): string | undefined {
  try {
    return withSpare(() => readFileSync(path, 'utf8'));
  } catch (error) {
    if (isShortage(error)) throw error;
    return undefined;
  }
}

/** Moves when the wall clock is set, as the kernel computes it from now minus uptime. */
function bootTimeMs(): number {
  const nowMs = performance.now();
  // Asked for many processes in a row, and half a millisecond on a machine of many processors.
  if (nowMs - bootTimeReadMs > BOOT_TIME_FRESH_MS) {
    bootTimeReadMs = nowMs;
    const match = /^btime (\d+)/m.exec(readWhole('/proc/stat') ?? '');
    bootTimeAtReadMs = match ? Number(match[1]) * 1000 : 0;
  }
  return bootTimeAtReadMs;
}

const BOOT_TIME_FRESH_MS = 100;
let bootTimeReadMs = Number.NEGATIVE_INFINITY;
let bootTimeAtReadMs = 0;
