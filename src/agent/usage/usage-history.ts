import type { ResourceUsage } from '../../model/resources.js';

/** What one sample of a task says; `processes` are its shells by process name. */
export interface TaskSample {
  readonly timestampMs: number;
  readonly usage: DetailedUsage;
  readonly processes: ReadonlyMap<string, DetailedUsage>;
}

/** Adds what the observer shows to what the scheduler is told. */
export interface DetailedUsage extends ResourceUsage {
  /** CPU seconds spent so far by what is alive. */
  readonly userSecs: number;
  readonly systemSecs: number;
  readonly virtualBytes: number;
  readonly nice: number | undefined;
  /** In psutil's words, of the first process: `sleeping`. */
  readonly status: string | undefined;
}

export const NO_USAGE: DetailedUsage = {
  cpus: 0,
  ramBytes: 0,
  diskBytes: 0,
  processes: 0,
  threads: 0,
  userSecs: 0,
  systemSecs: 0,
  virtualBytes: 0,
  nice: undefined,
  status: undefined,
};

export function addUsage(a: DetailedUsage, b: DetailedUsage): DetailedUsage {
  return {
    cpus: a.cpus + b.cpus,
    ramBytes: a.ramBytes + b.ramBytes,
    diskBytes: a.diskBytes + b.diskBytes,
    processes: a.processes + b.processes,
    threads: a.threads + b.threads,
    userSecs: a.userSecs + b.userSecs,
    systemSecs: a.systemSecs + b.systemSecs,
    virtualBytes: a.virtualBytes + b.virtualBytes,
    nice: a.nice ?? b.nice,
    status: a.status ?? b.status,
  };
}

/** The newest samples of a task, oldest first out: an hour at one sample in twenty seconds. */
export class UsageHistory {
  readonly #samples: TaskSample[] = [];

  constructor(private readonly capacity = 180) {}

  /** A sample older than the newest is refused: the clock went back. */
  add(sample: TaskSample): void {
    const newest = this.newest;
    if (newest && sample.timestampMs < newest.timestampMs) return;
    this.#samples.push(sample);
    if (this.#samples.length > this.capacity) this.#samples.shift();
  }

  get newest(): TaskSample | undefined {
    return this.#samples.at(-1);
  }

  get samples(): readonly TaskSample[] {
    return this.#samples;
  }

  /** The first sample at or after a time, else the newest. */
  at(timestampMs: number): TaskSample | undefined {
    return this.#samples.find((sample) => sample.timestampMs >= timestampMs) ?? this.newest;
  }
}
