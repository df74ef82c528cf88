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

  /** One call of the API: its count, its time, its outcome. */
  apiCall(method: string, nanos: number, code: ResponseCode): void {
    this.add(`scheduler_thrift_${method}_events`);
    this.add(`scheduler_thrift_${method}_nanos_total`, nanos);
    this.add(`scheduler_thrift_response_${code}`);
  }

  entries(): ReadonlyMap<string, number> {
    return this.#counters;
  }
}

/** All values by name: later maps win. `X_nanos_per_event` is derived from total and count. */
export function collectMetrics(...sources: ReadonlyArray<ReadonlyMap<string, number>>): Map<string, number> {
  const all = new Map<string, number>();
  for (const source of sources) for (const [name, value] of source) all.set(name, value);
  for (const [name, total] of [...all]) {
    if (!name.endsWith('_nanos_total')) continue;
    const stem = name.slice(0, -'_nanos_total'.length);
    const events = all.get(`${stem}_events`);
    if (events) all.set(`${stem}_nanos_per_event`, total / events);
  }
  return all;
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
