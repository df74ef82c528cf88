import { present } from '../base/assert.js';
import type { ScheduleStatus } from '../model/scheduled-task.js';
import type { TaskConfig } from '../model/task-config.js';
import type { StoredAssignment, StoredEvent, StoredTask, TaskTransition } from '../storage/op.js';
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
  return changeStateOf(core, entry, to, change);
}

/** As `changeState`, for who has the task's entry at hand. */
export function changeStateOf(
  core: Core,
  entry: TaskEntry,
  to: ScheduleStatus,
  change: StateChange,
): StateChangeResult {
  const { task, config } = entry;
  if (change.expected !== undefined && task.status !== change.expected) return 'INVALID_CAS_STATE';
  const { result, effects } = transition(
    {
      state: task.status,
      isService: config.config.isService,
      maxTaskFailures: config.config.maxTaskFailures,
      failureCount: task.failureCount,
      taskEvents: task.taskEvents,
    },
    to,
  );
  if (result === 'ILLEGAL' || result === 'ILLEGAL_WITH_SIDE_EFFECTS')
    core.stats.count('scheduler_illegal_task_state_transitions');
  let failed = false;
  for (const effect of effects) {
    switch (effect) {
      case 'INCREMENT_FAILURES':
        failed = true;
        break;
      case 'SAVE_STATE':
        saveState(core, entry, to, change, failed);
        break;
      case 'RESCHEDULE':
        reschedule(core, entry);
        break;
      case 'TRANSITION_TO_LOST':
        changeStateOf(core, entry, 'LOST', {
          message: 'Action performed on partitioned task, marking as LOST.',
        });
        break;
      case 'KILL':
        killOnAgent(core, task.assignedTask.slaveId ?? change.reportedBy, task.assignedTask.taskId);
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
  // What `join` makes is in one piece: less memory than a chain of parts, for a string that is a key of many maps.
  return [legal, instanceId, core.random.uuid()].join('-');
}

const ILLEGAL = /[^\w-]/;

function saveState(
  core: Core,
  entry: TaskEntry,
  to: ScheduleStatus,
  change: StateChange,
  failed: boolean,
): void {
  const { status: from, assignedTask, taskEvents } = entry.task;
  const last = taskEvents.at(-1)?.timestamp ?? 0;
  // Wall time may jump back; the order of a task's events may not.
  const event = newEvent(core, Math.max(core.clock.nowMs(), last), to, change.message);
  const op: Writable<TaskTransition> = { op: 'transition', taskId: assignedTask.taskId, event };
  if (change.agent) op.agent = change.agent;
  if (failed) op.failed = true;
  if (to === 'PARTITIONED') op.partitioned = true;
  applyOp(core, op);
  taskChanged(core, entry, from);
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

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
