import type { GetQuotaResult, ResourceAggregate } from '../model/quota.js';
import {
  addResources,
  NO_RESOURCES,
  requestedResources,
  toResourceSet,
  type Resources,
} from '../model/resources.js';
import type { Resource, TaskConfig } from '../model/task-config.js';
import type { Core } from './core.js';
import { done, invalid, refuse, type Reply } from './reply.js';
import { DEDICATED, tierOf } from './task-request.js';
import { isProduction } from './tiers.js';

/** A role's consumption: production or not, on shared or on dedicated hosts. Only the first is limited. */
export interface Consumption {
  readonly prodShared: Resources;
  readonly nonProdShared: Resources;
  readonly prodDedicated: Resources;
  readonly nonProdDedicated: Resources;
}

export function consumptionOf(core: Core, role: string): Consumption {
  const sums = {
    prodShared: NO_RESOURCES,
    nonProdShared: NO_RESOURCES,
    prodDedicated: NO_RESOURCES,
    nonProdDedicated: NO_RESOURCES,
  };
  // Instances share configurations: each is priced once.
  for (const { config, active } of core.store.configs()) {
    if (active === 0 || config.job.role !== role) continue;
    const bucket = bucketOf(core, config);
    sums[bucket] = addResources(sums[bucket], scale(requestedResources(config), active));
  }
  return sums;
}

export function quotaOf(core: Core, role: string): GetQuotaResult {
  const { prodShared, nonProdShared, prodDedicated, nonProdDedicated } = consumptionOf(core, role);
  return {
    quota: core.store.quotas.get(role) ?? aggregate(NO_RESOURCES),
    prodSharedConsumption: aggregate(prodShared),
    nonProdSharedConsumption: aggregate(nonProdShared),
    prodDedicatedConsumption: aggregate(prodDedicated),
    nonProdDedicatedConsumption: aggregate(nonProdDedicated),
  };
}

/** Whether the role's quota allows that many more instances; undefined, or Aurora's sentence why not. */
export function checkInstanceAddition(core: Core, config: TaskConfig, instances: number): string | undefined {
  if (bucketOf(core, config) !== 'prodShared') return undefined;
  const { role } = config.job;
  const quota = toResources(core.store.quotas.get(role));
  const wanted = addResources(
    consumptionOf(core, role).prodShared,
    scale(requestedResources(config), instances),
  );
  const exceeded = [
    excess('CPU', wanted.cpus - quota.cpus, 'core(s)'),
    excess('RAM', wanted.ramMb - quota.ramMb, 'MB'),
    excess('disk', wanted.diskMb - quota.diskMb, 'MB'),
  ].filter((text) => text !== undefined);
  return exceeded.length === 0 ? undefined : `Insufficient resource quota: ${exceeded.join('; ')}`;
}

/** The kinds of resource that a quota has, exactly one value of each. */
const QUOTA_FIELDS = ['numCpus', 'ramMb', 'diskMb'] as const;

export function checkQuota(core: Core, role: string, quota: ResourceAggregate): Reply {
  const fields = quota.resources.flatMap((resource) => Object.keys(resource));
  if (fields.length > QUOTA_FIELDS.length) return refuse('ERROR', 'Too many resource values in quota.');
  if (!QUOTA_FIELDS.every((field) => fields.includes(field)))
    return refuse('ERROR', 'Quota resources must be exactly: [CPUS, RAM_MB, DISK_MB]');
  const wanted = toResources(quota);
  if (!(wanted.cpus >= 0 && wanted.ramMb >= 0 && wanted.diskMb >= 0))
    return invalid(`Negative values in: ${showAggregate(wanted)}`);
  const reserved = consumptionOf(core, role).prodShared;
  if (wanted.cpus < reserved.cpus || wanted.ramMb < reserved.ramMb || wanted.diskMb < reserved.diskMb) {
    return invalid(
      `Quota: ${showAggregate(wanted)} is less then current prod reservation: ${showAggregate(reserved)}`,
    );
  }
  return done();
}

export function aggregate(resources: Resources): ResourceAggregate {
  return { resources: toResourceSet(resources) };
}

type Bucket = keyof Consumption;

/** The part of its role's consumption that a configuration counts to. */
export function bucketOf(core: Core, config: TaskConfig): Bucket {
  const dedicated = config.constraints.some(({ name }) => name === DEDICATED);
  if (isProduction(tierOf(config, core.tiers))) return dedicated ? 'prodDedicated' : 'prodShared';
  return dedicated ? 'nonProdDedicated' : 'nonProdShared';
}

export function toResources(quota: ResourceAggregate | undefined): Resources {
  const find = (field: (typeof QUOTA_FIELDS)[number]): number => {
    const found = quota?.resources.find((resource: Resource) => field in resource);
    return (found as Partial<Record<typeof field, number>> | undefined)?.[field] ?? 0;
  };
  return { ...NO_RESOURCES, cpus: find('numCpus'), ramMb: find('ramMb'), diskMb: find('diskMb') };
}

export function scale(resources: Resources, by: number): Resources {
  return {
    cpus: Math.round(resources.cpus * 1000 * by) / 1000,
    ramMb: resources.ramMb * by,
    diskMb: resources.diskMb * by,
    gpus: resources.gpus * by,
    ports: resources.ports * by,
  };
}

function excess(name: string, amount: number, unit: string): string | undefined {
  return amount > 1e-9 ? `${name} quota exceeded by ${amount.toFixed(2)} ${unit}` : undefined;
}

function showAggregate(resources: Resources): string {
  return (
    `ResourceAggregate(resources:[<Resource numCpus:${resources.cpus}>, ` +
    `<Resource ramMb:${resources.ramMb}>, <Resource diskMb:${resources.diskMb}>])`
  );
}
