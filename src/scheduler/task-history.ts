import type { Clock } from '../base/clock.js';
import type { TaskEntry } from '../storage/store.js';
import { FixedDelayQueue } from './fixed-delay-queue.js';
import type { SchedulerOptions } from './options.js';
import type { TimerQueue } from './timer-queue.js';

/**
 * Ended tasks are kept for a while: none longer than `history_prune_threshold`, and of one job, beyond the
 * newest `history_max_per_job_threshold`, none longer than `history_min_retention_threshold`.
 */
export class TaskHistory {
  /** Job key -> task id -> when it ended, oldest first. */
  readonly #jobs = new Map<string, Map<string, number>>();
  readonly #oldest: FixedDelayQueue;
  readonly #retained: FixedDelayQueue;

  constructor(
    private readonly options: SchedulerOptions,
    private readonly clock: Clock,
    timers: TimerQueue,
    private readonly jobOf: (taskId: string) => string | undefined,
    private readonly prune: (taskIds: readonly string[]) => void,
  ) {
    const { historyPruneThresholdMs, historyMinRetentionThresholdMs } = options;
    this.#oldest = new FixedDelayQueue('prune history', historyPruneThresholdMs, clock, timers, (id) => {
      prune([id]);
    });
    this.#retained = new FixedDelayQueue(
      'prune jobs',
      historyMinRetentionThresholdMs,
      clock,
      timers,
      (id) => {
        const job = jobOf(id);
        if (job !== undefined) this.#pruneJob(job);
      },
    );
  }

  /** After a restart, to be called in order of the tasks' ends. */
  add(entry: TaskEntry): void {
    const { taskId } = entry.task.assignedTask;
    const now = this.clock.nowMs();
    const endedMs = entry.task.taskEvents.at(-1)?.timestamp ?? now;
    const { jobKey } = entry.config;
    const ended = this.#jobs.get(jobKey);
    if (ended) ended.set(taskId, endedMs);
    else this.#jobs.set(jobKey, new Map([[taskId, endedMs]]));
    const elapsedMs = Math.max(0, now - endedMs);
    this.#oldest.add(taskId, elapsedMs);
    this.#retained.add(taskId, elapsedMs);
    this.#pruneJob(jobKey);
  }

  remove(jobKey: string, taskId: string): void {
    this.#oldest.delete(taskId);
    this.#retained.delete(taskId);
    const ended = this.#jobs.get(jobKey);
    if (!ended) return;
    ended.delete(taskId);
    if (ended.size === 0) this.#jobs.delete(jobKey);
  }

  #pruneJob(jobKey: string): void {
    const ended = this.#jobs.get(jobKey);
    if (!ended) return;
    let excess = ended.size - this.options.historyMaxPerJobThreshold;
    if (excess <= 0) return;
    const youngest = this.clock.nowMs() - this.options.historyMinRetentionThresholdMs;
    const pruned: string[] = [];
    for (const [taskId, endedMs] of ended) {
      if (excess <= 0 || endedMs > youngest) break;
      pruned.push(taskId);
      excess -= 1;
    }
    if (pruned.length > 0) this.prune(pruned);
  }
}
