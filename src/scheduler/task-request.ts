import { requestedPorts, requestedResources } from '../model/resources.js';
import type { TaskConfig } from '../model/task-config.js';
import { formatJobKey } from '../model/job-key.js';
import { toAmounts, type Amounts } from './amounts.js';
import type { SchedulerOptions } from './options.js';
import type { Tier, Tiers } from './tiers.js';
import { constraintMismatch, limitNotSatisfied, type Veto } from './veto.js';

/** The attribute that reserves a host for the tasks that ask for it. */
export const DEDICATED = 'dedicated';

/** What placement needs to know of a task configuration, worked out once for all its instances. */
export interface TaskRequest {
  /** `role/environment/name` */
  readonly jobKey: string;
  readonly role: string;
  readonly priority: number;
  readonly tier: Tier;
  /** With the executor's share. */
  readonly amounts: Readonly<Amounts>;
  readonly portNames: readonly string[];
  readonly valueConstraints: readonly ValueCheck[];
  readonly limitConstraints: readonly LimitCheck[];
  readonly dedicated: boolean;
  /** What each of its tasks holds, when that is no port. */
  withoutPorts?: { readonly request: TaskRequest; readonly ports: readonly number[] };
}

export interface ValueCheck {
  readonly name: string;
  readonly negated: boolean;
  readonly values: ReadonlySet<string>;
  readonly veto: readonly Veto[];
}

export interface LimitCheck {
  readonly name: string;
  readonly limit: number;
  /** The host lacks the attribute. */
  readonly missing: readonly Veto[];
  readonly full: readonly Veto[];
}

export function toTaskRequest(config: TaskConfig, options: SchedulerOptions, tiers: Tiers): TaskRequest {
  const amounts = toAmounts(requestedResources(config));
  if (config.executorConfig) {
    amounts.cpuMilli += Math.round(options.thermosExecutorCpu * 1000);
    amounts.ramMb += options.thermosExecutorRamMb;
  }
  const tier = tierOf(config, tiers);
  if (tier.revocable && options.receiveRevocableResources) takeRevocable(amounts, options.enableRevocableRam);
  const valueConstraints: ValueCheck[] = [];
  const limitConstraints: LimitCheck[] = [];
  for (const { name, constraint } of config.constraints) {
    if ('value' in constraint) {
      const { negated, values } = constraint.value;
      valueConstraints.push({ name, negated, values: new Set(values), veto: [constraintMismatch(name)] });
    } else {
      limitConstraints.push({
        name,
        limit: constraint.limit.limit,
        missing: [constraintMismatch(name)],
        full: [limitNotSatisfied(name)],
      });
    }
  }
  return {
    jobKey: formatJobKey(config.job),
    role: config.job.role,
    priority: config.priority,
    tier,
    amounts,
    portNames: requestedPorts(config),
    valueConstraints,
    limitConstraints,
    dedicated: valueConstraints.some(({ name }) => name === DEDICATED),
  };
}

/** Takes its cpus (and ram, if so configured) from what the agent may take back. */
function takeRevocable(amounts: Amounts, ramToo: boolean): void {
  amounts.revocableCpuMilli = amounts.cpuMilli;
  amounts.cpuMilli = 0;
  if (!ramToo) return;
  amounts.revocableRamMb = amounts.ramMb;
  amounts.ramMb = 0;
}

/** A stored task without a tier, or with one that is no longer configured, has the default. */
export function tierOf(config: TaskConfig, tiers: Tiers): Tier {
  const named = config.tier === undefined ? undefined : tiers.tiers.get(config.tier);
  return named ?? tiers.tiers.get(tiers.defaultTier) ?? { preemptible: true, revocable: false };
}
