import type { Clock, Timer } from '../base/clock.js';

/**
 * Many keyed deadlines on one timer of the clock. Setting a key again replaces its deadline. Due callbacks run
 * in order of deadline, then of setting; `afterRun` is called once after each burst.
 */
export class TimerQueue {
  readonly #heap: Entry[] = [];
  readonly #byKey = new Map<string, Entry>();
  #timer: Timer | undefined;
  #timerDueMs = Infinity;
  #sequence = 0;
  #stopped = false;

  constructor(
    private readonly clock: Clock,
    private readonly afterRun: () => void,
  ) {}

  get size(): number {
    return this.#byKey.size;
  }

  has(key: string): boolean {
    return this.#byKey.has(key);
  }

  set(key: string, delayMs: number, callback: () => void): void {
    const dueMs = this.clock.monotonicMs() + Math.max(0, delayMs);
    const entry = { key, dueMs, sequence: this.#sequence++, callback };
    this.#byKey.set(key, entry);
    push(this.#heap, entry);
    this.#arm();
  }

  cancel(key: string): void {
    this.#byKey.delete(key);
  }

  /** Nothing fires any more. */
  stop(): void {
    this.#stopped = true;
    this.#timer?.cancel();
    this.#byKey.clear();
    this.#heap.length = 0;
  }

  #arm(): void {
    this.#dropReplaced();
    const next = this.#heap[0];
    if (!next || this.#stopped || (this.#timer && this.#timerDueMs <= next.dueMs)) return;
    this.#timer?.cancel();
    this.#timerDueMs = next.dueMs;
    this.#timer = this.clock.after(next.dueMs - this.clock.monotonicMs(), () => {
      this.#timer = undefined;
      this.#timerDueMs = Infinity;
      this.#run();
    });
  }

  #run(): void {
    const now = this.clock.monotonicMs();
    const latest = this.#sequence;
    let ran = false;
    for (;;) {
      this.#dropReplaced();
      const next = this.#heap[0];
      // What a callback sets for "now" waits for the next burst, so that other work gets its turn.
      if (!next || next.dueMs > now || next.sequence >= latest || this.#stopped) break;
      pop(this.#heap);
      this.#byKey.delete(next.key);
      next.callback();
      ran = true;
    }
    this.#arm();
    if (ran && !this.#stopped) this.afterRun();
  }

  #dropReplaced(): void {
    for (let next = this.#heap[0]; next && this.#byKey.get(next.key) !== next; next = this.#heap[0])
      pop(this.#heap);
  }
}

interface Entry {
  readonly key: string;
  readonly dueMs: number;
  readonly sequence: number;
  readonly callback: () => void;
}

function before(a: Entry, b: Entry): boolean {
  return a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.sequence < b.sequence);
}

function push(heap: Entry[], entry: Entry): void {
  let index = heap.length;
  heap.push(entry);
  while (index > 0) {
    const parent = (index - 1) >> 1;
    const above = heap[parent];
    if (!above || before(above, entry)) break;
    heap[index] = above;
    index = parent;
  }
  heap[index] = entry;
}

function pop(heap: Entry[]): void {
  const last = heap.pop();
  if (!last || heap.length === 0) return;
  let index = 0;
  for (;;) {
    let child = 2 * index + 1;
    let smaller = heap[child];
    if (!smaller) break;
    const right = heap[child + 1];
    if (right && before(right, smaller)) {
      child += 1;
      smaller = right;
    }
    if (before(last, smaller)) break;
    heap[index] = smaller;
    index = child;
  }
  heap[index] = last;
}
