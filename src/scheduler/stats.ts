export interface Counter {
  value: number;
}

/** Aurora's counters and gauges, by Aurora's names. A counter counts from the start of the process. */
export class Stats {
  readonly #counters = new Map<string, Counter>();
  readonly #gauges = new Map<string, () => number>();
  readonly #sources: Array<() => ReadonlyMap<string, number>> = [];

  count(name: string, by = 1): void {
    this.counter(name).value += by;
  }

  /** For who counts so often that finding the counter by its name each time would show. */
  counter(name: string): Counter {
    const known = this.#counters.get(name);
    if (known) return known;
    const made = { value: 0 };
    this.#counters.set(name, made);
    return made;
  }

  get(name: string): number {
    return this.#counters.get(name)?.value ?? this.#gauges.get(name)?.() ?? 0;
  }

  /** Read when asked for. */
  gauge(name: string, read: () => number): void {
    this.#gauges.set(name, read);
  }

  /** As `gauge`, for many names that are found together. */
  source(read: () => ReadonlyMap<string, number>): void {
    this.#sources.push(read);
  }

  /** Names as `/vars` shows them: what is not legal in a stat's name is `_`. */
  read(): ReadonlyMap<string, number> {
    const all = new Map<string, number>();
    for (const [name, { value }] of this.#counters) all.set(statName(name), value);
    for (const [name, read] of this.#gauges) all.set(statName(name), read());
    for (const source of this.#sources) for (const [name, value] of source()) all.set(statName(name), value);
    return new Map([...all].sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}

export function statName(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9_.:-]/g, '_');
}
