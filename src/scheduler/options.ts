import { nearest } from '../base/nearest.js';
import { whyNotHere } from './foreign-options.js';
import { err, ok, type Result } from '../base/result.js';

/** How the next host is chosen among those that fit: the tightest first in the named order, or at random. */
export type OfferOrder = 'RANDOM' | 'CPU' | 'MEMORY' | 'DISK' | 'REVOCABLE_CPU' | 'BEST_FIT';

/**
 * The scheduler's knobs under Aurora's flag names (without the dash), with Aurora's defaults except where
 * the comment says otherwise. Durations are milliseconds.
 */
export interface SchedulerOptions {
  readonly clusterName: string;
  readonly allowedJobEnvironments: string;
  readonly allowedContainerTypes: readonly string[];
  readonly allowContainerVolumes: boolean;
  readonly allowDockerParameters: boolean;
  readonly allowGpuResource: boolean;
  readonly enableMesosFetcher: boolean;
  readonly requireDockerUseExecutor: boolean;
  readonly maxTasksPerJob: number;
  readonly minRequiredInstancesForSlaCheck: number;
  readonly maxSlaDurationSecs: number;
  readonly slaAwareKillNonProd: boolean;
  readonly slaCoordinatorTimeoutMs: number;
  readonly maxParallelCoordinatedMaintenance: number;
  readonly flappingTaskThresholdMs: number;
  readonly initialFlappingTaskDelayMs: number;
  readonly maxFlappingTaskDelayMs: number;
  readonly firstScheduleDelayMs: number;
  readonly initialSchedulePenaltyMs: number;
  readonly maxSchedulePenaltyMs: number;
  /** Aurora: 5. A group is placed as a whole here; the bound keeps one turn short. */
  readonly maxTasksPerScheduleAttempt: number;
  /** Evaluations of task groups a second; 0 (the default here; Aurora: 40) means unlimited. */
  readonly maxScheduleAttemptsPerSec: number;
  /** Aurora spreads pending tasks over 30 s after a start; here they are placed at once. */
  readonly maxRescheduleTaskDelayOnStartupMs: number;
  readonly transientTaskStateTimeoutMs: number;
  readonly initialTaskKillRetryIntervalMs: number;
  readonly maxTaskKillRetryIntervalMs: number;
  readonly reconciliationInitialDelayMs: number;
  readonly reconciliationExplicitIntervalMs: number;
  readonly reconciliationExplicitBatchSize: number;
  readonly reconciliationExplicitBatchIntervalMs: number;
  readonly reconciliationImplicitIntervalMs: number;
  readonly reconciliationScheduleSpreadMs: number;
  readonly historyPruneThresholdMs: number;
  readonly historyMinRetentionThresholdMs: number;
  readonly historyMaxPerJobThreshold: number;
  readonly enablePreemptor: boolean;
  readonly preemptionDelayMs: number;
  readonly preemptionSlotHoldTimeMs: number;
  readonly preemptionSlotSearchInitialDelayMs: number;
  readonly preemptionSlotSearchIntervalMs: number;
  readonly preemptionReservationMaxBatchSize: number;
  readonly offerReservationDurationMs: number;
  readonly offerOrder: readonly OfferOrder[];
  /** Aurora: false. Here a lost agent's tasks follow their partition policy. */
  readonly partitionAware: boolean;
  /** Cores and MB added to each task that has an executor. Aurora: 0.25 and 128; a local agent runs all its tasks itself. */
  readonly thermosExecutorCpu: number;
  readonly thermosExecutorRamMb: number;
  readonly receiveRevocableResources: boolean;
  readonly enableRevocableRam: boolean;
  readonly hostMaintenancePollingIntervalMs: number;
  /** A full copy of the state is written when the last one is that old, and so many are kept. */
  readonly backupIntervalMs: number;
  readonly maxSavedBackups: number;
  /** Aurora: 1 h. Sums over all tasks and agents are made when somebody asks and the last are that old. */
  readonly asyncTaskStatUpdateIntervalMs: number;
  /** Aurora: 1 s. What `/graphdata` shows is as old as `statRetentionPeriodMs`. */
  readonly statSamplingIntervalMs: number;
  readonly statRetentionPeriodMs: number;
  /** How often an agent says that it lives, and how long it may be silent before it counts as lost. */
  readonly agentPingIntervalMs: number;
  readonly agentTimeoutMs: number;
  /** `name:preemptible:revocable` is not a flag of Aurora's; tiers come from a file. */
}

export const DEFAULT_OPTIONS: SchedulerOptions = {
  clusterName: 'cluster',
  allowedJobEnvironments: '^(prod|devel|test|staging\\d*)$',
  allowedContainerTypes: ['MESOS'],
  allowContainerVolumes: false,
  allowDockerParameters: false,
  allowGpuResource: false,
  enableMesosFetcher: false,
  requireDockerUseExecutor: true,
  maxTasksPerJob: 4000,
  minRequiredInstancesForSlaCheck: 20,
  maxSlaDurationSecs: 7200,
  slaAwareKillNonProd: false,
  slaCoordinatorTimeoutMs: minutes(1),
  maxParallelCoordinatedMaintenance: 10,
  flappingTaskThresholdMs: minutes(5),
  initialFlappingTaskDelayMs: seconds(30),
  maxFlappingTaskDelayMs: minutes(5),
  firstScheduleDelayMs: 1,
  initialSchedulePenaltyMs: seconds(1),
  maxSchedulePenaltyMs: minutes(1),
  maxTasksPerScheduleAttempt: 1000,
  maxScheduleAttemptsPerSec: 0,
  maxRescheduleTaskDelayOnStartupMs: 0,
  transientTaskStateTimeoutMs: minutes(5),
  initialTaskKillRetryIntervalMs: seconds(15),
  maxTaskKillRetryIntervalMs: minutes(5),
  reconciliationInitialDelayMs: minutes(1),
  reconciliationExplicitIntervalMs: minutes(60),
  reconciliationExplicitBatchSize: 1000,
  reconciliationExplicitBatchIntervalMs: seconds(5),
  reconciliationImplicitIntervalMs: minutes(60),
  reconciliationScheduleSpreadMs: minutes(30),
  historyPruneThresholdMs: minutes(2 * 24 * 60),
  historyMinRetentionThresholdMs: minutes(60),
  historyMaxPerJobThreshold: 100,
  enablePreemptor: true,
  preemptionDelayMs: minutes(3),
  preemptionSlotHoldTimeMs: minutes(5),
  preemptionSlotSearchInitialDelayMs: minutes(3),
  preemptionSlotSearchIntervalMs: minutes(1),
  preemptionReservationMaxBatchSize: 5,
  offerReservationDurationMs: minutes(3),
  offerOrder: ['RANDOM'],
  partitionAware: true,
  thermosExecutorCpu: 0,
  thermosExecutorRamMb: 0,
  receiveRevocableResources: false,
  enableRevocableRam: false,
  hostMaintenancePollingIntervalMs: minutes(1),
  backupIntervalMs: minutes(60),
  maxSavedBackups: 48,
  asyncTaskStatUpdateIntervalMs: minutes(1),
  statSamplingIntervalMs: seconds(10),
  statRetentionPeriodMs: minutes(60),
  agentPingIntervalMs: seconds(5),
  agentTimeoutMs: seconds(75),
};

type Parser = (text: string) => Result<unknown, string>;

/** Flag name -> option and how its text is read. */
const FLAGS = new Map<string, readonly [keyof SchedulerOptions, Parser]>([
  ['cluster_name', ['clusterName', ok]],
  ['allowed_job_environments', ['allowedJobEnvironments', parsePattern]],
  ['allowed_container_types', ['allowedContainerTypes', parseList(['MESOS', 'DOCKER'])]],
  ['allow_container_volumes', ['allowContainerVolumes', parseBoolean]],
  ['allow_docker_parameters', ['allowDockerParameters', parseBoolean]],
  ['allow_gpu_resource', ['allowGpuResource', parseBoolean]],
  ['enable_mesos_fetcher', ['enableMesosFetcher', parseBoolean]],
  ['require_docker_use_executor', ['requireDockerUseExecutor', parseBoolean]],
  ['max_tasks_per_job', ['maxTasksPerJob', parseCount]],
  ['min_required_instances_for_sla_check', ['minRequiredInstancesForSlaCheck', parseCount]],
  ['max_sla_duration_secs', ['maxSlaDurationSecs', parseSeconds]],
  ['sla_aware_kill_non_prod', ['slaAwareKillNonProd', parseBoolean]],
  ['sla_coordinator_timeout', ['slaCoordinatorTimeoutMs', parseDuration]],
  ['max_parallel_coordinated_maintenance', ['maxParallelCoordinatedMaintenance', parseCount]],
  ['flapping_task_threshold', ['flappingTaskThresholdMs', parseDuration]],
  ['initial_flapping_task_delay', ['initialFlappingTaskDelayMs', parseDuration]],
  ['max_flapping_task_delay', ['maxFlappingTaskDelayMs', parseDuration]],
  ['first_schedule_delay', ['firstScheduleDelayMs', parseDuration]],
  ['initial_schedule_penalty', ['initialSchedulePenaltyMs', parseDuration]],
  ['max_schedule_penalty', ['maxSchedulePenaltyMs', parseDuration]],
  ['max_tasks_per_schedule_attempt', ['maxTasksPerScheduleAttempt', parseCount]],
  ['max_schedule_attempts_per_sec', ['maxScheduleAttemptsPerSec', parseNumber]],
  ['max_reschedule_task_delay_on_startup', ['maxRescheduleTaskDelayOnStartupMs', parseDuration]],
  ['transient_task_state_timeout', ['transientTaskStateTimeoutMs', parseDuration]],
  ['initial_task_kill_retry_interval', ['initialTaskKillRetryIntervalMs', parseDuration]],
  ['max_task_kill_retry_interval', ['maxTaskKillRetryIntervalMs', parseDuration]],
  ['reconciliation_initial_delay', ['reconciliationInitialDelayMs', parseDuration]],
  ['reconciliation_explicit_interval', ['reconciliationExplicitIntervalMs', parseDuration]],
  ['reconciliation_explicit_batch_size', ['reconciliationExplicitBatchSize', parseCount]],
  ['reconciliation_explicit_batch_interval', ['reconciliationExplicitBatchIntervalMs', parseDuration]],
  ['reconciliation_implicit_interval', ['reconciliationImplicitIntervalMs', parseDuration]],
  ['reconciliation_schedule_spread', ['reconciliationScheduleSpreadMs', parseDuration]],
  ['history_prune_threshold', ['historyPruneThresholdMs', parseDuration]],
  ['history_min_retention_threshold', ['historyMinRetentionThresholdMs', parseDuration]],
  ['history_max_per_job_threshold', ['historyMaxPerJobThreshold', parseNumber]],
  ['backup_interval', ['backupIntervalMs', parseDuration]],
  ['max_saved_backups', ['maxSavedBackups', parseCount]],
  ['async_task_stat_update_interval', ['asyncTaskStatUpdateIntervalMs', parseDuration]],
  ['stat_sampling_interval', ['statSamplingIntervalMs', parseDuration]],
  ['stat_retention_period', ['statRetentionPeriodMs', parseDuration]],
  ['enable_preemptor', ['enablePreemptor', parseBoolean]],
  ['preemption_delay', ['preemptionDelayMs', parseDuration]],
  ['preemption_slot_hold_time', ['preemptionSlotHoldTimeMs', parseDuration]],
  ['preemption_slot_search_initial_delay', ['preemptionSlotSearchInitialDelayMs', parseDuration]],
  ['preemption_slot_search_interval', ['preemptionSlotSearchIntervalMs', parseDuration]],
  ['preemption_reservation_max_batch_size', ['preemptionReservationMaxBatchSize', parseCount]],
  ['offer_reservation_duration', ['offerReservationDurationMs', parseDuration]],
  [
    'offer_order',
    ['offerOrder', parseList(['RANDOM', 'CPU', 'MEMORY', 'DISK', 'REVOCABLE_CPU', 'BEST_FIT'])],
  ],
  ['partition_aware', ['partitionAware', parseBoolean]],
  ['thermos_executor_cpu', ['thermosExecutorCpu', parseNumber]],
  ['thermos_executor_ram', ['thermosExecutorRamMb', parseMegabytes]],
  ['receive_revocable_resources', ['receiveRevocableResources', parseBoolean]],
  ['enable_revocable_ram', ['enableRevocableRam', parseBoolean]],
  ['host_maintenance_polling_interval', ['hostMaintenancePollingIntervalMs', parseDuration]],
  ['agent_ping_interval', ['agentPingIntervalMs', parseDuration]],
  ['agent_timeout', ['agentTimeoutMs', parseDuration]],
]);

/** Reads flags over the defaults; the error is a sentence that names the flag and what it takes. */
export function parseOptions(
  flags: ReadonlyArray<readonly [string, string]>,
): Result<SchedulerOptions, string> {
  const options: Record<string, unknown> = { ...DEFAULT_OPTIONS };
  for (const [name, text] of flags) {
    const flag = FLAGS.get(name);
    if (!flag) {
      const reason = whyNotHere(name);
      if (reason !== undefined) return err(`Scheduler option '${name}' has no use: ${reason}.`);
      const near = nearest(name, [...FLAGS.keys()]);
      return err(
        `Unknown scheduler option '${name}'${near === undefined ? '' : `; did you mean '${near}'?`}`,
      );
    }
    const value = flag[1](text);
    if (!value.ok) return err(`Scheduler option '${name}' must be ${value.error}, not '${text}'`);
    options[flag[0]] = value.value;
  }
  return ok(options as unknown as SchedulerOptions);
}

function seconds(count: number): number {
  return count * 1000;
}

function minutes(count: number): number {
  return count * 60_000;
}

const DURATION_UNITS_MS = new Map([
  ['ns', 1e-6],
  ['us', 1e-3],
  ['ms', 1],
  ['secs', 1000],
  ['mins', 60_000],
  ['hrs', 3_600_000],
  ['days', 86_400_000],
]);

function parseDuration(text: string): Result<number, string> {
  const match = /^(\d+)(ns|us|ms|secs|mins|hrs|days)$/.exec(text);
  const unit = match?.[2] === undefined ? undefined : DURATION_UNITS_MS.get(match[2]);
  if (!match?.[1] || unit === undefined) return err('a duration such as 500ms, 30secs, 5mins, 1hrs or 2days');
  return ok(Number(match[1]) * unit);
}

/** Aurora takes a duration here, and the name says seconds; both spellings are read. */
function parseSeconds(text: string): Result<number, string> {
  if (/^\d+$/.test(text)) return ok(Number(text));
  const duration = parseDuration(text);
  return duration.ok ? ok(duration.value / 1000) : duration;
}

const MEGABYTES = new Map([
  ['BYTES', 2 ** -20],
  ['KB', 2 ** -10],
  ['MB', 1],
  ['GB', 2 ** 10],
  ['TB', 2 ** 20],
]);

function parseMegabytes(text: string): Result<number, string> {
  const match = /^(\d+)(BYTES|KB|MB|GB|TB)$/.exec(text);
  const unit = match?.[2] === undefined ? undefined : MEGABYTES.get(match[2]);
  return match?.[1] && unit !== undefined
    ? ok(Math.ceil(Number(match[1]) * unit))
    : err('a size such as 128MB or 1GB');
}

function parseNumber(text: string): Result<number, string> {
  return /^\d+(\.\d+)?$/.test(text) ? ok(Number(text)) : err('a number of at least 0');
}

function parseCount(text: string): Result<number, string> {
  return /^[1-9]\d{0,8}$/.test(text) ? ok(Number(text)) : err('a whole number of at least 1');
}

function parseBoolean(text: string): Result<boolean, string> {
  return text === 'true' || text === 'false' ? ok(text === 'true') : err('true or false');
}

function parseList(allowed: readonly string[]): Parser {
  return (text) => {
    const items = text.split(',').map((item) => item.trim());
    return items.every((item) => allowed.includes(item)) ? ok(items) : err(`a list of ${allowed.join(', ')}`);
  };
}

function parsePattern(text: string): Result<string, string> {
  try {
    new RegExp(text);
    return ok(text);
  } catch {
    return err('a regular expression');
  }
}
