import { keyText } from './job-key-text.js';
import type { LoadedConfig } from './loaded-config.js';
import { guarded } from './config-error.js';

/** `cluster/role/environment/name` of every job, in order; an unset environment shows as `{MISSING}`. */
export function listJobs(config: LoadedConfig): string[] {
  return config.jobs.map((job) => guarded(config.evaluation, () => keyText(job, config.evaluation.runtime)));
}
