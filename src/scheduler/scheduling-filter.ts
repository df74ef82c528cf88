import type { MaintenanceMode } from '../model/host.js';
import { amountsFit, type Amounts } from './amounts.js';
import { DEDICATED, type TaskRequest } from './task-request.js';
import { HOST_DEDICATED, HOST_DRAINED, HOST_DRAINING, insufficient, NO_VETOES, type Veto } from './veto.js';

export type Attributes = ReadonlyMap<string, readonly string[]>;

/** A place where a task could go: a host as it is, or as it would be. */
export interface Place {
  readonly attributes: Attributes;
  readonly mode: MaintenanceMode;
}

/** How many tasks of the job hold resources on hosts with this value of this attribute. */
export type CountTasks = (attribute: string, value: string) => number;

/**
 * The one question of placement. Stages in Aurora's order, the first that fails answers alone: dedicated,
 * maintenance, value constraints, limits, resources (all that lack). Placement, preemption, simulation and
 * explanations all ask here; no vetoes means that the task fits.
 */
export function findVetoes(
  request: TaskRequest,
  place: Place,
  available: Readonly<Amounts>,
  count: CountTasks,
): readonly Veto[] {
  if (!request.dedicated && place.attributes.has(DEDICATED)) return HOST_DEDICATED;
  if (place.mode === 'DRAINING') return HOST_DRAINING;
  if (place.mode === 'DRAINED') return HOST_DRAINED;
  for (const check of request.valueConstraints) {
    const values = place.attributes.get(check.name);
    const matches = values?.some((value) => check.values.has(value)) ?? false;
    if (matches === check.negated) return check.veto;
  }
  for (const check of request.limitConstraints) {
    const values = place.attributes.get(check.name);
    if (!values || values.length === 0) return check.missing;
    for (const value of values) if (count(check.name, value) >= check.limit) return check.full;
  }
  return amountsFit(request.amounts, available) ? NO_VETOES : missingResources(request.amounts, available);
}

function missingResources(wanted: Readonly<Amounts>, available: Readonly<Amounts>): readonly Veto[] {
  const vetoes: Veto[] = [];
  const cpus =
    Math.max(wanted.cpuMilli - available.cpuMilli, wanted.revocableCpuMilli - available.revocableCpuMilli) /
    1000;
  if (cpus > 0) vetoes.push(insufficient('CPU', cpus, 16));
  const ram = Math.max(wanted.ramMb - available.ramMb, wanted.revocableRamMb - available.revocableRamMb);
  if (ram > 0) vetoes.push(insufficient('RAM', ram, 24_576));
  const disk = wanted.diskMb - available.diskMb;
  if (disk > 0) vetoes.push(insufficient('disk', disk, 460_800));
  const ports = wanted.ports - available.ports;
  if (ports > 0) vetoes.push(insufficient('ports', ports, 1000));
  const gpus = wanted.gpus - available.gpus;
  if (gpus > 0) vetoes.push(insufficient('GPU', gpus, 4));
  return vetoes;
}
