import { TICKS_PER_SECOND, type ProcessInfo, type ProcessTable } from './process-table.js';

/**
 * One look at the process table, or at a part of it, indexed for finding what belongs to a task. Many tasks can share it.
 *
 * Processes carry no mark of ours. What tells a task's processes apart, in this order: they are in the session
 * of one of its coordinators; they were started with its sandbox as HOME, which survives a double fork and
 * setsid; they are children of such a process. Whoever clears his environment and his session and his parent
 * is found only by a cgroup (Containment).
 */
export class Census {
  readonly byPid = new Map<number, ProcessInfo>();
  readonly #homeOf: (info: ProcessInfo) => string | undefined;
  readonly #bySession = new Map<number, ProcessInfo[]>();
  readonly #children = new Map<number, ProcessInfo[]>();
  #byHome: Map<string, ProcessInfo[]> | undefined;

  constructor(
    table: ProcessTable,
    homeOf = (info: ProcessInfo): string | undefined => table.environmentValue(info.pid, 'HOME'),
    processes: Iterable<ProcessInfo> = table.scan(),
  ) {
    this.#homeOf = homeOf;
    for (const info of processes) {
      // A zombie holds nothing and cannot be killed: its parent or init will take it away.
      if (info.state === 'Z' || info.state === 'X') continue;
      this.byPid.set(info.pid, info);
      push(this.#bySession, info.session, info);
      push(this.#children, info.parentPid, info);
    }
  }

  inSession(session: number): readonly ProcessInfo[] {
    return this.#bySession.get(session) ?? [];
  }

  childrenOf(pid: number): readonly ProcessInfo[] {
    return this.#children.get(pid) ?? [];
  }

  withHome(home: string): readonly ProcessInfo[] {
    this.#byHome ??= this.#indexHomes();
    return this.#byHome.get(home) ?? [];
  }

  #indexHomes(): Map<string, ProcessInfo[]> {
    const homes = new Map<string, ProcessInfo[]>();
    for (const info of this.byPid.values()) {
      if (info.session === 0) continue; // the kernel's own
      const home = this.#homeOf(info);
      if (home !== undefined) push(homes, home, info);
    }
    return homes;
  }
}

/**
 * HOME of processes that were seen before: reading it costs as much as all else of a census. Whoever replaces his
 * environment later is still the one he was; who has just been forked may be about to get another.
 */
export class HomeMemory {
  readonly #table: ProcessTable;
  #known = new Map<number, { readonly startTicks: number; readonly home: string | undefined }>();
  #seen = new Map<number, { readonly startTicks: number; readonly home: string | undefined }>();

  constructor(table: ProcessTable) {
    this.#table = table;
  }

  /** Those that the last census did not ask for are gone. */
  nextCensus(): void {
    this.#known = this.#seen;
    this.#seen = new Map();
  }

  readonly homeOf = ({ pid, startTicks }: ProcessInfo): string | undefined => {
    const known = this.#known.get(pid);
    const entry =
      known?.startTicks === startTicks
        ? known
        : { startTicks, home: this.#table.environmentValue(pid, 'HOME') };
    const ageSecs = this.#table.uptimeSecs() - startTicks / TICKS_PER_SECOND;
    if (entry.home !== undefined && ageSecs > YOUNG_SECS) this.#seen.set(pid, entry);
    return entry.home;
  };
}

/** What identifies the processes of one task. */
export interface Belonging {
  /** Start ticks of every coordinator the task ever had, by pid. */
  readonly coordinators: ReadonlyMap<number, number>;
  /** Command shells by pid, with the wall time of their start in seconds. */
  readonly shells: ReadonlyMap<number, number>;
  /** HOME of its processes, when no other task has the same. */
  readonly home: string | undefined;
  /** User of its processes; root may have become anybody. */
  readonly uid: number;
}

/** Every live process of the task, its coordinators included. */
export function belongingTo(census: Census, table: ProcessTable, belonging: Belonging): ProcessInfo[] {
  const found = new Map<number, ProcessInfo>();
  const add = (info: ProcessInfo): void => {
    if (found.has(info.pid) || info.pid === process.pid) return;
    found.set(info.pid, info);
    for (const child of census.childrenOf(info.pid)) add(child);
  };
  for (const [pid, ticks] of belonging.coordinators) {
    if (census.byPid.get(pid)?.startTicks === ticks) {
      for (const member of census.inSession(pid)) add(member);
    }
  }
  // The kernel gives no pid twice while a process or session has it, but seconds later it may.
  for (const [pid, startedSecs] of belonging.shells) {
    const info = census.byPid.get(pid);
    if (!info || !belonging.coordinators.has(info.session)) continue;
    if (Math.abs(table.startedMs(info) / 1000 - startedSecs) < START_TOLERANCE_SECS) add(info);
  }
  const oldest = Math.min(...belonging.coordinators.values());
  for (const info of belonging.home === undefined ? [] : census.withHome(belonging.home)) {
    const isOurs = belonging.uid === 0 || table.owner(info.pid) === belonging.uid;
    if (isOurs && info.startTicks >= oldest) add(info);
  }
  return [...found.values()];
}

const YOUNG_SECS = 1;

/** The original's tolerance between a recorded time and the start time that the system tells. */
export const START_TOLERANCE_SECS = 10;

function push<K>(map: Map<K, ProcessInfo[]>, key: K, info: ProcessInfo): void {
  const list = map.get(key);
  if (list) list.push(info);
  else map.set(key, [info]);
}
