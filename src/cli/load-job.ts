import type { ClusterJobKey } from '../model/job-key.js';
import type { JobConfiguration } from '../model/job-configuration.js';
import type { Context } from './context.js';
export interface LoadedJob {
  readonly configuration: JobConfiguration;
}
export async function loadJob(_context: Context, _key: ClusterJobKey, _path: string): Promise<LoadedJob> {
  throw new Error('later');
}
export async function loadOptionalConfig(_context: Context, _key: ClusterJobKey): Promise<void> {
  return;
}
export async function jobKeysIn(_context: Context, _path: string): Promise<string[]> {
  throw new Error('later');
}
