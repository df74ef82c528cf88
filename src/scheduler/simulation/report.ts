/** What a simulation found out. Holds simulated time only: the same scenario and seed give the same bytes. */
export interface SimulationReport {
  readonly name: string;
  readonly seed: number;
  readonly simulatedMs: number;
  /** From PENDING to ASSIGNED, every instance and every replacement. */
  readonly placementDelay: DelaySummary;
  /** From PENDING to RUNNING. */
  readonly timeToRunning: DelaySummary;
  readonly launched: number;
  readonly finished: number;
  readonly failed: number;
  readonly lost: number;
  readonly killed: number;
  readonly preempted: number;
  readonly drained: number;
  readonly pendingAtEnd: number;
  readonly runningAtEnd: number;
  readonly samples: readonly Sample[];
  /** The worst uptime first. */
  readonly jobs: readonly JobReport[];
  /** What did not go as the scenario wanted, for example jobs that were refused. */
  readonly notes: readonly string[];
  readonly delayHistogram: ReadonlyArray<readonly [upToMs: number, count: number]>;
}

export interface DelaySummary {
  readonly count: number;
  readonly p50Ms: number;
  readonly p90Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

export interface Sample {
  readonly atMs: number;
  readonly agents: number;
  /** Of the registered agents' resources, promised: 0 to 1. */
  readonly cpuShare: number;
  readonly ramShare: number;
  readonly pending: number;
  readonly throttled: number;
  readonly running: number;
  /** Counted from the start. */
  readonly launched: number;
  readonly lost: number;
  readonly preempted: number;
}

export interface JobReport {
  readonly key: string;
  readonly instances: number;
  readonly service: boolean;
  readonly placed: number;
  readonly delayP99Ms: number;
  /** Services: share of the instances' time that was RUNNING, from creation on. */
  readonly uptimePercent: number;
  readonly lost: number;
  readonly failed: number;
  readonly preempted: number;
}
