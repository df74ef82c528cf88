import type { Amounts } from './amounts.js';
import type { Host } from './host.js';

/** A host's keys in the order of evaluation, most significant first; smaller is tried first. */
export type OrderKeys = (host: Host, keys: Float64Array) => void;

/**
 * Hosts in the order in which placement tries them, with what is free at most in each part of the order, so
 * that a search skips all that cannot fit: finding a host, or that there is none, takes about log(hosts) steps.
 *
 * A treap: a search tree by order keys that is a heap by a fixed pseudo-random number of each slot, which
 * keeps it balanced. Nodes are slots of typed arrays; each has its own free amounts and the maxima of its subtree.
 */
export class HostIndex {
  readonly #keyCount: number;
  readonly #scratch: Float64Array;
  #hosts: Array<Host | undefined> = [];
  #freeSlots: number[] = [];
  #root = NONE;
  #size = 0;
  #left = new Int32Array(0);
  #right = new Int32Array(0);
  #keys = new Float64Array(0);
  #own = new Float64Array(0);
  #most = new Float64Array(0);

  constructor(
    keyCount: number,
    private readonly orderKeys: OrderKeys,
  ) {
    this.#keyCount = keyCount;
    this.#scratch = new Float64Array(keyCount);
  }

  get size(): number {
    return this.#size;
  }

  add(host: Host): void {
    const slot = this.#freeSlots.pop() ?? this.#hosts.length;
    if (slot >= this.#left.length) this.#grow(slot + 1);
    this.#hosts[slot] = host;
    host.slot = slot;
    this.#size += 1;
    this.#fill(slot, host);
    this.#root = this.#insert(this.#root, slot);
  }

  remove(host: Host): void {
    const { slot } = host;
    if (slot < 0) return;
    this.#root = this.#delete(this.#root, slot);
    this.#hosts[slot] = undefined;
    this.#freeSlots.push(slot);
    this.#size -= 1;
    host.slot = NONE;
  }

  /** After the host's amounts, mode or keys changed. */
  update(host: Host): void {
    const { slot } = host;
    if (slot < 0) return;
    this.orderKeys(host, this.#scratch);
    if (this.#keysChanged(slot)) {
      this.#root = this.#delete(this.#root, slot);
      this.#fill(slot, host);
      this.#root = this.#insert(this.#root, slot);
    } else {
      this.#fillOwn(slot, host);
      this.#refresh(this.#root, slot);
    }
  }

  /**
   * The first host in order with these amounts free that `accept` takes. With `from`, the search begins where
   * the second key is at least that, and comes round to the beginning.
   */
  find(wanted: Readonly<Amounts>, accept: (host: Host) => boolean, from?: number): Host | undefined {
    let slot = from === undefined ? NONE : this.#findFrom(this.#root, wanted, accept, from);
    if (slot === NONE) slot = this.#find(this.#root, wanted, accept);
    return slot === NONE ? undefined : this.#hosts[slot];
  }

  /** False means that no host has these amounts free; true, that perhaps one has. */
  mayFit(wanted: Readonly<Amounts>): boolean {
    return this.#root !== NONE && this.#fits(this.#most, this.#root, wanted);
  }

  /** Whether `a` is tried before `b`. */
  precedes(a: Host, b: Host): boolean {
    return this.#before(a.slot, b.slot);
  }

  #find(node: number, wanted: Readonly<Amounts>, accept: (host: Host) => boolean): number {
    if (node === NONE || !this.#fits(this.#most, node, wanted)) return NONE;
    const before = this.#find(this.#left[node] as number, wanted, accept);
    if (before !== NONE) return before;
    if (this.#fits(this.#own, node, wanted) && accept(this.#hosts[node] as Host)) return node;
    return this.#find(this.#right[node] as number, wanted, accept);
  }

  /** As `#find`, among the hosts of the best first key whose second key is at least `from`. */
  #findFrom(node: number, wanted: Readonly<Amounts>, accept: (host: Host) => boolean, from: number): number {
    if (node === NONE || !this.#fits(this.#most, node, wanted)) return NONE;
    const at = node * this.#keyCount;
    const best = this.#keys[at] === 0;
    const reached = (this.#keys[at + 1] as number) >= from;
    if (!best || reached) {
      const before = this.#findFrom(this.#left[node] as number, wanted, accept, from);
      if (before !== NONE || !best) return before;
      if (this.#fits(this.#own, node, wanted) && accept(this.#hosts[node] as Host)) return node;
    }
    return this.#findFrom(this.#right[node] as number, wanted, accept, from);
  }

  #fits(amounts: Float64Array, node: number, wanted: Readonly<Amounts>): boolean {
    const at = node * DIMENSIONS;
    return (
      wanted.cpuMilli <= (amounts[at] as number) &&
      wanted.ramMb <= (amounts[at + 1] as number) &&
      wanted.diskMb <= (amounts[at + 2] as number) &&
      wanted.gpus <= (amounts[at + 3] as number) &&
      wanted.ports <= (amounts[at + 4] as number)
    );
  }

  #fill(slot: number, host: Host): void {
    this.#fillOwn(slot, host);
    this.orderKeys(host, this.#scratch);
    this.#keys.set(this.#scratch, slot * this.#keyCount);
    this.#left[slot] = NONE;
    this.#right[slot] = NONE;
    this.#pull(slot);
  }

  #fillOwn(slot: number, host: Host): void {
    const { free } = host;
    const at = slot * DIMENSIONS;
    this.#own[at] = free.cpuMilli;
    this.#own[at + 1] = free.ramMb;
    this.#own[at + 2] = free.diskMb;
    this.#own[at + 3] = free.gpus;
    this.#own[at + 4] = free.ports;
  }

  #keysChanged(slot: number): boolean {
    for (let i = 0; i < this.#keyCount; i++)
      if (this.#keys[slot * this.#keyCount + i] !== this.#scratch[i]) return true;
    return false;
  }

  /** The maxima above a slot that stays in its place, up to the first that is the same as before; false: there. */
  #refresh(node: number, slot: number): boolean {
    if (node !== slot) {
      const next = this.#before(slot, node) ? this.#left[node] : this.#right[node];
      if (!this.#refresh(next as number, slot)) return false;
    }
    return this.#pull(node);
  }

  #insert(node: number, slot: number): number {
    if (node === NONE) return slot;
    if (rank(slot) > rank(node)) {
      this.#split(node, slot);
      this.#pull(slot);
      return slot;
    }
    if (this.#before(slot, node)) this.#left[node] = this.#insert(this.#left[node] as number, slot);
    else this.#right[node] = this.#insert(this.#right[node] as number, slot);
    this.#pull(node);
    return node;
  }

  /** Makes everything before `slot` its left subtree and everything after it its right one. */
  #split(node: number, slot: number): void {
    let leftEnd = slot;
    let rightEnd = slot;
    const path: number[] = [];
    for (let at = node; at !== NONE;) {
      path.push(at);
      if (this.#before(at, slot)) {
        if (leftEnd === slot) this.#left[slot] = at;
        else this.#right[leftEnd] = at;
        leftEnd = at;
        at = this.#right[at] as number;
      } else {
        if (rightEnd === slot) this.#right[slot] = at;
        else this.#left[rightEnd] = at;
        rightEnd = at;
        at = this.#left[at] as number;
      }
    }
    if (leftEnd !== slot) this.#right[leftEnd] = NONE;
    if (rightEnd !== slot) this.#left[rightEnd] = NONE;
    for (const at of path.reverse()) this.#pull(at);
  }

  #delete(node: number, slot: number): number {
    if (node === slot) return this.#merge(this.#left[node] as number, this.#right[node] as number);
    if (this.#before(slot, node)) this.#left[node] = this.#delete(this.#left[node] as number, slot);
    else this.#right[node] = this.#delete(this.#right[node] as number, slot);
    this.#pull(node);
    return node;
  }

  #merge(a: number, b: number): number {
    if (a === NONE) return b;
    if (b === NONE) return a;
    if (rank(a) > rank(b)) {
      this.#right[a] = this.#merge(this.#right[a] as number, b);
      this.#pull(a);
      return a;
    }
    this.#left[b] = this.#merge(a, this.#left[b] as number);
    this.#pull(b);
    return b;
  }

  /** The maxima of a subtree from its node's own amounts and its children's maxima; says whether they changed. */
  #pull(node: number): boolean {
    const left = this.#left[node] as number;
    const right = this.#right[node] as number;
    const most = this.#most;
    const at = node * DIMENSIONS;
    let changed = false;
    for (let i = 0; i < DIMENSIONS; i++) {
      let value = this.#own[at + i] as number;
      if (left !== NONE) value = Math.max(value, most[left * DIMENSIONS + i] as number);
      if (right !== NONE) value = Math.max(value, most[right * DIMENSIONS + i] as number);
      if (most[at + i] === value) continue;
      most[at + i] = value;
      changed = true;
    }
    return changed;
  }

  #before(a: number, b: number): boolean {
    const keys = this.#keys;
    const count = this.#keyCount;
    for (let i = 0; i < count; i++) {
      const x = keys[a * count + i] as number;
      const y = keys[b * count + i] as number;
      if (x !== y) return x < y;
    }
    return a < b;
  }

  #grow(wanted: number): void {
    const capacity = Math.max(16, wanted, this.#left.length * 2);
    this.#left = copyInto(new Int32Array(capacity), this.#left);
    this.#right = copyInto(new Int32Array(capacity), this.#right);
    this.#keys = copyInto(new Float64Array(capacity * this.#keyCount), this.#keys);
    this.#own = copyInto(new Float64Array(capacity * DIMENSIONS), this.#own);
    this.#most = copyInto(new Float64Array(capacity * DIMENSIONS), this.#most);
  }
}

const NONE = -1;
/** cpu, ram, disk, gpu, ports. */
const DIMENSIONS = 5;

/** A fixed number that looks random (a bijective hash), so that equal histories make equal trees. */
function rank(slot: number): number {
  let x = (slot + 1) >>> 0;
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
  return (x ^ (x >>> 16)) >>> 0;
}

function copyInto<T extends Int32Array | Float64Array>(target: T, source: T): T {
  target.set(source);
  return target;
}
