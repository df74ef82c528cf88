import type { ProcessFacts, ProcessTable } from './process-table.js';
import { addUsage, NO_USAGE, type DetailedUsage, type TaskSample } from './usage-history.js';

/** A running process of a task: its name and its shell's pid. */
export interface RunningProcess {
  readonly name: string;
  readonly pid: number;
}

/**
 * Turns CPU times into rates: what each pid has used since the last sample, over the time between. A pid that
 * is new counts from zero. One for each task.
 */
export class TaskUsageSampler {
  #previous = new Map<number, number>();
  #previousMs: number | undefined;

  constructor(private readonly table: ProcessTable) {}

  /** `extra` are pids that belong to the task without descending from a running process. */
  async sample(
    running: readonly RunningProcess[],
    extra: readonly number[],
    nowMs: number,
    monotonicMs: number,
    diskBytes: number,
  ): Promise<TaskSample> {
    const trees = await this.table.trees([...running.map((process) => process.pid), ...extra]);
    const elapsedSecs = this.#previousMs === undefined ? 0 : (monotonicMs - this.#previousMs) / 1000;
    const seen = new Map<number, number>();
    const measure = (facts: readonly ProcessFacts[]): DetailedUsage =>
      facts
        .filter((fact) => !seen.has(fact.pid))
        .reduce((sum, fact) => addUsage(sum, this.#usage(fact, elapsedSecs, seen)), NO_USAGE);
    const processes = new Map(running.map(({ name, pid }) => [name, measure(trees.get(pid) ?? [])]));
    const strays = extra.map((pid) => measure(trees.get(pid) ?? []));
    this.#previous = seen;
    this.#previousMs = monotonicMs;
    const usage = [...processes.values(), ...strays].reduce(addUsage, { ...NO_USAGE, diskBytes });
    return { timestampMs: nowMs, usage, processes };
  }

  #usage(fact: ProcessFacts, elapsedSecs: number, seen: Map<number, number>): DetailedUsage {
    const cpuSecs = fact.userSecs + fact.systemSecs;
    seen.set(fact.pid, cpuSecs);
    const spent = Math.max(0, cpuSecs - (this.#previous.get(fact.pid) ?? 0));
    return {
      cpus: elapsedSecs > 0 ? spent / elapsedSecs : 0,
      ramBytes: fact.residentBytes,
      diskBytes: 0,
      processes: 1,
      threads: fact.threads,
      userSecs: fact.userSecs,
      systemSecs: fact.systemSecs,
      virtualBytes: fact.virtualBytes,
      nice: fact.nice,
      status: fact.status,
    };
  }
}
