import type { JobKey } from './job-key.js';

export interface Identity {
  readonly user?: string;
}

export interface ValueConstraint {
  readonly negated: boolean;
  readonly values: readonly string[];
}

export interface LimitConstraint {
  readonly limit: number;
}

export type TaskConstraint = { readonly value: ValueConstraint } | { readonly limit: LimitConstraint };

export interface Constraint {
  readonly name: string;
  readonly constraint: TaskConstraint;
}

export interface Metadata {
  readonly key: string;
  readonly value: string;
}

export interface MesosFetcherURI {
  readonly value: string;
  readonly extract?: boolean;
  readonly cache?: boolean;
  readonly outputFile?: string;
}

export interface ExecutorConfig {
  readonly name: string;
  readonly data: string;
}

export type Mode = 'RW' | 'RO';

export interface Volume {
  readonly containerPath: string;
  readonly hostPath: string;
  readonly mode: Mode;
}

export interface DockerImage {
  readonly name: string;
  readonly tag: string;
}

export interface AppcImage {
  readonly name: string;
  readonly imageId: string;
}

export type Image = { readonly docker: DockerImage } | { readonly appc: AppcImage };

export interface MesosContainer {
  readonly image?: Image;
  readonly volumes?: readonly Volume[];
}

export interface DockerParameter {
  readonly name: string;
  readonly value: string;
}

export interface DockerContainer {
  readonly image: string;
  readonly parameters?: readonly DockerParameter[];
}

export type Container = { readonly mesos: MesosContainer } | { readonly docker: DockerContainer };

export type Resource =
  | { readonly numCpus: number }
  | { readonly ramMb: number }
  | { readonly diskMb: number }
  | { readonly namedPort: string }
  | { readonly numGpus: number }
  | { readonly ipAddr: number };

export interface PartitionPolicy {
  readonly reschedule: boolean;
  readonly delaySecs?: number;
}

export interface PercentageSlaPolicy {
  readonly percentage: number;
  readonly durationSecs: number;
}

export interface CountSlaPolicy {
  readonly count: number;
  readonly durationSecs: number;
}

export interface CoordinatorSlaPolicy {
  readonly coordinatorUrl: string;
  readonly statusKey: string;
}

export type SlaPolicy =
  | { readonly percentageSlaPolicy: PercentageSlaPolicy }
  | { readonly countSlaPolicy: CountSlaPolicy }
  | { readonly coordinatorSlaPolicy: CoordinatorSlaPolicy };

export interface TaskConfig {
  readonly job: JobKey;
  readonly owner?: Identity;
  readonly isService: boolean;
  readonly priority: number;
  readonly maxTaskFailures: number;
  readonly production?: boolean;
  readonly tier?: string;
  readonly resources: readonly Resource[];
  readonly constraints: readonly Constraint[];
  readonly mesosFetcherUris?: readonly MesosFetcherURI[];
  readonly taskLinks?: ReadonlyMap<string, string>;
  readonly contactEmail?: string;
  readonly executorConfig?: ExecutorConfig;
  readonly metadata?: readonly Metadata[];
  readonly partitionPolicy?: PartitionPolicy;
  readonly slaPolicy?: SlaPolicy;
  readonly container?: Container;
}
