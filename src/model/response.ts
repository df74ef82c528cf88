import type { HostStatus } from './host.js';
import type { ConfigGroup, ConfigSummary, JobConfiguration, JobSummary } from './job-configuration.js';
import type { JobUpdateDetails, JobUpdateKey, JobUpdatePulseStatus, JobUpdateSummary } from './job-update.js';
import type { GetQuotaResult } from './quota.js';
import type { PendingReason, ScheduledTask } from './scheduled-task.js';
import type { TaskConfig } from './task-config.js';

export type ResponseCode =
  'INVALID_REQUEST' | 'OK' | 'ERROR' | 'WARNING' | 'AUTH_FAILED' | 'JOB_UPDATING_ERROR' | 'ERROR_TRANSIENT';

export interface PopulateJobResult {
  readonly taskConfig: TaskConfig;
}

export interface ScheduleStatusResult {
  readonly tasks: readonly ScheduledTask[];
}

export interface GetJobsResult {
  readonly configs: readonly JobConfiguration[];
}

export interface RoleSummary {
  readonly role: string;
  readonly jobCount: number;
  readonly cronJobCount: number;
}

export interface ListBackupsResult {
  readonly backups: readonly string[];
}

export interface StartMaintenanceResult {
  readonly statuses: readonly HostStatus[];
}

export interface DrainHostsResult {
  readonly statuses: readonly HostStatus[];
}

export interface QueryRecoveryResult {
  readonly tasks: readonly ScheduledTask[];
}

export interface MaintenanceStatusResult {
  readonly statuses: readonly HostStatus[];
}

export interface EndMaintenanceResult {
  readonly statuses: readonly HostStatus[];
}

export interface RoleSummaryResult {
  readonly summaries: readonly RoleSummary[];
}

export interface JobSummaryResult {
  readonly summaries: readonly JobSummary[];
}

export interface ConfigSummaryResult {
  readonly summary: ConfigSummary;
}

export interface GetPendingReasonResult {
  readonly reasons: readonly PendingReason[];
}

export interface StartJobUpdateResult {
  readonly key: JobUpdateKey;
  readonly updateSummary?: JobUpdateSummary;
}

export interface GetJobUpdateSummariesResult {
  readonly updateSummaries: readonly JobUpdateSummary[];
}

export interface GetJobUpdateDetailsResult {
  readonly details?: JobUpdateDetails;
  readonly detailsList?: readonly JobUpdateDetails[];
}

export interface PulseJobUpdateResult {
  readonly status: JobUpdatePulseStatus;
}

export interface GetJobUpdateDiffResult {
  readonly add: readonly ConfigGroup[];
  readonly remove: readonly ConfigGroup[];
  readonly update: readonly ConfigGroup[];
  readonly unchanged: readonly ConfigGroup[];
}

export interface TierConfig {
  readonly name: string;
  readonly settings: ReadonlyMap<string, string>;
}

export interface GetTierConfigResult {
  readonly defaultTierName: string;
  readonly tiers: readonly TierConfig[];
}

export interface ServerInfo {
  readonly clusterName: string;
  readonly statsUrlPrefix?: string;
}

export type Result =
  | { readonly populateJobResult: PopulateJobResult }
  | { readonly scheduleStatusResult: ScheduleStatusResult }
  | { readonly getJobsResult: GetJobsResult }
  | { readonly getQuotaResult: GetQuotaResult }
  | { readonly listBackupsResult: ListBackupsResult }
  | { readonly startMaintenanceResult: StartMaintenanceResult }
  | { readonly drainHostsResult: DrainHostsResult }
  | { readonly queryRecoveryResult: QueryRecoveryResult }
  | { readonly maintenanceStatusResult: MaintenanceStatusResult }
  | { readonly endMaintenanceResult: EndMaintenanceResult }
  | { readonly roleSummaryResult: RoleSummaryResult }
  | { readonly jobSummaryResult: JobSummaryResult }
  | { readonly configSummaryResult: ConfigSummaryResult }
  | { readonly getPendingReasonResult: GetPendingReasonResult }
  | { readonly startJobUpdateResult: StartJobUpdateResult }
  | { readonly getJobUpdateSummariesResult: GetJobUpdateSummariesResult }
  | { readonly getJobUpdateDetailsResult: GetJobUpdateDetailsResult }
  | { readonly pulseJobUpdateResult: PulseJobUpdateResult }
  | { readonly getJobUpdateDiffResult: GetJobUpdateDiffResult }
  | { readonly getTierConfigResult: GetTierConfigResult };

export interface ResponseDetail {
  readonly message?: string;
}

export interface Response {
  readonly responseCode: ResponseCode;
  readonly serverInfo: ServerInfo;
  readonly result?: Result;
  readonly details: readonly ResponseDetail[];
}

export interface ExplicitReconciliationSettings {
  readonly batchSize?: number;
}
