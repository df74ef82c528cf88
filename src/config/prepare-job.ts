import type { ClusterJobKey } from '../model/job-key.js';
import type { Metadata } from '../model/task-config.js';
import type { Diagnostic } from '../base/diagnostic.js';
import type { Ref } from '../pystachio/ref.js';
import type { StructObject } from '../pystachio/struct-object.js';
import { Scopes } from '../pystachio/scope.js';
import { checkFailed } from './check-failure.js';
import { fromPystachio, guarded } from './config-error.js';
import { keyParts } from './job-key-text.js';
import type { JobSelector, LoadedConfig } from './loaded-config.js';
import { selectJob, type Selection } from './select-job.js';
import { flagOf } from './plain-fields.js';
import { requestedPorts } from './requested-ports.js';
import { STANDARD_BINDINGS } from './runtime-refs.js';
import { validateAnnounce } from './validate-announce.js';
import { validateRequired } from './validate-required.js';
import { validateTier } from './validate-tier.js';
import { validateUpdate } from './validate-update.js';
import { PystachioError } from '../pystachio/pystachio-error.js';

/** A job taken from a config: validated, with every binding in place, and interpolated. */
export interface PickedJob {
  readonly config: LoadedConfig;
  /** Its place in the list `jobs`. */
  readonly index: number;
  readonly key: ClusterJobKey;
  /** Templates and bindings as they stand, the standard bindings included. */
  readonly job: StructObject;
  readonly interpolated: StructObject;
  /** References left for the executor, each once, in the order of their text. */
  readonly unbound: readonly Ref[];
  /** Names of the ports that the scheduler must allocate, sorted. */
  readonly ports: readonly string[];
  readonly enableHooks: boolean;
  /** Metadata that hooks add to the job's own. */
  readonly addedMetadata: Metadata[];
  readonly warnings: readonly Diagnostic[];
  /** What the original client prints to standard error while it loads this job. */
  readonly notices: readonly string[];
}

export interface PickOptions {
  /** Whether the whole job must pass its type check; true unless given. */
  readonly check?: boolean;
}

/** Finds the job that a selector names and validates it. Throws a DiagnosticError. */
export function pickJob(config: LoadedConfig, selector: JobSelector, options: PickOptions = {}): PickedJob {
  return guarded(config.evaluation, () => prepareSelection(config, selectJob(config, selector), options));
}

/** Validates one job of a config by its place in the list. */
export function prepareJob(config: LoadedConfig, index: number, options: PickOptions = {}): PickedJob {
  const job = config.jobs[index] as StructObject;
  return guarded(config.evaluation, () => prepareSelection(config, { job, index }, options));
}

/** The steps of the original's loader, in its order: the first failure wins. */
function prepareSelection(config: LoadedConfig, { job, index }: Selection, options: PickOptions): PickedJob {
  const { runtime } = config.evaluation;
  validateRequired(job, runtime);
  const bound = job.withScopes(new Scopes(STANDARD_BINDINGS, job.scopes));
  const unbound: Ref[] = [];
  const interpolated = interpolateJob(bound, index, unbound, config);
  validateUpdate(interpolated, runtime);
  const ports = requestedPorts(interpolated, runtime);
  const notices = [...validateAnnounce(interpolated, ports, runtime), ...validateTier(interpolated)];
  if (options.check !== false) {
    const failure = interpolated.checkStored(runtime);
    if (failure) throw checkFailed(failure, bound, `jobs[${index}]`, runtime);
  }
  return {
    config,
    index,
    key: keyParts(interpolated, runtime),
    job: bound,
    interpolated,
    unbound: [...new Set(unbound)].sort((a, b) => (a.address < b.address ? -1 : 1)),
    ports,
    enableHooks: flagOf(interpolated, 'enable_hooks'),
    addedMetadata: [],
    warnings: notices.map((notice) => notice.diagnostic),
    notices: notices.map((notice) => notice.text),
  };
}

function interpolateJob(
  job: StructObject,
  index: number,
  unbound: Ref[],
  config: LoadedConfig,
): StructObject {
  try {
    return job.interpolate(null, unbound, config.evaluation.runtime);
  } catch (error) {
    if (!(error instanceof PystachioError)) throw error;
    throw fromPystachio(error, { span: job.origin?.span() }, `jobs[${index}]`);
  }
}
