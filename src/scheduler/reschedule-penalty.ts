import { ACTIVE_STATES, TERMINAL_STATES, type ScheduledTask } from '../model/scheduled-task.js';
import { nextBackoff } from './backoff.js';
import type { Core } from './core.js';

/** Killed on somebody's behalf: its short life says nothing about the task. */
const INTERRUPTIONS = new Set(['RESTARTING', 'KILLING', 'DRAINING', 'PREEMPTING']);

/**
 * How long a replacement waits: the back-off taken once for each ancestor in a row that flapped, the nearest
 * first. Ends at the first that did not, or that is forgotten.
 */
export function reschedulePenalty(core: Core, ancestorId: string | undefined): number {
  const { initialFlappingTaskDelayMs, maxFlappingTaskDelayMs, flappingTaskThresholdMs } = core.options;
  let penaltyMs = 0;
  for (let id = ancestorId; id !== undefined;) {
    const ancestor = core.store.task(id);
    if (!ancestor || !hasFlapped(ancestor, flappingTaskThresholdMs)) break;
    const next = nextBackoff(penaltyMs, initialFlappingTaskDelayMs, maxFlappingTaskDelayMs, core.random);
    if (next === penaltyMs) break;
    penaltyMs = next;
    id = ancestor.ancestorId;
  }
  return penaltyMs;
}

/** Ended within the threshold of its latest active state, by itself. */
export function hasFlapped(task: ScheduledTask, thresholdMs: number): boolean {
  const end = task.taskEvents.at(-1);
  if (!end || !TERMINAL_STATES.has(end.status)) return false;
  if (task.taskEvents.some((event) => INTERRUPTIONS.has(event.status))) return false;
  const active = task.taskEvents.findLast((event) => ACTIVE_STATES.has(event.status));
  return active !== undefined && end.timestamp - active.timestamp < thresholdMs;
}

/** What is left of the penalty that the task's own event announced, in ms. */
export function remainingPenalty(task: ScheduledTask, nowMs: number): number {
  const event = task.taskEvents.at(-1);
  const announced = /penalized for (\d+) ms/.exec(event?.message ?? '')?.[1];
  if (!event || announced === undefined) return 0;
  const total = Number(announced);
  return Math.min(total, Math.max(0, total - (nowMs - event.timestamp)));
}
