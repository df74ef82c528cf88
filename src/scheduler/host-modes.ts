import type { MaintenanceMode } from '../model/host.js';
import { AGENT_ASSIGNED_STATES } from '../model/scheduled-task.js';
import { applyOp, type Core } from './core.js';

/** What the record of the host says; NONE for a host that has none. */
export function modeOf(core: Core, host: string): MaintenanceMode {
  return core.store.hosts.get(host)?.mode ?? 'NONE';
}

export function setMode(core: Core, host: string, mode: MaintenanceMode): void {
  const attributes = core.store.hosts.get(host);
  if (!attributes || (attributes.mode ?? 'NONE') === mode) return;
  applyOp(core, { op: 'saveHostAttributes', attributes: { ...attributes, mode } });
  const registered = core.pool.byName.get(host);
  if (!registered) return;
  registered.mode = mode;
  core.pool.update(registered);
  if (mode === 'NONE') core.groups.capacityFreed(registered);
}

/** A draining host whose last task is gone is drained. */
export function drainedWhenEmpty(core: Core, host: string): void {
  if (modeOf(core, host) !== 'DRAINING' || hasActiveTasks(core, host)) return;
  setMode(core, host, 'DRAINED');
  if (core.store.maintenanceRequests.has(host)) applyOp(core, { op: 'removeMaintenanceRequest', host });
}

export function hasActiveTasks(core: Core, host: string): boolean {
  for (const { task } of core.store.entriesOfHost(host))
    if (AGENT_ASSIGNED_STATES.has(task.status)) return true;
  return false;
}
