/**
 * A scenario: what `aurora simulate FILE` runs. Durations are text such as `500ms`, `30secs`, `5mins`, `2hrs`;
 * sizes are text such as `512MB`, `16GB`. Everything random comes from the seed.
 */
export interface Scenario {
  readonly name: string;
  readonly description?: string;
  readonly seed?: number;
  /** Simulated time from the first agent to the report. */
  readonly duration: string;
  /** Scheduler options by their flag names. */
  readonly options?: Readonly<Record<string, string | number | boolean>>;
  readonly agents: readonly AgentSpec[];
  /** Quota by role. */
  readonly quotas?: Readonly<Record<string, { cpus: number; ram: string; disk: string }>>;
  readonly jobs?: readonly JobSpec[];
  readonly events?: readonly EventSpec[];
  /** Time between two points of the plots; default 10secs. */
  readonly sample?: string;
}

/** So many alike agents: hosts `NAME1`, `NAME2`, ... */
export interface AgentSpec {
  readonly count: number;
  readonly name?: string;
  readonly cpus: number;
  readonly ram: string;
  readonly disk: string;
  readonly gpus?: number;
  /** `31000-32000` */
  readonly ports?: string;
  /** Agents are dealt to so many racks in turn. */
  readonly racks?: number;
  readonly attributes?: Readonly<Record<string, string>>;
}

export interface JobSpec {
  /** `role/environment/name`; of repeated jobs the second is `name-1`. */
  readonly key: string;
  readonly at?: string;
  /** More jobs like it: so many, at this mean interval (exponential: a Poisson stream; steady: exact). */
  readonly repeat?: {
    readonly count: number;
    readonly every: string;
    readonly spacing?: 'poisson' | 'steady';
  };
  /** A number or a distribution over whole numbers. */
  readonly instances?: number | Distribution;
  readonly service?: boolean;
  readonly tier?: string;
  readonly priority?: number;
  readonly cpus: number | Distribution;
  readonly ram: string | SizeDistribution;
  readonly disk?: string;
  readonly ports?: readonly string[];
  /** As in a config: `limit:1`, `r1,r2`, `!r3`. */
  readonly constraints?: Readonly<Record<string, string>>;
  /** How long an instance runs before it finishes; a service without one runs for ever. */
  readonly lifetime?: string | TimeDistribution;
  /** Chance that an instance fails at its end, or, without lifetime, within the first minute. */
  readonly failures?: number;
  /** From launch to RUNNING; default 100ms. */
  readonly start?: string | TimeDistribution;
}

export type Distribution =
  | { readonly uniform: readonly [number, number] }
  | { readonly exponential: number }
  | { readonly lognormal: { readonly median: number; readonly sigma: number } }
  | { readonly pareto: { readonly least: number; readonly alpha: number; readonly most?: number } }
  | { readonly choice: ReadonlyArray<{ readonly value: number; readonly weight: number }> };

/** The same over durations or sizes: `mean`, `median`, `least`, `most` are text. */
export type TimeDistribution =
  | { readonly uniform: readonly [string, string] }
  | { readonly exponential: string }
  | { readonly lognormal: { readonly median: string; readonly sigma: number } }
  | { readonly pareto: { readonly least: string; readonly alpha: number; readonly most?: string } }
  | { readonly choice: ReadonlyArray<{ readonly value: string; readonly weight: number }> };
export type SizeDistribution = TimeDistribution;

/** Hosts: by name or range `h1-h20`, by rack, or a share of all. */
export interface HostSelector {
  readonly hosts?: string | readonly string[];
  readonly rack?: string;
  readonly share?: number;
}

export type EventSpec = { readonly at: string } & (
  | { readonly drain: HostSelector & { readonly batch?: number; readonly hold?: string } }
  | { readonly lose: HostSelector & { readonly for?: string; readonly disk?: 'kept' | 'lost' } }
  | { readonly partition: HostSelector & { readonly for: string } }
  | {
      readonly network: {
        readonly drop?: number;
        readonly duplicate?: number;
        readonly delay?: readonly [string, string];
        readonly for: string;
      };
    }
  | { readonly scheduler: { readonly downFor: string } }
  | { readonly kill: string }
);
