import { addResources, NO_RESOURCES, type Resources } from '../model/resources.js';
import type { ResourceAggregate } from '../model/quota.js';
import type { Core } from './core.js';
import type { Host } from './host.js';
import { toResources } from './quota.js';
import { DEDICATED } from './task-request.js';
import { CONSUMPTION_METRICS, consumptions, type ConsumptionMetric } from './utilization.js';

/**
 * What active tasks ask for, in all and by role, what is promised to roles, and how many more tasks of a typical size
 * the cluster could take: Aurora's `resources_*`, `quota_per_role_*` and `empty_slots_*`. All agents are looked at:
 * the caller keeps the answer for a while.
 */
export function resourceStats(core: Core): Map<string, number> {
  const stats = new Map<string, number>();
  const all = noConsumption();
  for (const [role, consumed] of consumptionByRole(core)) {
    for (const metric of CONSUMPTION_METRICS) {
      put(stats, `resources_per_role_${metric}_${role}`, consumed[metric]);
      all[metric] = addResources(all[metric], consumed[metric]);
    }
  }
  for (const metric of CONSUMPTION_METRICS) put(stats, `resources_${metric}`, all[metric]);
  putQuotas(stats, core.store.quotas);
  putEmptySlots(stats, core.pool.list);
  return stats;
}

function consumptionByRole(core: Core): Map<string, Record<ConsumptionMetric, Resources>> {
  const roles = new Map<string, Record<ConsumptionMetric, Resources>>();
  for (const { job, metric, amount } of consumptions(core)) {
    const consumed = roles.get(job.role) ?? noConsumption();
    roles.set(job.role, consumed);
    consumed.total_consumed = addResources(consumed.total_consumed, amount);
    consumed[metric] = addResources(consumed[metric], amount);
  }
  return roles;
}

function noConsumption(): Record<ConsumptionMetric, Resources> {
  return {
    total_consumed: NO_RESOURCES,
    dedicated_consumed: NO_RESOURCES,
    quota_consumed: NO_RESOURCES,
    free_pool_consumed: NO_RESOURCES,
  };
}

/** Names are lower case as a whole, the role included. */
function put(
  stats: Map<string, number>,
  name: string,
  { cpus, ramMb, diskMb, gpus, ports }: Resources,
): void {
  const prefix = name.toLowerCase();
  stats.set(`${prefix}_cpu_cores`, cpus);
  stats.set(`${prefix}_ram_mb`, ramMb);
  stats.set(`${prefix}_disk_mb`, diskMb);
  stats.set(`${prefix}_gpu_cores`, gpus);
  stats.set(`${prefix}_ports_count`, ports);
}

function putQuotas(stats: Map<string, number>, quotas: ReadonlyMap<string, ResourceAggregate>): void {
  let allocated = NO_RESOURCES;
  for (const [role, quota] of quotas) {
    const amount = toResources(quota);
    allocated = addResources(allocated, amount);
    put(stats, `quota_per_role_${role}`, amount);
  }
  put(stats, 'resources_allocated_quota', allocated);
}

/** Cores, MB of ram and MB of disk of a slot of each size. */
const SLOT_SIZES: ReadonlyArray<readonly [name: string, cpuMilli: number, ramMb: number, diskMb: number]> = [
  ['small', 1000, 1024, 4096],
  ['medium', 4000, 8192, 16_384],
  ['large', 8000, 16_384, 32_768],
  ['xlarge', 16_000, 32_768, 65_536],
];

function putEmptySlots(stats: Map<string, number>, hosts: readonly Host[]): void {
  for (const kind of ['', 'dedicated_', 'revocable_', 'dedicated_revocable_'])
    for (const [size] of SLOT_SIZES) stats.set(`empty_slots_${kind}${size}`, 0);
  for (const host of hosts) {
    const dedicated = host.attributes.has(DEDICATED) ? 'dedicated_' : '';
    const { ramMb, diskMb } = host.free;
    for (const [kind, cpuMilli] of [
      [dedicated, host.free.cpuMilli],
      [`${dedicated}revocable_`, host.free.revocableCpuMilli],
    ] as const) {
      for (const [size, ...slot] of SLOT_SIZES) {
        const slots = Math.floor(Math.min(cpuMilli / slot[0], ramMb / slot[1], diskMb / slot[2]));
        const name = `empty_slots_${kind}${size}`;
        stats.set(name, (stats.get(name) ?? 0) + Math.max(0, slots));
      }
    }
  }
}
