/** Where a group's tasks would go if these victims made room. */
export interface PreemptionSlot {
  readonly agentId: string;
  readonly victims: readonly string[];
}

/** Slots found by the search, kept per group until they are used or too old. */
export class PreemptionSlots {
  readonly #slots = new Map<number, Array<{ readonly slot: PreemptionSlot; readonly untilMs: number }>>();

  constructor(private readonly removed: (why: 'explicit' | 'expiration', count: number) => void) {}

  get size(): number {
    return this.#slots.size;
  }

  add(configId: number, slot: PreemptionSlot, untilMs: number): void {
    const slots = this.#slots.get(configId);
    if (slots) slots.push({ slot, untilMs });
    else this.#slots.set(configId, [{ slot, untilMs }]);
  }

  has(configId: number, nowMs: number): boolean {
    this.#expire(configId, nowMs);
    return this.#slots.has(configId);
  }

  /** Takes the oldest slot out. */
  take(configId: number, nowMs: number): PreemptionSlot | undefined {
    this.#expire(configId, nowMs);
    const slots = this.#slots.get(configId);
    const first = slots?.shift();
    if (first) this.removed('explicit', 1);
    if (slots?.length === 0) this.#slots.delete(configId);
    return first?.slot;
  }

  /** Drops slots of groups that no longer wait. */
  retain(isWaiting: (configId: number) => boolean): void {
    for (const [configId, slots] of this.#slots) {
      if (isWaiting(configId)) continue;
      this.#slots.delete(configId);
      this.removed('explicit', slots.length);
    }
  }

  #expire(configId: number, nowMs: number): void {
    const all = this.#slots.get(configId);
    if (!all) return;
    const slots = all.filter(({ untilMs }) => untilMs > nowMs);
    if (slots.length < all.length) this.removed('expiration', all.length - slots.length);
    if (slots.length === 0) this.#slots.delete(configId);
    else this.#slots.set(configId, slots);
  }
}
