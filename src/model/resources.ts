import type { Resource, TaskConfig } from './task-config.js';

/**
 * Amounts of everything an agent can give: the form that placement, quota and preemption compute with.
 * cpus in cores, memory and disk in whole MB (2^20 bytes), ports as a count.
 */
export interface Resources {
  readonly cpus: number;
  readonly ramMb: number;
  readonly diskMb: number;
  readonly gpus: number;
  readonly ports: number;
}

/** What an agent has to offer. */
export interface AgentResources {
  readonly cpus: number;
  readonly ramMb: number;
  readonly diskMb: number;
  readonly gpus: number;
  /** Inclusive ranges, for example [[31000, 31999]]. */
  readonly portRanges: ReadonlyArray<readonly [number, number]>;
  /** Beyond the above, what the agent lends and may take back: only tasks of a revocable tier use it. */
  readonly revocableCpus?: number;
  readonly revocableRamMb?: number;
}

/** What is really used, as sampled: cores averaged since the last sample, bytes, counts. */
export interface ResourceUsage {
  readonly cpus: number;
  readonly ramBytes: number;
  readonly diskBytes: number;
  readonly processes: number;
  readonly threads: number;
}

export const NO_RESOURCES: Resources = { cpus: 0, ramMb: 0, diskMb: 0, gpus: 0, ports: 0 };

/** Floating cpus are compared and summed in thousandths, so that 0.1 + 0.2 fits into 0.3. */
const MILLI = 1000;

export function addResources(a: Resources, b: Resources): Resources {
  return combine(a, b, 1);
}

/** May go below zero: the caller asks `fits` first. */
export function subtractResources(a: Resources, b: Resources): Resources {
  return combine(a, b, -1);
}

export function fits(wanted: Resources, available: Resources): boolean {
  return (
    milli(wanted.cpus) <= milli(available.cpus) &&
    wanted.ramMb <= available.ramMb &&
    wanted.diskMb <= available.diskMb &&
    wanted.gpus <= available.gpus &&
    wanted.ports <= available.ports
  );
}

/** What one instance of the task asks for, its executor's own needs excluded. */
export function requestedResources(config: TaskConfig): Resources {
  const total = { cpus: 0, ramMb: 0, diskMb: 0, gpus: 0, ports: 0 };
  for (const resource of config.resources) {
    if ('numCpus' in resource) total.cpus += resource.numCpus;
    else if ('ramMb' in resource) total.ramMb += resource.ramMb;
    else if ('diskMb' in resource) total.diskMb += resource.diskMb;
    else if ('numGpus' in resource) total.gpus += resource.numGpus;
    else if ('namedPort' in resource) total.ports += 1;
  }
  return total;
}

/** Names of the ports that a task asks for, in order of appearance. */
export function requestedPorts(config: TaskConfig): string[] {
  return config.resources.flatMap((resource) => ('namedPort' in resource ? [resource.namedPort] : []));
}

/** The three countable resources as the wire's set of unions. */
export function toResourceSet(resources: Resources): Resource[] {
  return [{ numCpus: resources.cpus }, { ramMb: resources.ramMb }, { diskMb: resources.diskMb }];
}

function combine(a: Resources, b: Resources, sign: 1 | -1): Resources {
  return {
    cpus: (milli(a.cpus) + sign * milli(b.cpus)) / MILLI,
    ramMb: a.ramMb + sign * b.ramMb,
    diskMb: a.diskMb + sign * b.diskMb,
    gpus: a.gpus + sign * b.gpus,
    ports: a.ports + sign * b.ports,
  };
}

function milli(cpus: number): number {
  return Math.round(cpus * MILLI);
}
