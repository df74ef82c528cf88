import type { Clock, Timer } from '../../base/clock.js';
import type { Logger } from '../../base/logging.js';
import { nextDiskMeasureMs, type DiskMeasure } from './disk-usage.js';
import type { ProcessTable } from './process-table.js';
import { TaskUsageSampler, type RunningProcess } from './task-usage.js';
import { UsageHistory, type TaskSample } from './usage-history.js';

export interface TaskMonitorOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly table: ProcessTable;
  readonly running: () => readonly RunningProcess[];
  /** Pids inside the task's containment; empty where there is none. */
  readonly contained: () => readonly number[];
  readonly measureDisk: () => Promise<DiskMeasure>;
  readonly diskLimitBytes: number;
  /** 0 when the task named none. */
  readonly ramLimitBytes: number;
  /** The kernel keeps the task within its ram: nothing to do here but to look more often near the limit. */
  readonly ramEnforced: boolean;
  /** What the processes really hold, shared pages counted once; asked only when the sum is over the limit. */
  readonly exactRamBytes: (pids: readonly number[]) => number;
  readonly onDiskLimit: (usedBytes: number) => void;
  readonly onRamLimit: (usedBytes: number) => void;
  /** Told after each sample: the time to look at what the kernel has done meanwhile. */
  readonly onSample: () => void;
}

const FIRST_SAMPLE_MS = 500;
const LONGEST_SAMPLE_MS = 5000;
/** A task near its limit is watched closely, where nothing else stops it. */
const NEAR_LIMIT = 0.7;
const NEAR_SAMPLE_MS = 250;
const HISTORY_STEP_MS = 20_000;

/** Samples one task from its start to its end: soon at first, then every few seconds, and disk as needed. */
export class TaskMonitor {
  readonly #options: TaskMonitorOptions;
  readonly #sampler: TaskUsageSampler;
  readonly history = new UsageHistory();
  #latest: TaskSample | undefined;
  #latestMs = 0;
  #disk: DiskMeasure = { bytes: 0, entries: 0 };
  #sampleTimer: Timer | undefined;
  #diskTimer: Timer | undefined;
  #delayMs = FIRST_SAMPLE_MS;
  #startedMs = 0;
  #stopped = false;
  #sampling: Promise<TaskSample> | undefined;

  constructor(options: TaskMonitorOptions) {
    this.#options = options;
    this.#sampler = new TaskUsageSampler(options.table);
  }

  start(): void {
    this.#startedMs = this.#options.clock.monotonicMs();
    this.#scheduleSample();
    void this.#measureDisk(this.#startedMs);
  }

  stop(): void {
    this.#stopped = true;
    this.#sampleTimer?.cancel();
    this.#diskTimer?.cancel();
  }

  get latest(): TaskSample | undefined {
    return this.#latest;
  }

  /** A sample not older than `mostAgeMs`. */
  async fresh(mostAgeMs: number): Promise<TaskSample> {
    const { clock } = this.#options;
    if (this.#latest && clock.monotonicMs() - this.#latestMs <= mostAgeMs) return this.#latest;
    return this.#sample();
  }

  #scheduleSample(): void {
    this.#sampleTimer = this.#options.clock.after(this.#delayMs, () => {
      void this.#sampleAndGoOn();
    });
  }

  async #sampleAndGoOn(): Promise<void> {
    try {
      await this.#sampleAndJudge();
    } catch (error) {
      this.#options.logger.warn('use cannot be measured', { error: (error as Error).message });
    }
    if (!this.#isStopped()) this.#scheduleSample();
  }

  async #sampleAndJudge(): Promise<void> {
    const sample = await this.#sample();
    if (this.#isStopped()) return;
    this.#options.onSample();
    if (this.#isStopped()) return;
    const { ramLimitBytes: limit, ramEnforced } = this.#options;
    const near = limit > 0 && sample.usage.ramBytes > limit * NEAR_LIMIT;
    this.#delayMs = near
      ? NEAR_SAMPLE_MS
      : Math.min(LONGEST_SAMPLE_MS, Math.max(this.#delayMs, FIRST_SAMPLE_MS) * 2);
    if (limit > 0 && !ramEnforced && sample.usage.ramBytes > limit) await this.#checkRam(limit);
  }

  async #checkRam(limit: number): Promise<void> {
    const roots = this.#options.running().map((process) => process.pid);
    const trees = await this.#options.table.trees([...roots, ...this.#options.contained()]);
    const pids = new Set([...trees.values()].flatMap((tree) => tree.map((facts) => facts.pid)));
    const used = this.#options.exactRamBytes([...pids]);
    if (used > limit && !this.#isStopped()) this.#options.onRamLimit(used);
  }

  /** One at a time: two overlapping samples would both claim the time since the one before. */
  #sample(): Promise<TaskSample> {
    this.#sampling ??= this.#takeSample().finally(() => {
      this.#sampling = undefined;
    });
    return this.#sampling;
  }

  async #takeSample(): Promise<TaskSample> {
    const { clock, running, contained } = this.#options;
    const monotonicMs = clock.monotonicMs();
    const sample = await this.#sampler.sample(
      running(),
      contained(),
      clock.nowMs(),
      monotonicMs,
      this.#disk.bytes,
    );
    this.#latest = sample;
    this.#latestMs = monotonicMs;
    const newest = this.history.newest;
    if (!newest || sample.timestampMs - newest.timestampMs >= HISTORY_STEP_MS) this.history.add(sample);
    return sample;
  }

  async #measureDisk(previousMs: number): Promise<void> {
    const { clock, diskLimitBytes } = this.#options;
    const startMs = clock.monotonicMs();
    let measure: DiskMeasure;
    try {
      measure = await this.#options.measureDisk();
    } catch (error) {
      this.#options.logger.warn('disk use cannot be measured', { error: (error as Error).message });
      measure = this.#disk;
    }
    if (this.#isStopped()) return;
    const previousBytes = this.#disk.bytes;
    this.#disk = measure;
    if (diskLimitBytes > 0 && measure.bytes > diskLimitBytes) {
      this.#options.onDiskLimit(measure.bytes);
      return;
    }
    const nowMs = clock.monotonicMs();
    const delayMs = nextDiskMeasureMs({
      entries: measure.entries,
      bytes: measure.bytes,
      previousBytes,
      elapsedMs: startMs - previousMs,
      limitBytes: diskLimitBytes,
      ageMs: nowMs - this.#startedMs,
    });
    this.#diskTimer = clock.after(delayMs, () => void this.#measureDisk(startMs));
  }

  #isStopped(): boolean {
    return this.#stopped;
  }
}
