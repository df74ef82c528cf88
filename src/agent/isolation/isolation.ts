/**
 * What keeps a task within its limits on this host. Chosen once, at the agent's start, by trying; a task
 * never fails because a mechanism is missing, it is then only observed.
 */
export interface Isolation {
  readonly report: IsolationReport;
  /** A place for a task's processes; existing ones are taken over, as after a restart of the agent. */
  open(taskId: string, limits: TaskLimits): TaskIsolation;
  /** Tasks that have a place, for those whose agent died before it could clean up. */
  leftovers(): readonly string[];
}

/** What a mechanism makes sure of, and what is sampled and acted upon afterwards. */
export interface IsolationReport {
  readonly mechanism: 'cgroup v2' | 'cgroup v1' | 'sampling';
  readonly enforced: readonly Limit[];
  readonly observed: readonly Limit[];
  /** Why nothing better was chosen, one sentence for each that was tried. */
  readonly refused: readonly string[];
}

export type Limit = 'cpu' | 'cpu quota' | 'ram' | 'processes' | 'disk';

export interface TaskLimits {
  readonly cpus: number;
  readonly ramBytes: number;
  /** Processes and threads together. */
  readonly processes: number;
  /** Also forbid more than `cpus`, instead of only sharing in that proportion. */
  readonly cpuQuota: boolean;
}

export interface TaskIsolation {
  /** Control files into which a process writes its own pid to be inside, before it runs the command. */
  readonly entryFiles: readonly string[];
  /** Every process inside, or undefined when the mechanism cannot tell. */
  pids(): readonly number[] | undefined;
  /** Processes that the kernel has killed for want of memory, so far. */
  memoryKills(): number;
  /** Highest use of memory, where the kernel keeps it. */
  peakRamBytes(): number | undefined;
  /** SIGKILL to everything inside at once; false when the mechanism cannot. */
  kill(): boolean;
  /** Gives the place back; false while something is still inside. */
  close(): boolean;
}

/** Nothing is enforced: /proc or `ps` is sampled, and the agent kills what is over its limit. */
export function samplingIsolation(refused: readonly string[]): Isolation {
  const place: TaskIsolation = {
    entryFiles: [],
    pids: () => undefined,
    memoryKills: () => 0,
    peakRamBytes: () => undefined,
    kill: () => false,
    close: () => true,
  };
  return {
    report: { mechanism: 'sampling', enforced: [], observed: ['cpu', 'ram', 'processes', 'disk'], refused },
    open: () => place,
    leftovers: () => [],
  };
}
