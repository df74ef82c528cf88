import type { ResponseCode } from '../model/response.js';

/** Counters of the daemon itself; the scheduler's own come from its core. Names are the original's. */
export class Metrics {
  readonly #counters = new Map<string, number>();

  add(name: string, amount = 1): void {
    this.#counters.set(name, (this.#counters.get(name) ?? 0) + amount);
  }

  httpResponse(status: number): void {
    this.add(`http_${status}_responses_events`);
  }

  /** One piece of work of a kind that is timed. */
  timed(name: string, nanos: number): void {
    this.add(`${name}_events`);
    this.add(`${name}_nanos_total`, nanos);
  }

  /** One call of the API: its count, its time, its outcome. */
  apiCall(method: string, nanos: number, code: ResponseCode): void {
    this.timed(`scheduler_thrift_${method}`, nanos);
    this.add(`scheduler_thrift_response_${code}`);
  }

  entries(): ReadonlyMap<string, number> {
    return this.#counters;
  }
}

/** All values by name: later maps win. */
export function collectMetrics(...sources: ReadonlyArray<ReadonlyMap<string, number>>): Map<string, number> {
  const all = new Map<string, number>();
  for (const source of sources) for (const [name, value] of source) all.set(name, value);
  return all;
}

/** Of a timed stat X: `X_events` counts, `X_nanos_total` or `X_ms_total` adds up. */
const TOTAL = /^(.+)_(nanos|ms)_total$/;
const SHORTEST_WINDOW_MS = 1000;

/**
 * What follows from timed stats: `X_ms_per_event`, `X_events_per_sec`, `X_ms_total_per_sec`. Rates are over the time
 * between two collections, which is at least a second: who asks more often gets the same rates again.
 */
export class DerivedStats {
  #before: Readings = { atMs: -Infinity, values: new Map() };
  #latest: Readings = this.#before;

  addTo(all: Map<string, number>, nowMs: number): void {
    if (nowMs - this.#latest.atMs >= SHORTEST_WINDOW_MS) {
      this.#before = this.#latest;
      this.#latest = { atMs: nowMs, values: new Map([...all].filter(([name]) => isTimed(name))) };
    }
    for (const [name, total] of [...all]) {
      const [, stem, unit] = TOTAL.exec(name) ?? [];
      const events = stem === undefined ? undefined : all.get(`${stem}_events`);
      if (events !== undefined) all.set(`${stem}_${unit}_per_event`, events === 0 ? 0 : total / events);
      if (isTimed(name)) all.set(`${name}_per_sec`, this.#rate(name));
    }
  }

  #rate(name: string): number {
    const seconds = (this.#latest.atMs - this.#before.atMs) / 1000;
    if (!Number.isFinite(seconds)) return 0;
    return ((this.#latest.values.get(name) ?? 0) - (this.#before.values.get(name) ?? 0)) / seconds;
  }
}

interface Readings {
  readonly atMs: number;
  readonly values: ReadonlyMap<string, number>;
}

function isTimed(name: string): boolean {
  return name.endsWith('_events') || TOTAL.test(name);
}

/** `/vars`: one `name value` a line, sorted. */
export function varsText(metrics: ReadonlyMap<string, number>): string {
  return sorted(metrics)
    .map(([name, value]) => `${name} ${formatNumber(value)}\n`)
    .join('');
}

/** Prometheus' text format: names get `aurora_` in front, and underscores for what Prometheus does not allow. */
export function prometheusText(metrics: ReadonlyMap<string, number>): string {
  const lines = new Map<string, string>();
  for (const [name, value] of sorted(metrics)) {
    const legal = `aurora_${name.replace(/[^a-zA-Z0-9_:]/g, '_')}`;
    const type = /_(?:events|total)$|^http_|_response_|_runs$|_count$/.test(name) ? 'counter' : 'gauge';
    // Two names that become one keep the first.
    if (!lines.has(legal)) lines.set(legal, `# TYPE ${legal} ${type}\n${legal} ${formatNumber(value)}\n`);
  }
  return [...lines.values()].join('');
}

function sorted(metrics: ReadonlyMap<string, number>): Array<[string, number]> {
  return [...metrics].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}

function formatNumber(value: number): string {
  return Number.isFinite(value) ? String(value) : 'NaN';
}
