/** Something that is due; of those due at the same time the one made first goes first. */
export interface Deadline {
  readonly dueMs: number;
  readonly sequence: number;
}

/** A binary heap: the earliest deadline in constant time, changes in logarithmic. */
export class DeadlineHeap<T extends Deadline> {
  readonly #items: T[] = [];

  /** The earliest, left in the heap. */
  first(): T | undefined {
    return this.#items[0];
  }

  push(item: T): void {
    const items = this.#items;
    let index = items.length;
    items.push(item);
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = items[parent];
      if (!above || before(above, item)) break;
      items[index] = above;
      index = parent;
    }
    items[index] = item;
  }

  /** Removes the earliest. */
  pop(): void {
    const items = this.#items;
    const last = items.pop();
    if (!last || items.length === 0) return;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      let smaller = items[child];
      if (!smaller) break;
      const right = items[child + 1];
      if (right && before(right, smaller)) {
        child += 1;
        smaller = right;
      }
      if (before(last, smaller)) break;
      items[index] = smaller;
      index = child;
    }
    items[index] = last;
  }

  clear(): void {
    this.#items.length = 0;
  }
}

function before(a: Deadline, b: Deadline): boolean {
  return a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.sequence < b.sequence);
}
