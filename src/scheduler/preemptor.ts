import { below } from '../base/random.js';
import type { ScheduledTask } from '../model/scheduled-task.js';
import type { TaskEntry } from '../storage/store.js';
import { accumulate, type Amounts } from './amounts.js';
import type { Core } from './core.js';
import type { Allocation, Host } from './host.js';
import type { PreemptionSlot } from './preemption-slots.js';
import { findVetoes } from './scheduling-filter.js';
import { changeState } from './state-manager.js';
import type { TaskGroup } from './task-groups.js';
import { isProduction } from './tiers.js';
import type { TaskRequest } from './task-request.js';

/**
 * Whether a pending task may kill a running one: any that is preemptible when it is not so itself; among
 * equals, only a task of the same role with a lower priority. Never the other way round.
 */
export function mayPreempt(pending: TaskRequest, victim: TaskRequest): boolean {
  if (pending.tier.preemptible !== victim.tier.preemptible) return victim.tier.preemptible;
  return pending.role === victim.role && victim.priority < pending.priority;
}

/**
 * Looks for slots for all groups that have waited for `preemption_delay`, turn by turn: each turn gives each
 * group one host. A host serves one slot a search.
 */
export function searchSlots(core: Core): void {
  core.stats.count('preemptor_task_processor_runs');
  const now = core.clock.monotonicMs();
  core.slots.retain((configId) => core.groups.all.has(configId));
  const waiting = [...core.groups.all.values()]
    .map((group) => ({ group, wanted: wantedSlots(core, group), looked: 0, start: 0 }))
    .filter(({ group, wanted }) => wanted > 0 && !core.slots.has(group.configId, now))
    .sort((a, b) => b.group.request.priority - a.group.request.priority);
  if (waiting.length === 0) return;
  const hosts = core.pool.list;
  // Each group begins elsewhere, so that they do not all look at the same hosts first.
  for (const search of waiting) search.start = below(core.random, hosts.length || 1);
  const used = new Set<Host>();
  for (let turn = 0; waiting.length > 0; turn++) {
    for (let i = waiting.length - 1; i >= 0; i--) {
      const search = waiting[i];
      if (!search) continue;
      const found = turn < search.wanted && giveSlot(core, search, hosts, used);
      if (!found) waiting.splice(i, 1);
    }
  }
}

interface Search {
  readonly group: TaskGroup;
  readonly wanted: number;
  /** Where in the list it begins, and how many hosts it has looked at. */
  start: number;
  looked: number;
}

function giveSlot(core: Core, search: Search, hosts: readonly Host[], used: Set<Host>): boolean {
  const { group } = search;
  const kind = isProduction(group.request.tier) ? 'prod' : 'non_prod';
  core.stats.count(`preemptor_slot_search_attempts_for_${kind}`);
  core.stats.count(`preemption_slot_search_attempts_for_${group.request.jobKey}`);
  const now = core.clock.monotonicMs();
  for (; search.looked < hosts.length; search.looked++) {
    const host = hosts[(search.start + search.looked) % hosts.length] as Host;
    if (host.tasks.size === 0 || used.has(host) || !host.isFor(group.configId, now)) continue;
    const victims = findVictims(core, group.request, host);
    if (!victims) continue;
    used.add(host);
    core.slots.add(
      group.configId,
      { agentId: host.agentId, victims },
      now + core.options.preemptionSlotHoldTimeMs,
    );
    core.stats.count(`preemptor_slot_search_successful_for_${kind}`);
    core.stats.count(`preemptor_slot_search_successful_for_${group.request.jobKey}`);
    core.groups.wake(group.configId);
    return true;
  }
  core.stats.count(`preemptor_slot_search_failed_for_${kind}`);
  core.stats.count(`preemptor_slot_search_failed_for_${group.request.jobKey}`);
  core.stats.count('preemptor_unmatched_tasks');
  return false;
}

/** The tasks to kill on this host so that one of the request fits; undefined when none would do. */
export function findVictims(
  core: Core,
  request: TaskRequest,
  host: Host,
  among: (taskId: string) => boolean = () => true,
): readonly string[] | undefined {
  const candidates = [...host.tasks]
    .filter(([taskId, { request: victim }]) => mayPreempt(request, victim) && among(taskId))
    .sort(([, a], [, b]) => bySize(b, a));
  const count = core.spread.counter(request.jobKey);
  const available: Amounts = { ...host.free };
  const victims: string[] = [];
  for (const [taskId, allocation] of candidates) {
    accumulate(available, allocation.request.amounts);
    victims.push(taskId);
    if (findVetoes(request, host, available, count).length === 0) return victims;
  }
  return undefined;
}

/** Kills for a group that found no place, when a slot is at hand and still good. */
export function useSlot(core: Core, group: TaskGroup, entry: TaskEntry): void {
  if (!core.options.enablePreemptor) return;
  const now = core.clock.monotonicMs();
  const slot = core.slots.take(group.configId, now);
  if (!slot) return;
  const host = core.pool.byId.get(slot.agentId);
  const victims = host && revalidate(core, group, host, slot);
  const kind = isProduction(group.request.tier) ? 'prod' : 'non_prod';
  core.stats.count(`preemptor_slot_validation_${victims ? 'successful' : 'failed'}`);
  core.stats.count(`preemptor_slot_validation_${victims ? 'successful' : 'failed'}_for_${kind}`);
  if (!victims) return;
  host.reservation = {
    configId: group.configId,
    untilMs: now + core.options.offerReservationDurationMs,
  };
  for (const taskId of victims) {
    const victim = core.store.entry(taskId);
    if (!victim) continue;
    core.stats.count(`preemptor_tasks_preempted_${kind}`);
    core.stats.count(`preemptor_tasks_preempted_${victim.config.jobKey}`);
    changeState(core, taskId, 'PREEMPTING', {
      message: `Preempting in favor of ${entry.task.assignedTask.taskId}`,
    });
  }
  core.stats.count(`preemptor_task_preemptor_${group.request.jobKey}`);
}

function revalidate(
  core: Core,
  group: TaskGroup,
  host: Host,
  slot: PreemptionSlot,
): readonly string[] | undefined {
  if (!host.isFor(group.configId, core.clock.monotonicMs())) return undefined;
  const planned = new Set(slot.victims);
  return findVictims(core, group.request, host, (taskId) => planned.has(taskId));
}

function wantedSlots(core: Core, group: TaskGroup): number {
  const latest = core.clock.nowMs() - core.options.preemptionDelayMs;
  let wanted = 0;
  for (const { task } of group.tasks.values()) {
    if (pendingSince(task) > latest) continue;
    wanted += 1;
    if (wanted >= core.options.preemptionReservationMaxBatchSize) break;
  }
  return wanted;
}

function pendingSince(task: ScheduledTask): number {
  return task.taskEvents.findLast((event) => event.status === 'PENDING')?.timestamp ?? Infinity;
}

function bySize(a: Allocation, b: Allocation): number {
  const x = a.request.amounts;
  const y = b.request.amounts;
  return (
    x.cpuMilli - y.cpuMilli ||
    x.ramMb - y.ramMb ||
    x.diskMb - y.diskMb ||
    x.ports - y.ports ||
    x.gpus - y.gpus
  );
}
