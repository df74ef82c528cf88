/** One measured figure. Ratios and CPU times mean something on any machine; wall times only beside their peer. */
export interface Row {
  /** What was measured: `us a job`, `CPU ms a process`. */
  readonly metric: string;
  readonly value: number;
  readonly unit: string;
  /** Who was measured in the same run, or whose published figure `peerValue` is. */
  readonly peer?: string;
  readonly peerValue?: number;
  /** The figure to reach, in the same unit. */
  readonly target?: number;
  /** How the figure came about, when its name does not say. */
  readonly note?: string;
}

/** A benchmark is a module that exports its name and a run. */
export interface Benchmark {
  readonly name: string;
  run(): Promise<Row[]>;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2
    ? (sorted[middle] ?? NaN)
    : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2;
}
