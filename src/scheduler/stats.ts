/** Aurora's counters and gauges, by Aurora's names. A counter counts from the start of the process. */
export class Stats {
  readonly #counters = new Map<string, number>();
  readonly #gauges = new Map<string, () => number>();
  readonly #sources: Array<() => ReadonlyMap<string, number>> = [];

  count(name: string, by = 1): void {
    this.#counters.set(name, (this.#counters.get(name) ?? 0) + by);
  }

  get(name: string): number {
    return this.#counters.get(name) ?? this.#gauges.get(name)?.() ?? 0;
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
    for (const [name, value] of this.#counters) all.set(statName(name), value);
    for (const [name, read] of this.#gauges) all.set(statName(name), read());
    for (const source of this.#sources) for (const [name, value] of source()) all.set(statName(name), value);
    return new Map([...all].sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}

export function statName(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9_.:-]/g, '_');
}
