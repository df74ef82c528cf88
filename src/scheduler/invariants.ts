import { formatJobKey } from '../model/job-key.js';
import {
  ACTIVE_STATES,
  AGENT_ASSIGNED_STATES,
  TERMINAL_STATES,
  type ScheduledTask,
} from '../model/scheduled-task.js';
import type { Store, TaskEntry } from '../storage/store.js';
import { accumulate, amountsFit, noAmounts, type Amounts } from './amounts.js';
import { hostAttributes } from './host.js';
import { DEFAULT_OPTIONS, type SchedulerOptions } from './options.js';
import { toTaskRequest, type TaskRequest } from './task-request.js';
import { TRANSITIONS } from './task-state-machine.js';
import { DEFAULT_TIERS, isProduction, type Tiers } from './tiers.js';

/** A statement about the state that must always hold and does not. */
export interface Violation {
  readonly invariant: 'I3' | 'I4' | 'I5' | 'I6' | 'I12';
  readonly message: string;
}

/** What is to be checked besides the store; totals only of agents that are known now. */
export interface CheckContext {
  readonly totals?: ReadonlyMap<string, Readonly<Amounts>>;
  readonly options?: SchedulerOptions;
  readonly tiers?: Tiers;
}

/**
 * The invariants that one look at the state can decide:
 *
 *     I3   at most one active task an instance            I5   value, limit and dedicated constraints hold
 *     I4   no agent is promised beyond what it has,       I6   only allowed transitions, time never goes back
 *          no port to two tasks                           I12  no role is over its quota
 */
export function checkInvariants(store: Store, context: CheckContext = {}): Violation[] {
  const options = context.options ?? DEFAULT_OPTIONS;
  const tiers = context.tiers ?? DEFAULT_TIERS;
  const requests = new Map<number, TaskRequest>();
  for (const { id, config } of store.configs()) requests.set(id, toTaskRequest(config, options, tiers));
  const active = [...store.entries()].filter(({ task }) => ACTIVE_STATES.has(task.status));
  const assigned = active
    .filter(({ task }) => AGENT_ASSIGNED_STATES.has(task.status))
    .map((entry): Placed => ({ entry, request: requests.get(entry.config.id) as TaskRequest }));
  return [
    ...checkInstances(active),
    ...checkAllocations(assigned, context.totals),
    ...checkConstraints(store, assigned),
    ...[...store.entries()].flatMap(({ task }) => checkEvents(task)),
    ...checkQuotas(store, active, requests),
    ...checkCounts(store, active),
  ];
}

/** Quotas are computed from these counts. */
function checkCounts(store: Store, active: readonly TaskEntry[]): Violation[] {
  const counts = new Map<number, number>();
  for (const { config } of active) counts.set(config.id, (counts.get(config.id) ?? 0) + 1);
  return [...store.configs()].flatMap((record): Violation[] => {
    const count = counts.get(record.id) ?? 0;
    if (record.active === count) return [];
    const message = `configuration ${record.id} counts ${record.active} active tasks, there are ${count}`;
    return [{ invariant: 'I12', message }];
  });
}

interface Placed {
  readonly entry: TaskEntry;
  readonly request: TaskRequest;
}

function checkInstances(active: readonly TaskEntry[]): Violation[] {
  const seen = new Map<string, string>();
  const violations: Violation[] = [];
  for (const { task, config } of active) {
    const { taskId, instanceId } = task.assignedTask;
    const instance = `${config.jobKey}/${instanceId}`;
    const other = seen.get(instance);
    if (other !== undefined)
      violations.push({ invariant: 'I3', message: `${instance} is active twice: ${other} and ${taskId}` });
    seen.set(instance, taskId);
  }
  return violations;
}

function checkAllocations(
  assigned: readonly Placed[],
  totals: ReadonlyMap<string, Readonly<Amounts>> | undefined,
): Violation[] {
  const sums = new Map<string, Amounts>();
  const ports = new Map<string, string>();
  const violations: Violation[] = [];
  for (const { entry, request } of assigned) {
    const { taskId, slaveId = '?', assignedPorts } = entry.task.assignedTask;
    const sum = sums.get(slaveId) ?? noAmounts();
    accumulate(sum, request.amounts);
    sums.set(slaveId, sum);
    for (const port of assignedPorts.values()) {
      const place = `port ${port} of agent ${slaveId}`;
      const other = ports.get(place);
      if (other !== undefined)
        violations.push({ invariant: 'I4', message: `${place} is held by ${other} and ${taskId}` });
      ports.set(place, taskId);
    }
  }
  for (const [agentId, total] of totals ?? []) {
    const sum = sums.get(agentId);
    if (sum && !amountsFit(sum, total)) {
      const message = `agent ${agentId} has ${JSON.stringify(total)} and promised ${JSON.stringify(sum)}`;
      violations.push({ invariant: 'I4', message });
    }
  }
  return violations;
}

function checkConstraints(store: Store, assigned: readonly Placed[]): Violation[] {
  const violations: Violation[] = [];
  const counts = new Map<string, number>();
  for (const { entry, request } of assigned) {
    const { taskId, slaveHost = '?' } = entry.task.assignedTask;
    const record = store.hosts.get(slaveHost);
    if (!record) continue;
    const attributes = hostAttributes(slaveHost, record.attributes);
    const refuse = (message: string): void => {
      violations.push({ invariant: 'I5', message: `${taskId} on ${slaveHost}: ${message}` });
    };
    if (!request.dedicated && attributes.has('dedicated')) refuse('the host is dedicated to others');
    for (const { name, values, negated } of request.valueConstraints) {
      const matches = attributes.get(name)?.some((value) => values.has(value)) ?? false;
      if (matches === negated) refuse(`constraint '${name}' does not hold`);
    }
    for (const { name, limit } of request.limitConstraints) {
      for (const value of attributes.get(name) ?? []) {
        const place = `${request.jobKey} ${name}=${value}`;
        const count = (counts.get(place) ?? 0) + 1;
        counts.set(place, count);
        if (count > limit) refuse(`limit ${limit} of '${name}' is exceeded`);
      }
    }
  }
  return violations;
}

function checkEvents(task: ScheduledTask): Violation[] {
  const violations: Violation[] = [];
  const refuse = (message: string): void => {
    violations.push({ invariant: 'I6', message: `${task.assignedTask.taskId}: ${message}` });
  };
  const events = task.taskEvents;
  if (events.at(-1)?.status !== task.status) refuse(`its state ${task.status} is not that of its last event`);
  for (let i = 1; i < events.length; i++) {
    const from = events[i - 1];
    const to = events[i];
    if (!from || !to) continue;
    if (to.timestamp < from.timestamp) refuse(`time goes back before event ${i}`);
    if (TERMINAL_STATES.has(from.status)) refuse(`${to.status} after the end (${from.status})`);
    else if (TRANSITIONS[from.status][to.status] === undefined)
      refuse(`${from.status} to ${to.status} is no transition`);
  }
  return violations;
}

function checkQuotas(
  store: Store,
  active: readonly TaskEntry[],
  requests: ReadonlyMap<number, TaskRequest>,
): Violation[] {
  const charged = new Map<string, { cpus: number; ramMb: number; diskMb: number }>();
  for (const { config } of active) {
    const request = requests.get(config.id);
    if (!request || !isProduction(request.tier) || request.dedicated) continue;
    const sum = charged.get(request.role) ?? { cpus: 0, ramMb: 0, diskMb: 0 };
    for (const resource of config.config.resources) {
      if ('numCpus' in resource) sum.cpus += resource.numCpus;
      else if ('ramMb' in resource) sum.ramMb += resource.ramMb;
      else if ('diskMb' in resource) sum.diskMb += resource.diskMb;
    }
    charged.set(request.role, sum);
  }
  const violations: Violation[] = [];
  for (const [role, sum] of charged) {
    const quota = { cpus: 0, ramMb: 0, diskMb: 0 };
    for (const resource of store.quotas.get(role)?.resources ?? []) {
      if ('numCpus' in resource) quota.cpus = resource.numCpus;
      else if ('ramMb' in resource) quota.ramMb = resource.ramMb;
      else if ('diskMb' in resource) quota.diskMb = resource.diskMb;
    }
    if (sum.cpus > quota.cpus + 1e-6 || sum.ramMb > quota.ramMb || sum.diskMb > quota.diskMb)
      violations.push({
        invariant: 'I12',
        message: `role ${role} uses ${JSON.stringify(sum)} of ${JSON.stringify(quota)}`,
      });
  }
  return violations;
}

/** A preemption, as the victim's event tells it, was allowed: never a victim of equal or higher standing. */
export function checkPreemption(
  victim: ScheduledTask,
  favored: ScheduledTask,
  options: SchedulerOptions = DEFAULT_OPTIONS,
  tiers: Tiers = DEFAULT_TIERS,
): Violation[] {
  const a = toTaskRequest(favored.assignedTask.task, options, tiers);
  const b = toTaskRequest(victim.assignedTask.task, options, tiers);
  const allowed =
    (!a.tier.preemptible && b.tier.preemptible) ||
    (a.tier.preemptible === b.tier.preemptible && a.role === b.role && b.priority < a.priority);
  if (allowed) return [];
  const message = `${formatJobKey(victim.assignedTask.task.job)} was preempted for ${formatJobKey(favored.assignedTask.task.job)}`;
  return [{ invariant: 'I12', message }];
}
