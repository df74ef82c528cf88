import type { AssignedTask, ScheduledTask, TaskEvent } from '../model/scheduled-task.js';
import type { TaskConfig } from '../model/task-config.js';
import type { StoredAssignment, StoredEvent, StoredTask, TaskTransition } from './op.js';

/** One shared empty map: most tasks have no port, and an empty Map costs 200 bytes. */
const NO_PORTS: ReadonlyMap<string, number> = new Map();

/** The form that lives in memory. Objects are never changed after they are made. */
export function toScheduledTask(stored: StoredTask, config: TaskConfig): ScheduledTask {
  const task = {
    assignedTask: toAssignedTask(stored.taskId, config, stored.instanceId, stored.agent),
    status: stored.status,
    failureCount: stored.failureCount ?? 0,
    timesPartitioned: stored.timesPartitioned ?? 0,
    taskEvents: stored.events.map(toTaskEvent),
  };
  return stored.ancestorId === undefined ? task : { ...task, ancestorId: stored.ancestorId };
}

/** The form that is written; the inverse of `toScheduledTask`. */
export function toStoredTask(task: ScheduledTask, configId: number): StoredTask {
  const { taskId, instanceId, slaveId, slaveHost, assignedPorts } = task.assignedTask;
  return {
    taskId,
    instanceId,
    configId,
    status: task.status,
    ...(task.failureCount > 0 && { failureCount: task.failureCount }),
    ...(task.timesPartitioned > 0 && { timesPartitioned: task.timesPartitioned }),
    ...(task.ancestorId !== undefined && { ancestorId: task.ancestorId }),
    ...(slaveId !== undefined && {
      agent: { agentId: slaveId, host: slaveHost ?? '', ports: [...assignedPorts] },
    }),
    events: task.taskEvents.map(toStoredEvent),
  };
}

/** The task after one transition. */
export function applyTransition(task: ScheduledTask, transition: TaskTransition): ScheduledTask {
  const { assignedTask } = task;
  const event = toTaskEvent(transition.event);
  const taskEvents = withLast(task.taskEvents, event);
  const next = {
    assignedTask: transition.agent
      ? toAssignedTask(assignedTask.taskId, assignedTask.task, assignedTask.instanceId, transition.agent)
      : assignedTask,
    status: event.status,
    failureCount: task.failureCount + (transition.failed ? 1 : 0),
    timesPartitioned: task.timesPartitioned + (transition.partitioned ? 1 : 0),
    taskEvents: transition.partitioned ? compactPartitions(taskEvents) : taskEvents,
  };
  return task.ancestorId === undefined ? next : { ...next, ancestorId: task.ancestorId };
}

/** `[...events, event]` would leave room for sixteen more, in each of a million tasks. */
function withLast(events: readonly TaskEvent[], event: TaskEvent): TaskEvent[] {
  const all = new Array<TaskEvent>(events.length + 1);
  for (let index = 0; index < events.length; index++) all[index] = events[index] as TaskEvent;
  all[events.length] = event;
  return all;
}

/** A task on a flaky network must not grow without bound: a repeated pair of events is kept once. */
function compactPartitions(events: TaskEvent[]): TaskEvent[] {
  const [a, b, c, d] = events.slice(-4);
  if (!a || !b || !c || !d) return events;
  const repeated = b.status === 'PARTITIONED' && d.status === 'PARTITIONED' && a.status === c.status;
  return repeated ? [...events.slice(0, -4), c, d] : events;
}

function toAssignedTask(
  taskId: string,
  task: TaskConfig,
  instanceId: number,
  agent: StoredAssignment | undefined,
): AssignedTask {
  if (!agent) return { taskId, task, assignedPorts: NO_PORTS, instanceId };
  return {
    taskId,
    slaveId: agent.agentId,
    slaveHost: agent.host,
    task,
    assignedPorts: agent.ports.length === 0 ? NO_PORTS : new Map(agent.ports),
    instanceId,
  };
}

/** Many tasks take the same state in the same millisecond: they share one event object. */
const recentEvents = new Map<string, TaskEvent>();

function toTaskEvent(stored: StoredEvent): TaskEvent {
  const [timestamp, status, message, scheduler] = stored;
  const recent = recentEvents.get(status);
  if (
    recent?.timestamp === timestamp &&
    recent.message === (message ?? undefined) &&
    recent.scheduler === scheduler
  ) {
    return recent;
  }
  const event: TaskEvent = {
    timestamp,
    status,
    ...(message != null && { message: shared(message) }),
    ...(scheduler !== undefined && { scheduler: shared(scheduler) }),
  };
  recentEvents.set(status, event);
  return event;
}

function toStoredEvent(event: TaskEvent): StoredEvent {
  if (event.scheduler !== undefined)
    return [event.timestamp, event.status, event.message ?? null, event.scheduler];
  if (event.message !== undefined) return [event.timestamp, event.status, event.message];
  return [event.timestamp, event.status];
}

/** Recovery reads the same few texts a million times; each is kept once. */
const texts = new Map<string, string>();
const MOST_TEXTS = 10_000;

export function shared(text: string): string {
  const known = texts.get(text);
  if (known !== undefined) return known;
  if (texts.size >= MOST_TEXTS) texts.clear();
  texts.set(text, text);
  return text;
}
