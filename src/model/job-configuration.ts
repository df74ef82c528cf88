import type { JobKey } from './job-key.js';
import type { Identity, TaskConfig } from './task-config.js';

export type CronCollisionPolicy = 'KILL_EXISTING' | 'CANCEL_NEW' | 'RUN_OVERLAP';

export interface JobConfiguration {
  readonly key: JobKey;
  readonly owner?: Identity;
  readonly cronSchedule?: string;
  readonly cronCollisionPolicy?: CronCollisionPolicy;
  readonly taskConfig: TaskConfig;
  readonly instanceCount: number;
}

export interface JobStats {
  readonly activeTaskCount: number;
  readonly finishedTaskCount: number;
  readonly failedTaskCount: number;
  readonly pendingTaskCount: number;
}

export interface JobSummary {
  readonly job: JobConfiguration;
  readonly stats: JobStats;
  readonly nextCronRunMs?: number;
}

export interface Range {
  readonly first: number;
  readonly last: number;
}

export interface ConfigGroup {
  readonly config: TaskConfig;
  readonly instances: readonly Range[];
}

export interface ConfigSummary {
  readonly key: JobKey;
  readonly groups: readonly ConfigGroup[];
}
