import type { Random } from '../base/random.js';
import type { TaskEntry } from '../storage/store.js';
import { nextBackoff } from './backoff.js';
import type { Host } from './host.js';
import type { SchedulerOptions } from './options.js';
import type { TaskRequest } from './task-request.js';
import type { TimerQueue } from './timer-queue.js';

/** Pending tasks of one configuration: what is true of one is true of all, so they are placed together. */
export interface TaskGroup {
  readonly configId: number;
  readonly request: TaskRequest;
  /** By task id, oldest first. */
  readonly tasks: Map<string, TaskEntry>;
  /** The current back-off; 0 before the first failure. */
  penaltyMs: number;
  /** Due now, waiting for its turn. */
  ready: boolean;
}

/** Places what it can of the group, at most so many tasks; says how many that was. */
export type EvaluateGroup = (group: TaskGroup, most: number) => number;

/**
 * When pending tasks are tried. A new group is tried after `first_schedule_delay`; one that could not be placed
 * backs off, and is tried at once when a host gets room for it. Of groups that are due together those of higher
 * priority go first, then those that have waited longest; a large group is placed a part at a time, so that a small
 * one that comes meanwhile need not wait for all of it.
 */
export class TaskGroups {
  readonly #groups = new Map<number, TaskGroup>();
  readonly #ready = new Set<TaskGroup>();
  readonly #freed = new Set<Host>();
  #attempts = 0;

  constructor(
    private readonly options: SchedulerOptions,
    private readonly random: Random,
    private readonly timers: TimerQueue,
    private readonly evaluate: EvaluateGroup,
    private readonly fitsNow: (group: TaskGroup, host: Host) => boolean,
    /** A group waits so long until it is tried. */
    private readonly delayed: (delayMs: number) => void,
  ) {}

  get all(): ReadonlyMap<number, TaskGroup> {
    return this.#groups;
  }

  /** Evaluations since the start. */
  get attempts(): number {
    return this.#attempts;
  }

  /** `delayMs` undefined: the first-schedule delay. */
  add(entry: TaskEntry, request: TaskRequest, delayMs?: number): void {
    let group = this.#groups.get(entry.config.id);
    if (!group) {
      group = { configId: entry.config.id, request, tasks: new Map(), penaltyMs: 0, ready: false };
      this.#groups.set(entry.config.id, group);
      this.#schedule(group, delayMs ?? this.options.firstScheduleDelayMs);
    }
    group.tasks.set(entry.task.assignedTask.taskId, entry);
  }

  remove(entry: TaskEntry): void {
    const group = this.#groups.get(entry.config.id);
    if (!group) return;
    group.tasks.delete(entry.task.assignedTask.taskId);
    if (group.tasks.size > 0 || group.ready) return;
    this.#drop(group);
  }

  /** Something was found for this group: it is tried now, not when its back-off ends. */
  wake(configId: number): void {
    const group = this.#groups.get(configId);
    if (group && !group.ready) this.#makeReady(group);
  }

  /** The host has more free than before: groups that wait for just this are tried. */
  capacityFreed(host: Host): void {
    if (this.#groups.size === 0) return;
    if (this.#freed.size === 0) {
      this.timers.set('capacity freed', this.options.firstScheduleDelayMs, () => {
        this.#wakeFitting();
      });
    }
    this.#freed.add(host);
  }

  #wakeFitting(): void {
    const hosts = [...this.#freed];
    this.#freed.clear();
    let looked = 0;
    for (const group of this.#groups.values()) {
      if (group.ready || group.penaltyMs === 0) continue;
      if ((looked += hosts.length) > MOST_CHECKS) return;
      if (hosts.some((host) => host.slot >= 0 && this.fitsNow(group, host))) this.#makeReady(group);
    }
  }

  #schedule(group: TaskGroup, delayMs: number): void {
    this.delayed(delayMs);
    this.timers.set(`group ${group.configId}`, delayMs, () => {
      this.#makeReady(group);
    });
  }

  #makeReady(group: TaskGroup): void {
    this.timers.cancel(`group ${group.configId}`);
    group.ready = true;
    if (this.#ready.size === 0) this.#armTurn(0);
    this.#ready.add(group);
  }

  #armTurn(delayMs: number): void {
    this.timers.set('evaluate groups', delayMs, () => {
      this.#turn();
    });
  }

  /** A bounded number of evaluations; what is left waits for the next turn, after other events. */
  #turn(): void {
    const rate = this.options.maxScheduleAttemptsPerSec;
    const due = [...this.#ready].sort((a, b) => b.request.priority - a.request.priority);
    let placed = 0;
    let evaluated = 0;
    for (const group of due) {
      if (placed >= TASKS_A_TURN || evaluated >= GROUPS_A_TURN || (rate > 0 && evaluated >= 1)) break;
      this.#ready.delete(group);
      placed += this.#evaluate(group, TASKS_A_TURN - placed);
      evaluated += 1;
    }
    if (this.#ready.size > 0) this.#armTurn(rate > 0 ? 1000 / rate : 0);
  }

  #evaluate(group: TaskGroup, most: number): number {
    this.#attempts += 1;
    const bound = Math.min(most, this.options.maxTasksPerScheduleAttempt);
    const placed = group.tasks.size > 0 ? this.evaluate(group, bound) : 0;
    group.ready = false;
    if (group.tasks.size === 0) {
      this.#drop(group);
    } else if (placed > 0 && placed === most) {
      // It was cut short, not exhausted: its next part waits for nothing but its turn.
      group.penaltyMs = 0;
      this.#makeReady(group);
    } else if (placed > 0) {
      group.penaltyMs = 0;
      this.#schedule(group, this.options.firstScheduleDelayMs);
    } else {
      const { initialSchedulePenaltyMs, maxSchedulePenaltyMs } = this.options;
      group.penaltyMs = nextBackoff(
        group.penaltyMs,
        initialSchedulePenaltyMs,
        maxSchedulePenaltyMs,
        this.random,
      );
      this.#schedule(group, group.penaltyMs);
    }
    return placed;
  }

  #drop(group: TaskGroup): void {
    if (this.#groups.get(group.configId) === group) this.#groups.delete(group.configId);
    this.timers.cancel(`group ${group.configId}`);
  }
}

/** About 10 ms of work, and one commit. */
const TASKS_A_TURN = 400;
const GROUPS_A_TURN = 500;
const MOST_CHECKS = 20_000;
