import type { Clock } from '../base/clock.js';
import type { Logger } from '../base/logging.js';
import type { Random } from '../base/random.js';
import type { Op } from '../storage/op.js';
import type { ConfigRecord, Store } from '../storage/store.js';
import type { AgentPool } from './agent-pool.js';
import type { FixedDelayQueue } from './fixed-delay-queue.js';
import type { JobSpread } from './job-spread.js';
import type { SchedulerOptions } from './options.js';
import type { Command, TaskChangeListener } from './output.js';
import type { PreemptionSlots } from './preemption-slots.js';
import type { AskCoordinator } from './sla-coordinator.js';
import type { Counter, Stats } from './stats.js';
import type { TaskDeadline } from './task-deadlines.js';
import type { StateChangeResult } from './task-state-machine.js';
import type { TaskGroups } from './task-groups.js';
import type { TaskHistory } from './task-history.js';
import { toTaskRequest, type TaskRequest } from './task-request.js';
import type { Tiers } from './tiers.js';
import type { TimerQueue } from './timer-queue.js';

/**
 * All that the scheduler's parts share: the durable state, what is derived from it, the timers, and the output
 * that grows until the shell takes it. Only `scheduler.ts` makes one.
 */
export interface Core {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly options: SchedulerOptions;
  readonly tiers: Tiers;
  readonly schedulerHost: string;
  readonly stats: Stats;
  /** By reason and result: the counters that each status update needs. */
  readonly statusUpdateCounters: Map<string, Map<StateChangeResult, Counter>>;
  readonly store: Store;
  readonly timers: TimerQueue;
  readonly pool: AgentPool;
  readonly spread: JobSpread;
  readonly groups: TaskGroups;
  readonly slots: PreemptionSlots;
  readonly history: TaskHistory;
  /** Tasks in states that must not last. */
  readonly transientTasks: FixedDelayQueue;
  /** Agents by their last sign of life. */
  readonly agentsAlive: FixedDelayQueue;
  readonly onTaskChange: TaskChangeListener | undefined;
  readonly askCoordinator: AskCoordinator | undefined;
  /** Coordinators that have not answered yet, by URL. */
  readonly coordinatorsAsked: Set<string>;
  readonly onDeadline: (deadline: TaskDeadline, taskId: string) => void;
  ops: Op[];
  commands: Command[];
}

/** The only way by which the durable state changes. */
export function applyOp(core: Core, op: Op): void {
  core.store.apply(op);
  core.ops.push(op);
}

/** Worked out once a stored configuration. */
export function requestOf(core: Core, record: ConfigRecord): TaskRequest {
  record.derived ??= toTaskRequest(record.config, core.options, core.tiers);
  return record.derived as TaskRequest;
}
