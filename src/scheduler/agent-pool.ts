import { seededRandom, below, type Random } from '../base/random.js';
import type { Host } from './host.js';
import { HostIndex, type OrderKeys } from './host-index.js';
import type { OfferOrder } from './options.js';
import type { TaskRequest } from './task-request.js';
import { DEDICATED } from './task-request.js';

/**
 * The registered agents, found by id, by host name, by attribute value and in the order of evaluation.
 * Hosts that are draining or drained are known but never found for placement; dedicated hosts are kept apart,
 * so that they do not stand in the way of everybody else's search.
 */
export class AgentPool {
  readonly byId = new Map<string, Host>();
  readonly byName = new Map<string, Host>();
  readonly #general: HostIndex;
  readonly #dedicated: HostIndex;
  readonly #byAttribute = new Map<string, Map<string, Set<Host>>>();
  /** All of them, for walks that begin anywhere. */
  readonly list: Host[] = [];
  readonly #random: Random;
  readonly #isRandom: boolean;

  constructor(order: readonly OfferOrder[], random: Random) {
    this.#random = seededRandom(below(random, 2 ** 32));
    this.#isRandom = order[0] === 'RANDOM';
    const keys = orderKeys(order);
    this.#general = new HostIndex(order.length + 1, keys);
    this.#dedicated = new HostIndex(order.length + 1, keys);
  }

  add(host: Host): void {
    this.byId.set(host.agentId, host);
    this.byName.set(host.name, host);
    host.listIndex = this.list.push(host) - 1;
    host.lot = this.#random.next();
    for (const [name, values] of this.#byAttribute) addToAttribute(values, host, name);
    if (isOpen(host)) this.#indexOf(host).add(host);
  }

  remove(host: Host): void {
    this.byId.delete(host.agentId);
    const last = this.list.pop();
    if (last && last !== host) {
      this.list[host.listIndex] = last;
      last.listIndex = host.listIndex;
    }
    if (this.byName.get(host.name) === host) this.byName.delete(host.name);
    for (const values of this.#byAttribute.values()) for (const hosts of values.values()) hosts.delete(host);
    this.#indexOf(host).remove(host);
  }

  /** After the host's free amounts or mode changed. */
  update(host: Host): void {
    // Lots drawn anew keep a random order fair; among thousands of hosts the random start is enough.
    if (this.byId.size <= FEW_HOSTS) host.lot = this.#random.next();
    const index = this.#indexOf(host);
    if (!isOpen(host)) index.remove(host);
    else if (host.slot < 0) index.add(host);
    else index.update(host);
  }

  /**
   * The first host in order that `accept` takes, among those with the resources and attributes wanted. A random order
   * begins at `lot`, or anywhere.
   */
  find(request: TaskRequest, accept: (host: Host) => boolean, lot?: number): Host | undefined {
    const candidates = this.#fewCandidates(request);
    if (candidates) return this.#firstOf(candidates, accept);
    const from = this.#isRandom ? (lot ?? this.#random.next()) : undefined;
    if (!request.dedicated) return this.#general.find(request.amounts, accept, from);
    return (
      this.#dedicated.find(request.amounts, accept, from) ?? this.#general.find(request.amounts, accept, from)
    );
  }

  /** False when no open host has the resources free: then there is nothing to search. */
  mayFit(request: TaskRequest): boolean {
    return (
      this.#general.mayFit(request.amounts) || (request.dedicated && this.#dedicated.mayFit(request.amounts))
    );
  }

  /** Values of an attribute that registered hosts have. */
  valuesOf(attribute: string): ReadonlyMap<string, ReadonlySet<Host>> {
    return this.#attributeIndex(attribute);
  }

  #indexOf(host: Host): HostIndex {
    return host.attributes.has(DEDICATED) ? this.#dedicated : this.#general;
  }

  /** Hosts that satisfy the most selective positive constraint, when they are few; undefined: search the order. */
  #fewCandidates(request: TaskRequest): Host[] | undefined {
    let fewest: Host[] | undefined;
    const bound = Math.max(MOST_CANDIDATES, Math.floor(this.byId.size / 16));
    for (const check of request.valueConstraints) {
      if (check.negated) continue;
      const hosts = this.#hostsWith(check.name, check.values, Math.min(bound, fewest?.length ?? bound));
      if (hosts) fewest = hosts;
    }
    return fewest;
  }

  /** Undefined when there are more than `most`. */
  #hostsWith(name: string, values: ReadonlySet<string>, most: number): Host[] | undefined {
    const found = new Set<Host>();
    for (const value of values) {
      if (name === 'host') {
        const host = this.byName.get(value);
        if (host) found.add(host);
      } else {
        const hosts = this.#attributeIndex(name).get(value);
        if (hosts && hosts.size > most) return undefined;
        for (const host of hosts ?? []) found.add(host);
      }
      if (found.size > most) return undefined;
    }
    return [...found];
  }

  #firstOf(candidates: readonly Host[], accept: (host: Host) => boolean): Host | undefined {
    let first: Host | undefined;
    for (const host of candidates) {
      if (host.slot < 0) continue;
      if (first && !this.#precedes(host, first)) continue;
      if (accept(host)) first = host;
    }
    return first;
  }

  #precedes(a: Host, b: Host): boolean {
    const index = this.#indexOf(a);
    return index === this.#indexOf(b) ? index.precedes(a, b) : index === this.#dedicated;
  }

  #attributeIndex(name: string): Map<string, Set<Host>> {
    const known = this.#byAttribute.get(name);
    if (known) return known;
    const values = new Map<string, Set<Host>>();
    for (const host of this.byId.values()) addToAttribute(values, host, name);
    this.#byAttribute.set(name, values);
    return values;
  }
}

const MOST_CANDIDATES = 64;
const FEW_HOSTS = 2000;

function isOpen(host: Host): boolean {
  return host.mode === 'NONE' || host.mode === 'SCHEDULED';
}

function addToAttribute(values: Map<string, Set<Host>>, host: Host, name: string): void {
  for (const value of host.attributes.get(name) ?? []) {
    const hosts = values.get(value);
    if (hosts) hosts.add(host);
    else values.set(value, new Set([host]));
  }
}

/** Hosts not about to be maintained come first, then the tightest in the named dimensions. */
function orderKeys(order: readonly OfferOrder[]): OrderKeys {
  const functions = order.map((name) => ORDERS[name]);
  return (host, keys) => {
    keys[0] = host.mode === 'SCHEDULED' ? 1 : 0;
    for (let i = 0; i < functions.length; i++) keys[i + 1] = functions[i]?.(host) ?? 0;
  };
}

const ORDERS: Readonly<Record<OfferOrder, (host: Host) => number>> = {
  RANDOM: (host) => host.lot,
  CPU: (host) => host.free.cpuMilli,
  MEMORY: (host) => host.free.ramMb,
  DISK: (host) => host.free.diskMb,
  REVOCABLE_CPU: (host) => host.free.revocableCpuMilli,
  BEST_FIT: (host) =>
    share(host.free.cpuMilli, host.total.cpuMilli) +
    share(host.free.ramMb, host.total.ramMb) +
    share(host.free.diskMb, host.total.diskMb),
};

function share(free: number, total: number): number {
  return total > 0 ? free / total : 0;
}
