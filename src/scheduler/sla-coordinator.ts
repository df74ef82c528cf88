import { AGENT_ASSIGNED_STATES, type ScheduledTask } from '../model/scheduled-task.js';
import type { CoordinatorSlaPolicy } from '../model/task-config.js';
import type { TaskEntry } from '../storage/store.js';
import type { Core } from './core.js';
import { modeOf } from './host-modes.js';
import { changeState } from './state-manager.js';

/** What a job's own service is asked before one of its tasks is drained. */
export interface CoordinatorQuestion {
  readonly policy: CoordinatorSlaPolicy;
  /** `cluster/role/environment/name/instance` */
  readonly taskKey: string;
  readonly task: ScheduledTask;
  /** Until the task is drained whatever the answer is. */
  readonly forceMaintenanceCountdownMs: number;
}

/** `user-error`: the service answered, but not with a yes or a no. */
export type CoordinatorAnswer = 'yes' | 'no' | 'user-error' | 'error';

/** Asks outside; the answer comes back through `coordinatorAnswered`, always, and once. */
export type AskCoordinator = (question: CoordinatorQuestion) => void;

/**
 * Asks whether this task may be drained now. One question at a time for a coordinator, and only so many in all: a task
 * whose turn it is not waits for the next round.
 */
export function askCoordinator(
  core: Core,
  { task, config }: TaskEntry,
  policy: CoordinatorSlaPolicy,
  remainingMs: number,
): void {
  if (!core.askCoordinator) return;
  const taskKey = `${core.options.clusterName}/${config.jobKey}/${task.assignedTask.instanceId}`;
  const { coordinatorsAsked } = core;
  if (
    coordinatorsAsked.has(policy.coordinatorUrl) ||
    coordinatorsAsked.size >= core.options.maxParallelCoordinatedMaintenance
  ) {
    count(core, 'lock_starvation', taskKey);
    return;
  }
  core.stats.count('sla_coordinator_attempts');
  coordinatorsAsked.add(policy.coordinatorUrl);
  core.askCoordinator({ policy, taskKey, task, forceMaintenanceCountdownMs: remainingMs });
}

/** A yes counts only while the task is still where it was, and its host is still to be emptied. */
export function coordinatorAnswered(
  core: Core,
  { policy, taskKey, task }: CoordinatorQuestion,
  answer: CoordinatorAnswer,
): void {
  core.coordinatorsAsked.delete(policy.coordinatorUrl);
  if (answer === 'error') core.stats.count('sla_coordinator_errors');
  else if (answer === 'user-error') count(core, 'user_errors', taskKey);
  else count(core, 'success', taskKey);
  const { taskId, slaveHost } = task.assignedTask;
  const status = core.store.task(taskId)?.status;
  if (answer !== 'yes' || slaveHost === undefined || status === undefined) return;
  if (!AGENT_ASSIGNED_STATES.has(status) || modeOf(core, slaveHost) !== 'DRAINING') return;
  changeState(core, taskId, 'DRAINING', { message: 'Draining machine for maintenance.' });
}

function count(core: Core, what: string, taskKey: string): void {
  core.stats.count(`sla_coordinator_${what}`);
  core.stats.count(`sla_coordinator_${what}_${taskKey}`);
}
