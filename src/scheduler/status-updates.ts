import type { StatusUpdates, UpdatesReply } from '../model/agent-protocol.js';
import { TERMINAL_STATES, type ScheduleStatus } from '../model/scheduled-task.js';
import type { Core } from './core.js';
import { changeState, changeStateOf, killOnAgent } from './state-manager.js';
import type { Counter } from './stats.js';
import type { StateChangeResult } from './task-state-machine.js';

/**
 * Applies what an agent reports, in order. Every update is acknowledged, whatever came of it: an update that
 * changes nothing (a repetition, one that came too late) will never be needed.
 */
export function applyStatusUpdates(core: Core, { agentId, updates }: StatusUpdates): UpdatesReply {
  for (const update of updates) {
    const result = reportStatus(core, agentId, update);
    counterOf(core, update.reason ?? 'NONE', result).value += 1;
  }
  return { acknowledged: updates.map((update) => update.uuid) };
}

export interface ReportedStatus {
  readonly taskId: string;
  readonly status: ScheduleStatus;
  readonly message?: string | undefined;
  readonly reason?: string | undefined;
}

export function reportStatus(core: Core, agentId: string, update: ReportedStatus): StateChangeResult {
  const { taskId } = update;
  const status = update.status === 'KILLING' ? 'KILLED' : update.status;
  if (!REPORTABLE.has(status)) return 'ILLEGAL';
  const entry = core.store.entry(taskId);
  const task = entry?.task;
  if (task && task.assignedTask.slaveId !== agentId) {
    // Another agent has this task now, or nobody has: what runs there is a leftover.
    if (!TERMINAL_STATES.has(status)) killOnAgent(core, agentId, taskId);
    return 'ILLEGAL';
  }
  if (task?.status === 'RUNNING' && status === 'STARTING') return 'NOOP';
  const change = { message: messageOf(update), reportedBy: agentId };
  return entry ? changeStateOf(core, entry, status, change) : changeState(core, taskId, status, change);
}

/** What an agent can know of a task. */
const REPORTABLE: ReadonlySet<ScheduleStatus> = new Set<ScheduleStatus>([
  'STARTING',
  'RUNNING',
  'FINISHED',
  'FAILED',
  'KILLED',
  'LOST',
  'PARTITIONED',
]);

function messageOf({ message, reason }: ReportedStatus): string | undefined {
  if (reason === 'REASON_EXECUTOR_UNREGISTERED') return undefined;
  if (message !== undefined && message !== '') return message;
  if (reason === 'REASON_CONTAINER_LIMITATION_MEMORY') return 'Task used more memory than requested.';
  if (reason === 'REASON_CONTAINER_LIMITATION_DISK') return 'Task used more disk than requested.';
  return undefined;
}

/** Found by its parts: a name is put together only once. */
function counterOf(core: Core, reason: string, result: StateChangeResult): Counter {
  const { statusUpdateCounters: counters } = core;
  let ofReason = counters.get(reason);
  if (!ofReason) counters.set(reason, (ofReason = new Map<StateChangeResult, Counter>()));
  let counter = ofReason.get(result);
  if (!counter) ofReason.set(result, (counter = core.stats.counter(`status_update_${reason}_${result}`)));
  return counter;
}
