import type { AgentState } from '../model/cluster.js';
import { AGENT_ASSIGNED_STATES } from '../model/scheduled-task.js';
import { accumulate, noAmounts, toResources } from './amounts.js';
import { requestOf, type Core } from './core.js';
import type { Host } from './host.js';

/** Every host on record: as its agent registered it, or LOST with what its tasks still hold. */
export function agentStates(core: Core): AgentState[] {
  return Array.from(core.store.hosts.keys())
    .sort()
    .map((name) => {
      const host = core.pool.byName.get(name);
      return host ? registeredState(host) : lostState(core, name);
    });
}

function registeredState(host: Host): AgentState {
  const allocated = { ...host.total };
  accumulate(allocated, host.free, -1);
  return {
    agentId: host.agentId,
    host: host.name,
    status: 'REGISTERED',
    mode: host.mode,
    ...(host.pid !== undefined && { pid: host.pid }),
    attributes: Array.from(host.attributes, ([name, values]) => ({ name, values })),
    total: toResources(host.total),
    allocated: toResources(allocated),
    ...(host.usage && { usage: host.usage }),
    tasks: host.tasks.size,
  };
}

function lostState(core: Core, name: string): AgentState {
  const allocated = noAmounts();
  let tasks = 0;
  for (const { task, config } of core.store.entriesOfHost(name)) {
    if (!AGENT_ASSIGNED_STATES.has(task.status)) continue;
    accumulate(allocated, requestOf(core, config).amounts);
    tasks += 1;
  }
  const record = core.store.hosts.get(name);
  return {
    agentId: record?.slaveId ?? '',
    host: name,
    status: 'LOST',
    mode: record?.mode ?? 'NONE',
    attributes: record?.attributes ?? [],
    total: toResources(noAmounts()),
    allocated: toResources(allocated),
    tasks,
  };
}
