import type { AgentState } from '../model/cluster.js';
import type { MaintenanceMode } from '../model/host.js';
import { formatJobKey } from '../model/job-key.js';
import { AGENT_ASSIGNED_STATES } from '../model/scheduled-task.js';
import type { Offer } from '../scheduler/offers.js';
import type { Scheduler } from '../scheduler/scheduler.js';
import type { Store } from '../storage/store.js';
import { structNamed } from '../thrift/codec.js';
import { loadSchema } from '../thrift/load-schema.js';
import { toJson } from '../thrift/simple-json.js';
import { htmlPage, htmlTable } from './html-page.js';
import type { HttpAnswer } from './thrift-route.js';

/** `/maintenance`: hosts by mode; a draining host with the tasks that are still on it. */
export function maintenanceJson(store: Store): unknown {
  const inMode = (mode: MaintenanceMode): string[] =>
    [...store.hosts.values()].filter((host) => host.mode === mode).map(({ host }) => host);
  return {
    DRAINED: inMode('DRAINED'),
    SCHEDULED: inMode('SCHEDULED'),
    DRAINING: Object.fromEntries(inMode('DRAINING').map((host) => [host, activeTasks(store, host)])),
  };
}

/** `/offers`: what each agent has left, in the words of Mesos. */
export function offersJson(offers: readonly Offer[]): unknown {
  return offers.map(({ agentId, host, attributes, free, portRanges, taskIds }) => ({
    id: { value: `offer-${agentId}` },
    framework_id: { value: 'aurora' },
    agent_id: { value: agentId },
    hostname: host,
    resources: [
      scalar('cpus', free.cpuMilli / 1000),
      scalar('mem', free.ramMb),
      scalar('disk', free.diskMb),
      ...(free.gpus > 0 ? [scalar('gpus', free.gpus)] : []),
      ...(portRanges.length > 0 ? [ranges('ports', portRanges)] : []),
      ...(free.revocableCpuMilli > 0 ? [revocable('cpus', free.revocableCpuMilli / 1000)] : []),
      ...(free.revocableRamMb > 0 ? [revocable('mem', free.revocableRamMb)] : []),
    ],
    attributes: [...attributes].flatMap(([name, values]) =>
      name === 'host' ? [] : values.map((value) => ({ name, type: 'TEXT', text: { value } })),
    ),
    executor_ids: taskIds.map((taskId) => ({ value: `thermos-${taskId}` })),
  }));
}

/** `/pendingtasks`: the tasks that wait, by what they ask for, and why. */
export function pendingTasksJson(scheduler: Scheduler): unknown {
  return scheduler.pendingGroups().map(({ job, taskIds, penaltyMs, reasons }) => ({
    penaltyMs,
    taskIds,
    name: formatJobKey(job),
    reason: `[${reasons.join(', ')}]`,
  }));
}

/** `/state`: the configurations in use, and which of them each agent runs. */
export function stateJson(store: Store): unknown {
  const type = structNamed(loadSchema('api.thrift'), 'TaskConfig');
  const name = (jobKey: string, digest: string): string =>
    `${jobKey}-${digest.replace(/\W/g, '').slice(0, 12)}`;
  const agents = new Map<string, Set<string>>();
  for (const { task, config } of store.entries()) {
    const { slaveId } = task.assignedTask;
    if (slaveId === undefined || !AGENT_ASSIGNED_STATES.has(task.status)) continue;
    const configs = agents.get(slaveId) ?? new Set();
    agents.set(slaveId, configs.add(name(config.jobKey, config.digest)));
  }
  return {
    taskConfigs: Object.fromEntries(
      Array.from(store.configs(), ({ config, jobKey, digest }) => [
        name(jobKey, digest),
        toJson(type, config),
      ]),
    ),
    agents: Object.fromEntries(Array.from(agents, ([agentId, configs]) => [agentId, [...configs]])),
  };
}

/** `/agents`: a table for people. */
export function agentsPage(agents: readonly AgentState[]): HttpAnswer {
  const rows = agents.map(({ host, agentId, mode, attributes }) => [
    host,
    agentId,
    mode,
    attributes.map(({ name, values }) => `${name}=${values.join(',')}`).join(' '),
  ]);
  return htmlPage('Agents', htmlTable(['Host', 'Agent ID', 'Maintenance mode', 'Attributes'], rows));
}

function activeTasks(store: Store, host: string): string[] {
  return Array.from(store.entriesOfHost(host))
    .filter(({ task }) => AGENT_ASSIGNED_STATES.has(task.status))
    .map(({ task }) => task.assignedTask.taskId);
}

function scalar(name: string, value: number): object {
  return { name, type: 'SCALAR', scalar: { value }, role: '*' };
}

function revocable(name: string, value: number): unknown {
  return { ...scalar(name, value), revocable: {} };
}

function ranges(name: string, pairs: ReadonlyArray<readonly [number, number]>): unknown {
  return {
    name,
    type: 'RANGES',
    ranges: { range: pairs.map(([begin, end]) => ({ begin, end })) },
    role: '*',
  };
}
