import type { SlaPolicy } from './task-config.js';

export type MaintenanceMode = 'NONE' | 'SCHEDULED' | 'DRAINING' | 'DRAINED';

export interface Attribute {
  readonly name: string;
  readonly values: readonly string[];
}

export interface HostAttributes {
  readonly host: string;
  readonly attributes: readonly Attribute[];
  readonly mode?: MaintenanceMode;
  readonly slaveId?: string;
}

export interface HostStatus {
  readonly host: string;
  readonly mode: MaintenanceMode;
}

export interface Hosts {
  readonly hostNames: readonly string[];
}

export interface HostMaintenanceRequest {
  readonly host: string;
  readonly defaultSlaPolicy?: SlaPolicy;
  readonly timeoutSecs: number;
  readonly createdTimestampMs: number;
}
