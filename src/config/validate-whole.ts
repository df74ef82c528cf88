import type { Runtime } from '../language/value.js';
import type { Ref } from '../pystachio/ref.js';
import { Scopes } from '../pystachio/scope.js';
import { failureDetails } from './check-failure.js';
import { invalidConfig } from './config-error.js';
import { structOf } from './plain-fields.js';
import type { PickedJob } from './prepare-job.js';
import { isRuntimeRef, SAMPLE_INSTANCE } from './runtime-refs.js';
import { unboundDetails } from './unbound-details.js';
import { validateTask } from './validate-task.js';

/**
 * The task could run, and the job is complete but for what the executor binds: both seen with a sample
 * instance number and host.
 */
export function validateWhole(picked: PickedJob, runtime: Runtime): void {
  const inTask: Ref[] = [];
  const elsewhere: Ref[] = [];
  const sample = picked.interpolated
    .withScopes(new Scopes(SAMPLE_INSTANCE, null))
    .interpolateApart('task', inTask, elsewhere, runtime);
  const task = structOf(sample, 'task');
  if (task) validateTask(task, inTask, picked, runtime);
  const failure = sample.checkStored(runtime);
  if (failure) {
    const details = failureDetails(failure, picked.job, `jobs[${picked.index}]`, runtime);
    throw invalidConfig(`Job not fully specified: ${failure.message}`, details);
  }
  refuseOpen([...inTask, ...elsewhere], picked, runtime);
}

function refuseOpen(unbound: readonly Ref[], picked: PickedJob, runtime: Runtime): void {
  const open = [...new Set(unbound)].filter((ref) => !isRuntimeRef(ref));
  const [first] = open.sort((a, b) => (a.address < b.address ? -1 : 1));
  if (!first) return;
  throw invalidConfig(
    `Config contains unbound variables: ${open.map((ref) => ref.tag).join(' ')}`,
    unboundDetails(first, picked.job, runtime, `jobs[${picked.index}]`),
  );
}
