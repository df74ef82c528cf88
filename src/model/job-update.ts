import type { Range } from './job-configuration.js';
import type { JobKey } from './job-key.js';
import type { Metadata, TaskConfig } from './task-config.js';

export type JobUpdateStatus =
  | 'ROLLING_FORWARD'
  | 'ROLLING_BACK'
  | 'ROLL_FORWARD_PAUSED'
  | 'ROLL_BACK_PAUSED'
  | 'ROLLED_FORWARD'
  | 'ROLLED_BACK'
  | 'ABORTED'
  | 'ERROR'
  | 'FAILED'
  | 'ROLL_FORWARD_AWAITING_PULSE'
  | 'ROLL_BACK_AWAITING_PULSE';

export type JobUpdateAction =
  | 'INSTANCE_UPDATED'
  | 'INSTANCE_ROLLED_BACK'
  | 'INSTANCE_UPDATING'
  | 'INSTANCE_ROLLING_BACK'
  | 'INSTANCE_UPDATE_FAILED'
  | 'INSTANCE_ROLLBACK_FAILED';

export type JobUpdatePulseStatus = 'OK' | 'FINISHED';

export interface JobUpdateKey {
  readonly job: JobKey;
  readonly id?: string;
}

export interface QueueJobUpdateStrategy {
  readonly groupSize: number;
}

export interface BatchJobUpdateStrategy {
  readonly groupSize: number;
  readonly autopauseAfterBatch: boolean;
}

export interface VariableBatchJobUpdateStrategy {
  readonly groupSizes: readonly number[];
  readonly autopauseAfterBatch: boolean;
}

export type JobUpdateStrategy =
  | { readonly queueStrategy: QueueJobUpdateStrategy }
  | { readonly batchStrategy: BatchJobUpdateStrategy }
  | { readonly varBatchStrategy: VariableBatchJobUpdateStrategy };

export interface JobUpdateSettings {
  readonly updateGroupSize: number;
  readonly maxPerInstanceFailures: number;
  readonly maxFailedInstances: number;
  readonly minWaitInInstanceRunningMs: number;
  readonly rollbackOnFailure: boolean;
  readonly updateOnlyTheseInstances?: readonly Range[];
  readonly waitForBatchCompletion: boolean;
  readonly blockIfNoPulsesAfterMs?: number;
  readonly slaAware?: boolean;
  readonly updateStrategy?: JobUpdateStrategy;
}

export interface JobUpdateEvent {
  readonly status: JobUpdateStatus;
  readonly timestampMs: number;
  readonly user?: string;
  readonly message?: string;
}

export interface JobInstanceUpdateEvent {
  readonly instanceId: number;
  readonly timestampMs: number;
  readonly action: JobUpdateAction;
  readonly message?: string;
}

export interface InstanceTaskConfig {
  readonly task: TaskConfig;
  readonly instances: readonly Range[];
}

export interface JobUpdateState {
  readonly status: JobUpdateStatus;
  readonly createdTimestampMs: number;
  readonly lastModifiedTimestampMs: number;
}

export interface JobUpdateSummary {
  readonly key: JobUpdateKey;
  readonly user?: string;
  readonly state?: JobUpdateState;
  readonly metadata?: readonly Metadata[];
}

export interface JobUpdateInstructions {
  readonly initialState: readonly InstanceTaskConfig[];
  readonly desiredState?: InstanceTaskConfig;
  readonly settings: JobUpdateSettings;
}

export interface JobUpdate {
  readonly summary: JobUpdateSummary;
  readonly instructions: JobUpdateInstructions;
}

export interface JobUpdateDetails {
  readonly update: JobUpdate;
  readonly updateEvents: readonly JobUpdateEvent[];
  readonly instanceEvents: readonly JobInstanceUpdateEvent[];
}

export interface JobUpdateRequest {
  readonly taskConfig: TaskConfig;
  readonly instanceCount: number;
  readonly settings: JobUpdateSettings;
  readonly metadata?: readonly Metadata[];
}

export interface JobUpdateQuery {
  readonly role?: string;
  readonly key?: JobUpdateKey;
  readonly jobKey?: JobKey;
  readonly user?: string;
  readonly updateStatuses?: readonly JobUpdateStatus[];
  readonly offset?: number;
  readonly limit?: number;
}
