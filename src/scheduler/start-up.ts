import { TERMINAL_STATES, type ScheduledTask } from '../model/scheduled-task.js';
import type { TaskEntry } from '../storage/store.js';
import { awaitAgents } from './agents.js';
import { requestOf, type Core } from './core.js';
import { drainedWhenEmpty } from './host-modes.js';
import { pollMaintenance } from './maintenance.js';
import { searchSlots } from './preemptor.js';
import { scheduleReconciliation } from './reconciliation.js';
import { resumeTracking } from './task-tracking.js';

/** After recovery: every deadline that the state implies, and the periodic work. */
export function startTimers(core: Core): void {
  for (const entry of inOrderOfLastEvent(core)) resumeTask(core, entry);
  awaitAgents(core);
  for (const host of core.store.hosts.keys()) drainedWhenEmpty(core, host);
  scheduleReconciliation(core);
  const { options } = core;
  every(core, 'poll maintenance', options.hostMaintenancePollingIntervalMs, () => {
    pollMaintenance(core);
  });
  if (!options.enablePreemptor) return;
  core.timers.set('first slot search', options.preemptionSlotSearchInitialDelayMs, () => {
    searchSlots(core);
    every(core, 'slot search', options.preemptionSlotSearchIntervalMs, () => {
      searchSlots(core);
    });
  });
}

function resumeTask(core: Core, entry: TaskEntry): void {
  const spreadMs = core.options.maxRescheduleTaskDelayOnStartupMs;
  if (entry.task.status === 'PENDING' && spreadMs > 0) {
    core.groups.add(entry, requestOf(core, entry.config), core.random.next() * spreadMs);
  } else {
    resumeTracking(core, entry);
  }
}

function every(core: Core, key: string, intervalMs: number, run: () => void): void {
  core.timers.set(key, intervalMs, () => {
    run();
    every(core, key, intervalMs, run);
  });
}

/** Queues of one fixed delay want their entries in order of time; active tasks come in the order stored. */
function inOrderOfLastEvent(core: Core): TaskEntry[] {
  const entries = [...core.store.entries()];
  const active = entries.filter(({ task }) => !TERMINAL_STATES.has(task.status));
  const ended = entries
    .filter(({ task }) => TERMINAL_STATES.has(task.status))
    .sort((a, b) => lastEventMs(a.task) - lastEventMs(b.task));
  return [...active, ...ended];
}

function lastEventMs(task: ScheduledTask): number {
  return task.taskEvents.at(-1)?.timestamp ?? 0;
}
