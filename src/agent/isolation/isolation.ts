import type { NamespaceName } from './namespaces.js';

/**
 * What keeps a task within its limits on this host. Chosen once, at the agent's start, by trying; a task
 * never fails because a mechanism is missing, it is then only observed.
 */
export interface Isolation {
  readonly report: IsolationReport;
  /**
   * A place for a task's processes. `entryFiles` are those of an earlier agent: its place is taken over, even
   * where this agent would not have made it.
   */
  open(taskId: string, limits: TaskLimits, entryFiles?: readonly string[]): TaskIsolation;
  /** Tasks that have a place, for those whose agent died before it could clean up. */
  leftovers(): readonly string[];
  /** Removes the empty places of an agent that will never come back. */
  forget(agentName: string): void;
}

/** What a mechanism makes sure of, and what is sampled and acted upon afterwards. */
export interface IsolationReport {
  readonly mechanism: 'cgroup v2' | 'cgroup v1' | 'sampling';
  readonly enforced: ReadonlyArray<Limit | NamespaceName>;
  readonly observed: readonly Limit[];
  /** Why nothing better was chosen, one sentence for each that was tried. */
  readonly refused: readonly string[];
}

const ALL_LIMITS = ['cpu', 'ram', 'processes', 'disk'] as const;
export type Limit = (typeof ALL_LIMITS)[number];

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

/** Why a mechanism cannot be used here. */
export interface Refusal {
  readonly refused: string;
}

const LIMIT_OF_CONTROLLER = { cpu: 'cpu', memory: 'ram', pids: 'processes' } as const;

/** What these controllers enforce, and what is left to sampling. */
export function reportOf(
  mechanism: IsolationReport['mechanism'],
  controllers: ReadonlySet<keyof typeof LIMIT_OF_CONTROLLER>,
  refused: readonly string[],
): IsolationReport {
  const enforced = [...controllers].map((controller) => LIMIT_OF_CONTROLLER[controller]);
  return {
    mechanism,
    enforced,
    observed: ALL_LIMITS.filter((limit) => !enforced.some((one) => one === limit)),
    refused,
  };
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
    report: reportOf('sampling', new Set(), refused),
    open: () => place,
    leftovers: () => [],
    forget: () => undefined,
  };
}
