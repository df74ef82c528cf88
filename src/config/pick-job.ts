import type { JobSelector, LoadedConfig } from './loaded-config.js';
import { prepareSelection, type PickedJob, type PickOptions } from './prepare-job.js';
import { selectJob } from './select-job.js';

/** Finds the job that a selector names and validates it. Throws a DiagnosticError. */
export function pickJob(config: LoadedConfig, selector: JobSelector, options: PickOptions = {}): PickedJob {
  return config.evaluation.guard(() => prepareSelection(config, selectJob(config, selector), options));
}
