import { present } from '../base/assert.js';
import type { ScheduleStatus } from '../model/scheduled-task.js';
import type { TaskConfig } from '../model/task-config.js';
import type { StoredAssignment, StoredEvent, StoredTask } from '../storage/op.js';
import type { ConfigRecord, TaskEntry } from '../storage/store.js';
import { applyOp, type Core } from './core.js';
import { reschedulePenalty } from './reschedule-penalty.js';
import { transition, unknownTaskTransition, type StateChangeResult } from './task-state-machine.js';
import { taskChanged, taskRemoved } from './task-tracking.js';

export interface StateChange {
  readonly message?: string | undefined;
  /** The change is refused when the task is in another state. */
  readonly expected?: ScheduleStatus;
  /** For ASSIGNED: where to. */
  readonly agent?: StoredAssignment;
  /** Who reported it, when an agent did: a kill goes there. */
  readonly reportedBy?: string;
}

/** Moves one task on, with everything that follows from it. */
export function changeState(
  core: Core,
  taskId: string,
  to: ScheduleStatus,
  change: StateChange = {},
): StateChangeResult {
  const entry = core.store.entry(taskId);
  if (!entry) {
    const { result, effects } = unknownTaskTransition(to);
    if (effects.includes('KILL')) killOnAgent(core, change.reportedBy, taskId);
    return result;
  }
  const { task, config } = entry;
  if (change.expected !== undefined && task.status !== change.expected) return 'INVALID_CAS_STATE';
  const { result, effects } = transition(
    {
      state: task.status,
      isService: config.config.isService,
      maxTaskFailures: config.config.maxTaskFailures,
      failureCount: task.failureCount,
      wasKilled: task.taskEvents.some((event) => event.status === 'KILLING'),
    },
    to,
  );
  if (result === 'ILLEGAL' || result === 'ILLEGAL_WITH_SIDE_EFFECTS')
    core.stats.count('scheduler_illegal_task_state_transitions');
  const failed = effects.includes('INCREMENT_FAILURES');
  for (const effect of effects) {
    switch (effect) {
      case 'INCREMENT_FAILURES':
        break;
      case 'SAVE_STATE':
        saveState(core, entry, to, change, failed);
        break;
      case 'RESCHEDULE':
        reschedule(core, entry);
        break;
      case 'TRANSITION_TO_LOST':
        changeState(core, taskId, 'LOST', {
          message: 'Action performed on partitioned task, marking as LOST.',
        });
        break;
      case 'KILL':
        killOnAgent(core, task.assignedTask.slaveId ?? change.reportedBy, taskId);
        break;
      case 'DELETE':
        deleteTasks(core, [entry]);
        break;
    }
  }
  return result;
}

/** Makes new PENDING instances of one configuration. */
export function insertPendingTasks(
  core: Core,
  config: TaskConfig,
  instances: readonly number[],
): TaskEntry[] {
  const record = internConfig(core, config);
  return insertTasks(
    core,
    instances.map((instanceId) => ({
      taskId: newTaskId(core, config, instanceId),
      instanceId,
      configId: record.id,
      status: 'PENDING',
      events: [newEvent(core, core.clock.nowMs(), 'PENDING', undefined)],
    })),
  );
}

export function insertTasks(core: Core, tasks: readonly StoredTask[]): TaskEntry[] {
  if (tasks.length === 0) return [];
  applyOp(core, { op: 'saveTasks', tasks });
  const entries = tasks.map((task) => present(core.store.entry(task.taskId), 'the task just saved'));
  for (const entry of entries) taskChanged(core, entry, undefined);
  return entries;
}

export function deleteTasks(core: Core, entries: readonly TaskEntry[]): void {
  if (entries.length === 0) return;
  applyOp(core, { op: 'removeTasks', taskIds: entries.map((entry) => entry.task.assignedTask.taskId) });
  for (const entry of entries) taskRemoved(core, entry);
}

/** The stored configuration equal to this one, stored now if it is new. */
export function internConfig(core: Core, config: TaskConfig): ConfigRecord {
  const known = core.store.findConfig(config);
  if (known) return known;
  const id = core.store.nextConfigId;
  applyOp(core, { op: 'saveTaskConfig', id, config });
  return present(core.store.config(id), 'the configuration just saved');
}

/** Only a registered agent can be told; an absent one learns it when it comes back. */
export function killOnAgent(core: Core, agentId: string | undefined, taskId: string): void {
  if (agentId !== undefined && core.pool.byId.has(agentId)) {
    core.commands.push({ kind: 'kill', agentId, taskId });
  } else {
    core.stats.count('scheduler_driver_kill_failures');
  }
}

/** `ROLE-ENV-NAME-INSTANCE-UUID`, with everything but letters, digits, `_` and `-` made a dash. */
export function newTaskId(core: Core, { job }: TaskConfig, instanceId: number): string {
  const name = `${job.role}-${job.environment}-${job.name}`;
  const legal = ILLEGAL.test(name) ? name.replaceAll(/[^\w-]/g, '-') : name;
  return `${legal}-${instanceId}-${core.random.uuid()}`;
}

const ILLEGAL = /[^\w-]/;

function saveState(
  core: Core,
  entry: TaskEntry,
  to: ScheduleStatus,
  change: StateChange,
  failed: boolean,
): void {
  const { task } = entry;
  const from = task.status;
  const last = task.taskEvents.at(-1)?.timestamp ?? 0;
  applyOp(core, {
    op: 'transition',
    taskId: task.assignedTask.taskId,
    // Wall time may jump back; the order of a task's events may not.
    event: newEvent(core, Math.max(core.clock.nowMs(), last), to, change.message),
    ...(change.agent && { agent: change.agent }),
    ...(failed && { failed: true as const }),
    ...(to === 'PARTITIONED' && { partitioned: true as const }),
  });
  taskChanged(core, entry, from);
}

function reschedule(core: Core, dying: TaskEntry): void {
  const { assignedTask, failureCount, ancestorId } = dying.task;
  const penaltyMs = reschedulePenalty(core, ancestorId);
  const status = penaltyMs > 0 ? 'THROTTLED' : 'PENDING';
  const message = penaltyMs > 0 ? `Rescheduled, penalized for ${penaltyMs} ms for flapping` : 'Rescheduled';
  insertTasks(core, [
    {
      taskId: newTaskId(core, assignedTask.task, assignedTask.instanceId),
      instanceId: assignedTask.instanceId,
      configId: dying.config.id,
      status,
      ...(failureCount > 0 && { failureCount }),
      ancestorId: assignedTask.taskId,
      events: [newEvent(core, core.clock.nowMs(), status, message)],
    },
  ]);
}

function newEvent(
  core: Core,
  timestampMs: number,
  status: ScheduleStatus,
  message: string | undefined,
): StoredEvent {
  return [timestampMs, status, message ?? null, core.schedulerHost];
}
