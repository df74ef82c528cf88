import { present } from '../base/assert.js';
import type { TaskEntry } from '../storage/store.js';
import type { Core } from './core.js';
import type { Host } from './host.js';
import { useSlot } from './preemptor.js';
import { findVetoes, type CountTasks } from './scheduling-filter.js';
import { changeState } from './state-manager.js';
import type { TaskGroup } from './task-groups.js';
import type { TaskRequest } from './task-request.js';
import { VETO_TYPES, type VetoType } from './veto.js';

/** Places at most so many of the group's tasks, each on the first host in order; says how many fitted. */
export function evaluateGroup(core: Core, group: TaskGroup, most: number): number {
  core.stats.count('schedule_attempts_fired');
  let left = Math.min(group.tasks.size, most);
  let placed = 0;
  const count = core.spread.counter(group.request.jobKey);
  const tally = emptyTally();
  // Hosts that have their share of a job with limits are not looked at again for each of its tasks.
  const goesOn = group.request.limitConstraints.length > 0;
  let lot: number | undefined;
  for (const entry of group.tasks.values()) {
    if (left === 0) break;
    const host = findHost(core, group, count, tally, lot);
    if (!host) {
      core.stats.count('schedule_attempts_no_match');
      if (placed === 0) useSlot(core, group, entry);
      break;
    }
    if (goesOn) lot = host.lot;
    assign(core, entry, host);
    placed += 1;
    left -= 1;
  }
  countVetoes(core, tally);
  if (placed === 0) core.stats.count('schedule_attempts_failed');
  return placed;
}

/** Whether a task of the group could go to this host now. */
export function fitsNow(core: Core, group: TaskGroup, host: Host): boolean {
  return (
    host.isFor(group.configId, core.clock.monotonicMs()) &&
    findVetoes(group.request, host, host.free, core.spread.counter(group.request.jobKey)).length === 0
  );
}

function findHost(
  core: Core,
  group: TaskGroup,
  count: CountTasks,
  tally: VetoTally,
  lot: number | undefined,
): Host | undefined {
  const { request, configId } = group;
  if (!core.pool.mayFit(request)) {
    tally.INSUFFICIENT_RESOURCES += 1;
    return undefined;
  }
  if (isExhausted(core, request, count)) {
    tally.LIMIT_NOT_SATISFIED += 1;
    return undefined;
  }
  const now = core.clock.monotonicMs();
  const accept = (host: Host): boolean => {
    if (!host.isFor(configId, now)) return false;
    const [veto] = findVetoes(request, host, host.free, count);
    if (!veto) return true;
    tally[veto.type] += 1;
    return false;
  };
  return core.pool.find(request, accept, lot);
}

/** Few values to a limited attribute, and each at its limit: no host needs to be asked. */
function isExhausted(core: Core, request: TaskRequest, count: CountTasks): boolean {
  return request.limitConstraints.some(({ name, limit }) => {
    if (limit <= 0) return true;
    if (name === 'host') return false;
    const values = core.pool.valuesOf(name);
    if (values.size > FEW_VALUES) return false;
    for (const value of values.keys()) if (count(name, value) < limit) return false;
    return true;
  });
}

const FEW_VALUES = 64;

function assign(core: Core, entry: TaskEntry, host: Host): void {
  const { taskId } = entry.task.assignedTask;
  const { portNames } = present(core.groups.all.get(entry.config.id), 'the group of a pending task').request;
  const ports = present(host.choosePorts(portNames, core.random), 'a free port on a host that fits');
  const agent = { agentId: host.agentId, host: host.name, ports };
  changeState(core, taskId, 'ASSIGNED', { expected: 'PENDING', agent });
  if (host.reservation?.configId === entry.config.id) host.reservation = undefined;
  core.commands.push({ kind: 'launch', agentId: host.agentId, task: entry.task.assignedTask });
}

/** Vetoes met in one evaluation, by type: counted once at its end, for a search may meet thousands. */
type VetoTally = Record<VetoType, number>;

function emptyTally(): VetoTally {
  return {
    INSUFFICIENT_RESOURCES: 0,
    CONSTRAINT_MISMATCH: 0,
    LIMIT_NOT_SATISFIED: 0,
    MAINTENANCE: 0,
    DEDICATED_CONSTRAINT_MISMATCH: 0,
  };
}

function countVetoes(core: Core, tally: VetoTally): void {
  for (const [type, stat, group] of VETO_STATS) {
    const count = tally[type];
    if (count === 0) continue;
    core.stats.count(stat, count);
    core.stats.count(group, count);
  }
}

const VETO_STATS = VETO_TYPES.map(
  (type) =>
    [
      type,
      `scheduling_veto_${type.toLowerCase()}`,
      type === 'LIMIT_NOT_SATISFIED' ? 'scheduling_veto_dynamic' : 'scheduling_veto_static',
    ] as const,
);
