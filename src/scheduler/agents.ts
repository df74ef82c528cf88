import type {
  AgentHeartbeat,
  AgentRegistration,
  AgentTask,
  HeartbeatReply,
  RegistrationReply,
} from '../model/agent-protocol.js';
import type { HostAttributes } from '../model/host.js';
import {
  ACTIVE_STATES,
  AGENT_ASSIGNED_STATES,
  TERMINAL_STATES,
  type AssignedTask,
} from '../model/scheduled-task.js';
import type { TaskEntry } from '../storage/store.js';
import { applyOp, requestOf, type Core } from './core.js';
import { Host } from './host.js';
import { modeOf } from './host-modes.js';
import { changeState, insertTasks, internConfig, killOnAgent } from './state-manager.js';
import { reportStatus } from './status-updates.js';

/** What the scheduler would have to know of a task to adopt it, by task id; from the agent's own records. */
export type AdoptableTasks = ReadonlyMap<string, AssignedTask>;

/**
 * An agent starts, comes back, or the scheduler did. What it reports is compared with what is stored: tasks in
 * another state move on, tasks that should be gone are killed, tasks that it does not name are asked for (the
 * registration may be older than a launch). Tasks of a store that was lost are adopted when the agent brings
 * enough to do so and the store has never seen its host; otherwise unknown tasks are killed.
 */
export function registerAgent(
  core: Core,
  registration: AgentRegistration,
  adoptable: AdoptableTasks,
): RegistrationReply {
  const { agentId, host: name } = registration;
  const firstSight = !core.store.hosts.has(name);
  const other = core.pool.byName.get(name);
  if (other && other.agentId !== agentId) loseAgent(core, other.agentId);
  loseForgottenAgents(core, name, agentId);
  saveAttributes(core, registration);
  const host = admit(core, registration);
  core.agentsAlive.add(agentId);
  const reported = new Set<string>();
  for (const task of registration.tasks) {
    reported.add(task.taskId);
    const details = adoptable.get(task.taskId);
    if (firstSight && details && adopt(core, host, task, details)) continue;
    reportStatus(core, agentId, { ...task, message: undefined, reason: 'REASON_RECONCILIATION' });
  }
  const missing = tasksOfAgent(core, name, agentId)
    .map(({ task }) => task.assignedTask.taskId)
    .filter((taskId) => !reported.has(taskId));
  if (missing.length > 0) core.commands.push({ kind: 'reconcile', agentId, taskIds: missing });
  core.groups.capacityFreed(host);
  return { heartbeatIntervalMs: core.options.agentPingIntervalMs };
}

export function heartbeat(core: Core, beat: AgentHeartbeat): HeartbeatReply {
  const host = core.pool.byId.get(beat.agentId);
  if (!host) return { known: false };
  host.usage = beat.usage;
  core.agentsAlive.add(beat.agentId);
  for (const { taskId } of beat.tasks)
    if (isLeftover(core, taskId, beat.agentId)) killOnAgent(core, beat.agentId, taskId);
  askForMissing(core, host, beat);
  return { known: true };
}

/** Tasks that the agent has reported alive and does not name any more: it says what became of them. */
function askForMissing(core: Core, host: Host, beat: AgentHeartbeat): void {
  const now = core.clock.monotonicMs();
  if (host.tasks.size === 0 || now < host.mayAskMs) return;
  const named = new Set(beat.tasks.map(({ taskId }) => taskId));
  const taskIds = [...host.tasks.keys()].filter((taskId) => {
    const status = core.store.task(taskId)?.status;
    return !named.has(taskId) && (status === 'STARTING' || status === 'RUNNING');
  });
  if (taskIds.length === 0) return;
  host.mayAskMs = now + ASK_AGAIN_MS;
  core.commands.push({ kind: 'reconcile', agentId: host.agentId, taskIds });
}

const ASK_AGAIN_MS = 60_000;

/** A process that should be gone (its kill got lost, or it was given up): every sign of it is answered with a kill. */
function isLeftover(core: Core, taskId: string, agentId: string): boolean {
  const task = core.store.task(taskId);
  return !task || TERMINAL_STATES.has(task.status) || task.assignedTask.slaveId !== agentId;
}

/** Silent for too long, or known to be gone: its tasks are partitioned, or lost where that is not possible. */
export function loseAgent(core: Core, agentId: string): void {
  core.agentsAlive.delete(agentId);
  const host = core.pool.byId.get(agentId);
  if (host) {
    core.pool.remove(host);
    core.stats.count('offers_rescinded');
  }
  core.stats.count('slaves_lost');
  for (const name of host ? [host.name] : core.store.hosts.keys())
    for (const entry of tasksOfAgent(core, name, agentId)) partition(core, entry, name);
}

/** The shell could not hand a launch to the agent: it was certainly not started. */
export function launchFailed(core: Core, taskId: string, reason: string): void {
  core.stats.count('offer_accept_races');
  changeState(core, taskId, 'LOST', { expected: 'ASSIGNED', message: `Failed to launch task: ${reason}` });
}

/** After a restart: agents that hold tasks have until their time-out to come back. */
export function awaitAgents(core: Core): void {
  const awaited = new Set<string>();
  for (const status of AGENT_ASSIGNED_STATES) {
    for (const { task } of core.store.entriesInStatus(status)) {
      const { slaveId } = task.assignedTask;
      if (slaveId !== undefined) awaited.add(slaveId);
    }
  }
  for (const agentId of awaited) core.agentsAlive.add(agentId);
}

/** Active tasks that the host's record gives to this agent. */
export function tasksOfAgent(core: Core, host: string, agentId: string): TaskEntry[] {
  return [...core.store.entriesOfHost(host)].filter(
    ({ task }) => task.assignedTask.slaveId === agentId && AGENT_ASSIGNED_STATES.has(task.status),
  );
}

function partition(core: Core, { task }: TaskEntry, host: string): void {
  const { taskId } = task.assignedTask;
  const message = `Agent ${host} is unreachable`;
  if (core.options.partitionAware && task.status !== 'ASSIGNED' && task.status !== 'PARTITIONED') {
    changeState(core, taskId, 'PARTITIONED', { message });
  } else if (task.status !== 'PARTITIONED') {
    changeState(core, taskId, 'LOST', { message });
  }
}

/** A new agent id on the host means that what its predecessors ran is gone with their disks. */
function loseForgottenAgents(core: Core, host: string, agentId: string): void {
  for (const { task } of [...core.store.entriesOfHost(host)]) {
    const { slaveId, taskId } = task.assignedTask;
    if (slaveId === agentId || !AGENT_ASSIGNED_STATES.has(task.status)) continue;
    changeState(core, taskId, 'LOST', { message: `Agent ${host} came back without its tasks` });
    if (slaveId !== undefined) core.agentsAlive.delete(slaveId);
  }
}

function saveAttributes(core: Core, registration: AgentRegistration): void {
  const { host, agentId } = registration;
  const mode = modeOf(core, host);
  const attributes: HostAttributes = {
    host,
    attributes: registration.attributes.map(({ name, values }) => ({ name, values: [...values] })),
    mode,
    slaveId: agentId,
  };
  const known = core.store.hosts.get(host);
  if (known && JSON.stringify(known) === JSON.stringify(attributes)) return;
  applyOp(core, { op: 'saveHostAttributes', attributes });
  core.spread.clear();
}

/** Puts the agent into the pool with what the store says that it holds. */
function admit(core: Core, registration: AgentRegistration): Host {
  const previous = core.pool.byId.get(registration.agentId);
  if (previous) core.pool.remove(previous);
  const host = new Host(registration, modeOf(core, registration.host));
  host.pid = registration.pid;
  host.usage = previous?.usage;
  host.reservation = previous?.reservation;
  for (const { task, config } of tasksOfAgent(core, host.name, host.agentId)) {
    const { taskId, assignedPorts } = task.assignedTask;
    host.allocate(taskId, requestOf(core, config), [...assignedPorts.values()]);
  }
  core.pool.add(host);
  return host;
}

/** False when the task cannot be taken in: its instance is taken, or it is known or over. */
function adopt(core: Core, host: Host, reported: AgentTask, details: AssignedTask): boolean {
  const { taskId, instanceId, task: config, assignedPorts } = details;
  if (core.store.task(taskId) || TERMINAL_STATES.has(reported.status)) return false;
  const record = internConfig(core, config);
  for (const { task } of core.store.entriesOfJob(record.jobKey)) {
    if (task.assignedTask.instanceId !== instanceId || !ACTIVE_STATES.has(task.status)) continue;
    killOnAgent(core, host.agentId, taskId);
    return true;
  }
  const message = `Adopted from agent ${host.name}: the scheduler had no record of it`;
  insertTasks(core, [
    {
      taskId,
      instanceId,
      configId: record.id,
      status: reported.status,
      agent: { agentId: host.agentId, host: host.name, ports: [...assignedPorts] },
      events: [[core.clock.nowMs(), reported.status, message, core.schedulerHost]],
    },
  ]);
  return true;
}
