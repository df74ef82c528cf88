import type { Resource } from './task-config.js';

export interface ResourceAggregate {
  readonly resources: readonly Resource[];
}

export interface GetQuotaResult {
  readonly quota: ResourceAggregate;
  readonly prodSharedConsumption?: ResourceAggregate;
  readonly nonProdSharedConsumption?: ResourceAggregate;
  readonly prodDedicatedConsumption?: ResourceAggregate;
  readonly nonProdDedicatedConsumption?: ResourceAggregate;
}
