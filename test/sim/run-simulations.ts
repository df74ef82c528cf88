import { LONG, runSeed, SHORT, type RunOptions, type RunResult } from './run-seed.js';

export interface SimulationOptions extends RunOptions {
  readonly seeds: number;
  readonly from?: number;
  /** Clusters of 50 agents instead of 4. */
  readonly long?: boolean;
  readonly onSeed?: (result: RunResult) => void;
}

export interface SimulationSummary {
  readonly seeds: number;
  /** Each with what it violated; `runSeed(seed)` reproduces it. */
  readonly failures: readonly RunResult[];
  readonly simulatedMs: number;
  readonly schedulerLives: number;
  readonly commits: number;
}

/** Runs so many seeds, one after another, and stops at ten failures. */
export function runSimulations(options: SimulationOptions): SimulationSummary {
  const from = options.from ?? 0;
  const size = options.size ?? (options.long === true ? LONG : SHORT);
  const failures: RunResult[] = [];
  let simulatedMs = 0;
  let schedulerLives = 0;
  let commits = 0;
  let seeds = 0;
  for (let seed = from; seed < from + options.seeds && failures.length < 10; seed++) {
    const result = runSeed(seed, { ...options, size });
    options.onSeed?.(result);
    if (result.violations.length > 0) failures.push(result);
    simulatedMs += result.simulatedMs;
    schedulerLives += result.schedulerLives;
    commits += result.commits;
    seeds += 1;
  }
  return { seeds, failures, simulatedMs, schedulerLives, commits };
}
