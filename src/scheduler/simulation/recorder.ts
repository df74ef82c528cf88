import {
  AGENT_ASSIGNED_STATES,
  type ScheduledTask,
  type ScheduleStatus,
} from '../../model/scheduled-task.js';
import { requestedResources } from '../../model/resources.js';
import { formatJobKey } from '../../model/job-key.js';
import type { DelaySummary, JobReport, Sample, SimulationReport } from './report.js';

interface JobRecord {
  wanted: number;
  readonly service: boolean;
  running: number;
  /** Instance-milliseconds wanted and spent in RUNNING since `sinceMs`. */
  wantedMs: number;
  upMs: number;
  sinceMs: number;
  readonly delays: number[];
  lost: number;
  failed: number;
  preempted: number;
}

/** Follows every change of state and keeps what the report needs: no task, only numbers. */
export class Recorder {
  readonly #delays: number[] = [];
  readonly #toRunning: number[] = [];
  readonly #jobs = new Map<string, JobRecord>();
  readonly #samples: Sample[] = [];
  readonly #counts = new Map<ScheduleStatus, number>();
  readonly #counters = { launched: 0, finished: 0, failed: 0, lost: 0, killed: 0, preempted: 0, drained: 0 };
  #allocatedCpus = 0;
  #allocatedRamMb = 0;

  constructor(private readonly nowMs: () => number) {}

  jobCreated(key: string, instances: number, service: boolean): void {
    this.#jobs.set(key, {
      wanted: instances,
      service,
      running: 0,
      wantedMs: 0,
      upMs: 0,
      sinceMs: this.nowMs(),
      delays: [],
      lost: 0,
      failed: 0,
      preempted: 0,
    });
  }

  jobKilled(key: string): void {
    const job = this.#jobs.get(key);
    if (!job) return;
    this.#settle(job);
    job.wanted = 0;
  }

  changed(task: ScheduledTask, from: ScheduleStatus | undefined): void {
    const { status } = task;
    if (from !== undefined) this.#counts.set(from, (this.#counts.get(from) ?? 0) - 1);
    this.#counts.set(status, (this.#counts.get(status) ?? 0) + 1);
    const job = this.#jobs.get(formatJobKey(task.assignedTask.task.job));
    this.#trackAllocation(task, from);
    this.#trackRunning(job, from, status);
    const pendingMs = task.taskEvents.findLast((event) => event.status === 'PENDING')?.timestamp;
    const now = task.taskEvents.at(-1)?.timestamp ?? 0;
    switch (status) {
      case 'ASSIGNED':
        this.#counters.launched += 1;
        this.#delays.push(now - (pendingMs ?? now));
        job?.delays.push(now - (pendingMs ?? now));
        break;
      case 'RUNNING':
        if (from === 'STARTING' || from === 'ASSIGNED') this.#toRunning.push(now - (pendingMs ?? now));
        break;
      case 'FINISHED':
        this.#counters.finished += 1;
        if (job && !job.service) {
          this.#settle(job);
          job.wanted -= 1;
        }
        break;
      case 'FAILED':
        this.#counters.failed += 1;
        if (job) job.failed += 1;
        break;
      case 'LOST':
        this.#counters.lost += 1;
        if (job) job.lost += 1;
        break;
      case 'KILLED':
        this.#counters.killed += 1;
        break;
      case 'PREEMPTING':
        this.#counters.preempted += 1;
        if (job) job.preempted += 1;
        break;
      case 'DRAINING':
        this.#counters.drained += 1;
        break;
    }
  }

  sample(totalCpus: number, totalRamMb: number, agents: number): void {
    this.#samples.push({
      atMs: Math.round(this.nowMs()),
      agents,
      cpuShare: totalCpus === 0 ? 0 : round(this.#allocatedCpus / totalCpus),
      ramShare: totalRamMb === 0 ? 0 : round(this.#allocatedRamMb / totalRamMb),
      pending: this.#count('PENDING'),
      throttled: this.#count('THROTTLED'),
      running: this.#count('RUNNING'),
      launched: this.#counters.launched,
      lost: this.#counters.lost,
      preempted: this.#counters.preempted,
    });
  }

  report(name: string, seed: number, simulatedMs: number): Omit<SimulationReport, 'notes'> {
    const jobs = Array.from(this.#jobs, ([key, job]): JobReport => {
      this.#settle(job);
      return {
        key,
        instances: job.wanted,
        service: job.service,
        placed: job.delays.length,
        delayP99Ms: percentile(job.delays, 0.99),
        uptimePercent: job.wantedMs === 0 ? 100 : round((100 * job.upMs) / job.wantedMs, 1000),
        lost: job.lost,
        failed: job.failed,
        preempted: job.preempted,
      };
    });
    return {
      name,
      seed,
      simulatedMs,
      placementDelay: summarize(this.#delays),
      timeToRunning: summarize(this.#toRunning),
      ...this.#counters,
      pendingAtEnd: this.#count('PENDING') + this.#count('THROTTLED'),
      runningAtEnd: this.#count('RUNNING'),
      samples: this.#samples,
      jobs: jobs.sort((a, b) => a.uptimePercent - b.uptimePercent || (a.key < b.key ? -1 : 1)),
      delayHistogram: histogram(this.#delays),
    };
  }

  #count(status: ScheduleStatus): number {
    return this.#counts.get(status) ?? 0;
  }

  #trackAllocation(task: ScheduledTask, from: ScheduleStatus | undefined): void {
    const held = from !== undefined && AGENT_ASSIGNED_STATES.has(from);
    const holds = AGENT_ASSIGNED_STATES.has(task.status);
    if (held === holds) return;
    const { cpus, ramMb } = requestedResources(task.assignedTask.task);
    this.#allocatedCpus += holds ? cpus : -cpus;
    this.#allocatedRamMb += holds ? ramMb : -ramMb;
  }

  #trackRunning(job: JobRecord | undefined, from: ScheduleStatus | undefined, to: ScheduleStatus): void {
    if (!job || (from === 'RUNNING') === (to === 'RUNNING')) return;
    this.#settle(job);
    job.running += to === 'RUNNING' ? 1 : -1;
  }

  #settle(job: JobRecord): void {
    const now = this.nowMs();
    const elapsed = now - job.sinceMs;
    job.sinceMs = now;
    if (!job.service) return;
    job.wantedMs += elapsed * job.wanted;
    job.upMs += elapsed * Math.min(job.running, job.wanted);
  }
}

function summarize(values: readonly number[]): DelaySummary {
  const sorted = Float64Array.from(values).sort();
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  return { count: sorted.length, p50Ms: at(0.5), p90Ms: at(0.9), p99Ms: at(0.99), maxMs: sorted.at(-1) ?? 0 };
}

function percentile(values: readonly number[], share: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}

/** Counts of delays up to 1 ms, 2 ms, 4 ms, ... */
function histogram(values: readonly number[]): Array<readonly [upToMs: number, count: number]> {
  const counts = new Map<number, number>();
  for (const value of values) {
    let bound = 1;
    while (bound < value) bound *= 2;
    counts.set(bound, (counts.get(bound) ?? 0) + 1);
  }
  return [...counts].sort(([a], [b]) => a - b);
}

function round(value: number, precision = 10_000): number {
  return Math.round(value * precision) / precision;
}
