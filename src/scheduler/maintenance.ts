import { shuffle } from '../base/random.js';
import type { HostMaintenanceRequest, HostStatus } from '../model/host.js';
import { AGENT_ASSIGNED_STATES } from '../model/scheduled-task.js';
import type { SlaPolicy } from '../model/task-config.js';
import type { TaskEntry } from '../storage/store.js';
import { applyOp, type Core } from './core.js';
import { drainedWhenEmpty, hasActiveTasks, modeOf, setMode } from './host-modes.js';
import { askCoordinator } from './sla-coordinator.js';
import { allowsKill } from './sla-check.js';
import { changeState } from './state-manager.js';

/** Hosts become less preferred; nothing is killed. */
export function startMaintenance(core: Core, hosts: readonly string[]): HostStatus[] {
  core.stats.count('thrift_workload_startMaintenance', hosts.length);
  for (const host of known(core, hosts)) setMode(core, host, 'SCHEDULED');
  return statusOf(core, hosts);
}

/** Empties hosts now. */
export function drainHosts(core: Core, hosts: readonly string[]): HostStatus[] {
  core.stats.count('thrift_workload_drainHosts', hosts.length);
  for (const host of known(core, hosts)) {
    beginDraining(core, host, { host, timeoutSecs: 0, createdTimestampMs: core.clock.nowMs() });
    drainHost(core, host, 'forced');
  }
  return statusOf(core, hosts);
}

/** Empties hosts as their tasks' SLAs allow, by force after `timeoutSecs`. */
export function slaDrainHosts(
  core: Core,
  hosts: readonly string[],
  defaultSlaPolicy: SlaPolicy,
  timeoutSecs: number,
): HostStatus[] {
  core.stats.count('thrift_workload_slaDrainHosts', hosts.length);
  for (const host of known(core, hosts)) {
    const createdTimestampMs = core.clock.nowMs();
    beginDraining(core, host, { host, defaultSlaPolicy, timeoutSecs, createdTimestampMs });
  }
  return statusOf(core, hosts);
}

/** Unknown hosts are left out. */
export function maintenanceStatus(core: Core, hosts: readonly string[]): HostStatus[] {
  core.stats.count('thrift_workload_maintenanceStatus', hosts.length);
  return statusOf(core, hosts);
}

function statusOf(core: Core, hosts: readonly string[]): HostStatus[] {
  return known(core, hosts).map((host) => ({ host, mode: modeOf(core, host) }));
}

export function endMaintenance(core: Core, hosts: readonly string[]): HostStatus[] {
  core.stats.count('thrift_workload_endMaintenance', hosts.length);
  for (const host of known(core, hosts)) {
    setMode(core, host, 'NONE');
    if (core.store.maintenanceRequests.has(host)) applyOp(core, { op: 'removeMaintenanceRequest', host });
  }
  return statusOf(core, hosts);
}

/** Goes on with every draining host. */
export function pollMaintenance(core: Core): void {
  // A copy: a host that is drained leaves the set.
  for (const host of [...core.store.drainingHosts]) {
    const request = core.store.maintenanceRequests.get(host);
    if (!request) {
      core.stats.count('missing_maintenance_request');
      continue;
    }
    const remainingMs = request.createdTimestampMs + request.timeoutSecs * 1000 - core.clock.nowMs();
    drainHost(core, host, remainingMs <= 0 ? 'forced' : { ...request, remainingMs });
    drainedWhenEmpty(core, host);
  }
}

/** Milliseconds until a task on a draining host is made to leave, whatever its SLA says, by the stat's name. */
export function maintenanceCountdowns(core: Core): Map<string, number> {
  const countdowns = new Map<string, number>();
  for (const [host, request] of core.store.maintenanceRequests) {
    if (modeOf(core, host) !== 'DRAINING') continue;
    const remainingMs = request.createdTimestampMs + request.timeoutSecs * 1000 - core.clock.nowMs();
    for (const { task, config } of core.store.entriesOfHost(host))
      if (AGENT_ASSIGNED_STATES.has(task.status))
        countdowns.set(
          `maintenance_countdown_ms_${config.jobKey}/${task.assignedTask.instanceId}`,
          remainingMs,
        );
  }
  return countdowns;
}

function beginDraining(core: Core, host: string, request: HostMaintenanceRequest): void {
  applyOp(core, { op: 'saveMaintenanceRequest', request });
  setMode(core, host, hasActiveTasks(core, host) ? 'DRAINING' : 'DRAINED');
  if (modeOf(core, host) === 'DRAINED') applyOp(core, { op: 'removeMaintenanceRequest', host });
}

/** In random order, so that no job is always the first to be hit. */
function drainHost(core: Core, host: string, how: 'forced' | OpenRequest): void {
  const entries = [...core.store.entriesOfHost(host)].filter(({ task }) =>
    AGENT_ASSIGNED_STATES.has(task.status),
  );
  for (const entry of shuffle(core.random, entries)) {
    if (how !== 'forced' && !mayDrain(core, entry, how)) continue;
    changeState(core, entry.task.assignedTask.taskId, 'DRAINING', {
      message: 'Draining machine for maintenance.',
    });
  }
}

interface OpenRequest extends HostMaintenanceRequest {
  readonly remainingMs: number;
}

/** A coordinator's answer comes later, and drains the task then. */
function mayDrain(core: Core, entry: TaskEntry, request: OpenRequest): boolean {
  const policy = entry.config.config.slaPolicy ?? request.defaultSlaPolicy;
  if (!policy) return true;
  if (!('coordinatorSlaPolicy' in policy)) return allowsKill(core, entry, policy);
  if (entry.task.status !== 'DRAINING')
    askCoordinator(core, entry, policy.coordinatorSlaPolicy, request.remainingMs);
  return false;
}

function known(core: Core, hosts: readonly string[]): string[] {
  return [...new Set(hosts)].filter((host) => core.store.hosts.has(host));
}
