/** One live process, as the system describes it. */
export interface ProcessFacts {
  readonly pid: number;
  readonly parentPid: number;
  /** `sleeping`, `running`, ... in psutil's words. */
  readonly status: string;
  readonly userSecs: number;
  readonly systemSecs: number;
  readonly nice: number | undefined;
  readonly threads: number;
  readonly residentBytes: number;
  readonly virtualBytes: number;
}

/** Where the facts come from: /proc on Linux, `ps` elsewhere. */
export interface ProcessTable {
  /** The given processes and all their descendants; what has ended is left out. */
  trees(roots: readonly number[]): Promise<ReadonlyMap<number, readonly ProcessFacts[]>>;
}

const STATUSES: ReadonlyMap<string, string> = new Map([
  ['R', 'running'],
  ['S', 'sleeping'],
  ['D', 'disk-sleep'],
  ['U', 'disk-sleep'],
  ['T', 'stopped'],
  ['t', 'tracing-stop'],
  ['Z', 'zombie'],
  ['X', 'dead'],
  ['I', 'idle'],
]);

export function statusName(letter: string): string {
  return STATUSES.get(letter) ?? letter;
}
