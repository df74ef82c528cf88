import type { Clock } from '../base/clock.js';
import type { Logger } from '../base/logging.js';
import { AGENT_ASSIGNED_STATES } from '../model/scheduled-task.js';
import { AgentPool } from './agent-pool.js';
import { loseAgent } from './agents.js';
import { evaluateGroup, fitsNow } from './assigner.js';
import type { Core } from './core.js';
import { FixedDelayQueue } from './fixed-delay-queue.js';
import { JobSpread } from './job-spread.js';
import { maintenanceCountdowns } from './maintenance.js';
import { DEFAULT_OPTIONS } from './options.js';
import { PreemptionSlots } from './preemption-slots.js';
import { resourceStats } from './resource-stats.js';
import type { SchedulerDependencies } from './scheduler.js';
import { deleteTasks } from './state-manager.js';
import { Stats } from './stats.js';
import { deadlineReached } from './task-deadlines.js';
import { TaskGroups } from './task-groups.js';
import { TaskHistory } from './task-history.js';
import type { Tiers } from './tiers.js';
import { TimerQueue } from './timer-queue.js';

export interface CoreDependencies extends SchedulerDependencies {
  readonly logger: Logger;
  readonly tiers: Tiers;
  /** After each burst of timers. */
  readonly afterTimers: () => void;
}

/** Puts the parts together: each gets what it needs, none knows the scheduler. */
export function makeCore(dependencies: CoreDependencies): Core {
  const { clock, random, store } = dependencies;
  const options = { ...DEFAULT_OPTIONS, ...dependencies.options };
  const timers = new TimerQueue(clock, dependencies.afterTimers);
  const core: Core = {
    clock,
    random,
    store,
    options,
    timers,
    logger: dependencies.logger,
    tiers: dependencies.tiers,
    schedulerHost: dependencies.schedulerHost ?? 'localhost',
    stats: new Stats(),
    statusUpdateCounters: new Map(),
    pool: new AgentPool(options.offerOrder, random),
    spread: new JobSpread(store),
    slots: new PreemptionSlots((removal, count) => {
      core.stats.count('preemption_slot_cache_removals', count);
      core.stats.count(`preemption_slot_cache_${removal}_removals`, count);
    }),
    groups: new TaskGroups(
      options,
      random,
      timers,
      (group, most) => evaluateGroup(core, group, most),
      (group, host) => fitsNow(core, group, host),
      (delayMs) => {
        core.stats.count('scheduled_task_penalty_events');
        core.stats.count('scheduled_task_penalty_ms_total', delayMs);
      },
    ),
    history: new TaskHistory(
      options,
      clock,
      timers,
      (taskId) => store.entry(taskId)?.config.jobKey,
      (taskIds) => {
        const entries = taskIds.flatMap((taskId) => store.entry(taskId) ?? []);
        core.stats.count('tasks_pruned', entries.length);
        deleteTasks(core, entries);
      },
    ),
    transientTasks: new FixedDelayQueue(
      'transient tasks',
      options.transientTaskStateTimeoutMs,
      clock,
      timers,
      (taskId) => {
        deadlineReached(core, 'transient', taskId);
      },
    ),
    agentsAlive: new FixedDelayQueue('agents alive', options.agentTimeoutMs, clock, timers, (agentId) => {
      core.logger.warn('agent lost', { agentId });
      loseAgent(core, agentId);
    }),
    onTaskChange: dependencies.onTaskChange,
    askCoordinator: dependencies.askCoordinator,
    coordinatorsAsked: new Set(),
    onDeadline: (deadline, taskId) => {
      deadlineReached(core, deadline, taskId);
    },
    ops: [],
    commands: [],
  };
  addGauges(core);
  return core;
}

function addGauges(core: Core): void {
  const { stats, store, pool, transientTasks, slots, clock, options } = core;
  for (const status of [...AGENT_ASSIGNED_STATES, ...OTHER_STATES])
    stats.gauge(`task_store_${status}`, () => store.entriesInStatus(status).size);
  stats.gauge('outstanding_offers', () => pool.byId.size);
  stats.gauge('timeout_queue_size', () => transientTasks.size);
  stats.gauge('preemption_slot_cache_size', () => slots.size);
  stats.gauge('reservation_cache_size', () => {
    const now = clock.monotonicMs();
    return pool.list.filter(({ reservation }) => reservation && reservation.untilMs > now).length;
  });
  stats.gauge('task_store_index_job_items', () => store.taskCount);
  stats.gauge('task_store_index_host_items', () => store.tasksWithHost);
  stats.gauge('framework_registered', () => 1);
  stats.source(() => maintenanceCountdowns(core));
  stats.source(kept(clock, options.asyncTaskStatUpdateIntervalMs, () => resourceStats(core)));
  for (const name of COUNTERS_FROM_ZERO) stats.count(name, 0);
}

/** The last answer while it is young enough. */
function kept<T>(clock: Clock, longestMs: number, make: () => T): () => T {
  let last: { readonly value: T; readonly madeMs: number } | undefined;
  return () => {
    const now = clock.monotonicMs();
    if (!last || now - last.madeMs >= longestMs) last = { value: make(), madeMs: now };
    return last.value;
  };
}

const OTHER_STATES = ['INIT', 'THROTTLED', 'PENDING', 'FINISHED', 'FAILED', 'KILLED', 'LOST'] as const;

/** Shown as 0 before they first count, as Aurora does. */
const COUNTERS_FROM_ZERO = [
  'schedule_attempts_fired',
  'schedule_attempts_failed',
  'schedule_attempts_no_match',
  'scheduler_illegal_task_state_transitions',
  'scheduler_driver_kill_failures',
  'slaves_lost',
  'timed_out_tasks',
  'task_kill_retries',
  'tasks_pruned',
  'offers_rescinded',
  'offer_accept_races',
  'scheduled_task_penalty_events',
  'scheduled_task_penalty_ms_total',
  'task_throttle_events',
  'task_throttle_ms_total',
  'task_queries_all',
  'task_queries_by_id',
  'task_queries_by_job',
  'task_queries_by_host',
  'missing_maintenance_request',
  'sla_coordinator_attempts',
  'sla_coordinator_success',
  'sla_coordinator_errors',
  'sla_coordinator_user_errors',
  'sla_coordinator_lock_starvation',
  'preemption_slot_cache_removals',
  'preemption_slot_cache_explicit_removals',
  'preemption_slot_cache_expiration_removals',
  'reconciliation_explicit_runs',
  'reconciliation_implicit_runs',
  'scheduling_veto_static',
  'scheduling_veto_dynamic',
  'scheduling_veto_mixed',
  'preemptor_missing_attributes',
  'preemptor_task_processor_runs',
  'preemptor_unmatched_tasks',
];
