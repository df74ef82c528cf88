import { below, type Random } from '../base/random.js';
import type { AgentDescription } from '../model/agent-protocol.js';
import type { AgentResources, ResourceUsage } from '../model/resources.js';
import type { Attribute, MaintenanceMode } from '../model/host.js';
import { accumulate, noAmounts, type Amounts } from './amounts.js';
import type { Attributes, Place } from './scheduling-filter.js';
import type { TaskRequest } from './task-request.js';

/** What one task holds on its host. */
export interface Allocation {
  readonly request: TaskRequest;
  readonly ports: readonly number[];
}

/** Tasks of one configuration that have no port share one. */
function toAllocation(request: TaskRequest, ports: readonly number[]): Allocation {
  if (ports.length > 0) return { request, ports };
  request.withoutPorts ??= { request, ports };
  return request.withoutPorts;
}

/** An agent kept free of other groups' tasks for a while: a preemption made room for this one. */
export interface Reservation {
  readonly configId: number;
  readonly untilMs: number;
}

/** A registered agent: what it has, what is promised to whom. Its free amounts are total minus allocated. */
export class Host implements Place {
  readonly agentId: string;
  readonly name: string;
  attributes: Attributes;
  mode: MaintenanceMode;
  readonly total: Amounts = noAmounts();
  readonly free: Amounts = noAmounts();
  readonly tasks = new Map<string, Allocation>();
  reservation: Reservation | undefined;
  usage: ResourceUsage | undefined;
  pid: number | undefined;
  /** When it may be asked again for tasks that its heartbeats do not name. */
  mayAskMs = 0;
  /** Its place in the pool's index; -1 outside. */
  slot = -1;
  /** Its place in the pool's list. */
  listIndex = -1;
  /** Its place in a random order. */
  lot = 0;
  #portRanges: ReadonlyArray<readonly [number, number]> = [];
  readonly #usedPorts = new Set<number>();

  constructor(description: AgentDescription, mode: MaintenanceMode) {
    this.agentId = description.agentId;
    this.name = description.host;
    this.attributes = hostAttributes(description.host, description.attributes);
    this.mode = mode;
    this.resize(description.resources);
  }

  /** New totals; what is allocated stays allocated, even beyond them. */
  resize(resources: AgentResources): void {
    this.#portRanges = mergeRanges(resources.portRanges);
    const total: Amounts = {
      cpuMilli: Math.floor(atLeastZero(resources.cpus) * 1000),
      ramMb: Math.floor(atLeastZero(resources.ramMb)),
      diskMb: Math.floor(atLeastZero(resources.diskMb)),
      gpus: Math.floor(atLeastZero(resources.gpus)),
      ports: this.#portRanges.reduce((sum, [first, last]) => sum + last - first + 1, 0),
      revocableCpuMilli: Math.floor(atLeastZero(resources.revocableCpus ?? 0) * 1000),
      revocableRamMb: Math.floor(atLeastZero(resources.revocableRamMb ?? 0)),
    };
    const change = { ...total };
    accumulate(change, this.total, -1);
    accumulate(this.total, change);
    accumulate(this.free, change);
  }

  allocate(taskId: string, request: TaskRequest, ports: readonly number[]): void {
    if (this.tasks.has(taskId)) return;
    this.tasks.set(taskId, toAllocation(request, ports));
    accumulate(this.free, request.amounts, -1);
    for (const port of ports) this.#usedPorts.add(port);
  }

  /** A reserved host is for its group alone. */
  isFor(configId: number, monotonicMs: number): boolean {
    const { reservation } = this;
    return !reservation || reservation.configId === configId || reservation.untilMs <= monotonicMs;
  }

  release(taskId: string): boolean {
    const allocation = this.tasks.get(taskId);
    if (!allocation) return false;
    this.tasks.delete(taskId);
    accumulate(this.free, allocation.request.amounts);
    for (const port of allocation.ports) this.#usedPorts.delete(port);
    return true;
  }

  /** A free port for each name, chosen at random; undefined when there are not enough. */
  choosePorts(names: readonly string[], random: Random): Array<readonly [string, number]> | undefined {
    const chosen: Array<readonly [string, number]> = [];
    const taken = new Set<number>();
    for (const name of names) {
      const port = this.#choosePort(taken, random);
      if (port === undefined) return undefined;
      taken.add(port);
      chosen.push([name, port]);
    }
    return chosen;
  }

  /** First and last port of each run that no task has. */
  freePortRanges(): Array<readonly [number, number]> {
    const used = [...this.#usedPorts].sort((a, b) => a - b);
    const free: Array<readonly [number, number]> = [];
    for (const [first, last] of this.#portRanges) {
      let begin = first;
      for (const port of used) {
        if (port < begin || port > last) continue;
        if (port > begin) free.push([begin, port - 1]);
        begin = port + 1;
      }
      if (begin <= last) free.push([begin, last]);
    }
    return free;
  }

  #choosePort(taken: ReadonlySet<number>, random: Random): number | undefined {
    const count = this.total.ports;
    if (count === 0) return undefined;
    // A random start and a walk from there: cheap when few are used, certain to find the last one.
    const start = below(random, count);
    for (let step = 0; step < count; step++) {
      const port = this.#portAt((start + step) % count);
      if (!this.#usedPorts.has(port) && !taken.has(port)) return port;
    }
    return undefined;
  }

  #portAt(index: number): number {
    let left = index;
    for (const [first, last] of this.#portRanges) {
      const size = last - first + 1;
      if (left < size) return first + left;
      left -= size;
    }
    return -1;
  }
}

/** Values of one name are collected; `host` is implicit. */
export function hostAttributes(host: string, attributes: readonly Attribute[]): Attributes {
  const all = new Map<string, string[]>([['host', [host]]]);
  for (const { name, values } of attributes) {
    if (name === 'host') continue;
    all.set(name, [...new Set([...(all.get(name) ?? []), ...values])]);
  }
  return all;
}

function atLeastZero(amount: number): number {
  return amount > 0 && Number.isFinite(amount) ? amount : 0;
}

const HIGHEST_PORT = 65_535;

/** Sound, sorted, without overlap: a port named twice is one port. */
function mergeRanges(ranges: ReadonlyArray<readonly [number, number]>): Array<readonly [number, number]> {
  const sound = ranges
    .filter(([first, last]) => first >= 1 && last <= HIGHEST_PORT && first <= last)
    .toSorted(([a], [b]) => a - b);
  const merged: Array<[number, number]> = [];
  for (const [first, last] of sound) {
    const previous = merged.at(-1);
    if (previous && first <= previous[1] + 1) previous[1] = Math.max(previous[1], last);
    else merged.push([first, last]);
  }
  return merged;
}
