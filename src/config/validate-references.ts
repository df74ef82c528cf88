import type { Runtime } from '../language/value.js';
import type { Ref } from '../pystachio/ref.js';
import { Scopes } from '../pystachio/scope.js';
import { failureDetails } from './check-failure.js';
import { invalidConfig } from './config-error.js';
import type { PickedJob } from './prepare-job.js';
import { isRuntimeRef, SAMPLE_INSTANCE } from './runtime-refs.js';
import { unboundDetails } from './unbound-details.js';

/** The job must be complete but for what the executor binds. */
export function refuseOpenReferences(picked: PickedJob, runtime: Runtime): void {
  const job = picked.interpolated;
  refuseFailure(picked, runtime);
  if (!job.isTemplated()) return;
  const unbound: Ref[] = [];
  job.interpolate(null, unbound, runtime);
  const open = [...new Set(unbound)].filter((ref) => !isRuntimeRef(ref));
  const [first] = open.sort((a, b) => (a.address < b.address ? -1 : 1));
  if (!first) return;
  throw invalidConfig(
    `Config contains unbound variables: ${open.map((ref) => ref.tag).join(' ')}`,
    unboundDetails(first, picked.job, runtime),
  );
}

function refuseFailure(picked: PickedJob, runtime: Runtime): void {
  const failure = picked.interpolated.withScopes(new Scopes(SAMPLE_INSTANCE, null)).check(null, runtime);
  if (!failure) return;
  throw invalidConfig(
    `Job not fully specified: ${failure.message}`,
    failureDetails(failure, picked.job, `jobs[${picked.index}]`, runtime),
  );
}
