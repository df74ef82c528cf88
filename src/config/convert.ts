import { withArticle } from '../language/text/article.js';
import type { Runtime } from '../language/value.js';
import { SimpleObject } from '../pystachio/simple.js';
import type { StructObject } from '../pystachio/struct-object.js';
import { isIdentifier, type JobKey } from '../model/job-key.js';
import type { CronCollisionPolicy, JobConfiguration } from '../model/job-configuration.js';
import type {
  Metadata,
  MesosFetcherURI,
  PartitionPolicy,
  SlaPolicy,
  TaskConfig,
} from '../model/task-config.js';
import { AURORA_EXECUTOR_NAME } from './aurora-schema.js';
import { invalidConfig, guarded } from './config-error.js';
import { convertConstraints } from './convert-constraints.js';
import { convertContainer } from './convert-container.js';
import { convertResources } from './convert-resources.js';
import { chosenOf, flagOf, numberOf, structOf, structsOf, textOf, valueOf } from './plain-fields.js';
import type { PickedJob } from './prepare-job.js';
import { validateWhole } from './validate-whole.js';
import { emptied, requireStruct } from './validate-update.js';

export interface ConvertOptions {
  /** The account that owns the job: the one that runs the client. */
  readonly user: string;
}

/**
 * The job as the scheduler takes it. Steps and failures follow the original's converter; each failure is a
 * ConfigError `The configuration was invalid: ...` unless the original crashed there.
 */
export function convertJob(picked: PickedJob, options: ConvertOptions): JobConfiguration {
  return guarded(picked.config.evaluation, () => convert(picked, options));
}

function convert(picked: PickedJob, { user }: ConvertOptions): JobConfiguration {
  const { runtime } = picked.config.evaluation;
  const job = picked.interpolated;
  const key: JobKey = {
    role: identifier(job, 'role', 'role', runtime),
    environment: identifier(job, 'environment', 'environment', runtime),
    name: identifier(job, 'name', 'name', runtime),
  };
  const production = interpolatedFlag(job, 'production', runtime);
  const isService = interpolatedFlag(job, 'service', runtime);
  const maxTaskFailures = interpolatedNumber(job, 'max_task_failures', runtime);
  const priority = interpolatedNumber(job, 'priority', runtime);
  const contactEmail = textOf(job, 'contact', runtime);
  const tier = textOf(job, 'tier', runtime);
  const partitionPolicy = convertPartitionPolicy(job, runtime);
  const slaPolicy = convertSlaPolicy(job, runtime);
  const metadata = convertMetadata(picked, runtime);
  const resources = convertResources(job, picked.ports, runtime);
  const constraints = convertConstraints(job, runtime);
  const container = convertContainer(job, runtime);
  validateWhole(picked, runtime);
  const mesosFetcherUris = convertFetcherUris(job, runtime);
  const owner = { user };
  const taskConfig: TaskConfig = {
    job: key,
    owner,
    isService,
    priority,
    maxTaskFailures,
    production,
    ...(tier !== undefined && { tier }),
    resources,
    constraints,
    ...(mesosFetcherUris.length > 0 && { mesosFetcherUris }),
    taskLinks: NO_LINKS,
    ...(contactEmail !== undefined && { contactEmail }),
    executorConfig: executorConfig(job, runtime),
    metadata,
    ...(partitionPolicy && { partitionPolicy }),
    ...(slaPolicy && { slaPolicy }),
    container,
  };
  const cronSchedule = textOf(job, 'cron_schedule', runtime);
  return {
    key,
    owner,
    ...(cronSchedule !== undefined && { cronSchedule }),
    cronCollisionPolicy: collisionPolicy(job, runtime),
    taskConfig,
    instanceCount: interpolatedNumber(job, 'instances', runtime),
  };
}

const NO_LINKS: ReadonlyMap<string, string> = new Map();

function identifier(job: StructObject, field: string, name: string, runtime: Runtime): string {
  const text = textOf(job, field, runtime);
  if (text === undefined) throw emptied(job, field, 'check');
  if (isIdentifier(text)) return text;
  throw invalidConfig(`Invalid ${name} '${text}'`, {
    code: 'bad-identifier',
    span: job.origin?.partSpan(field) ?? job.origin?.span(),
    notes: [
      text.includes('{{')
        ? `MesosJob[${field}] still holds a template`
        : `MesosJob[${field}] may hold letters, digits, "_", "-" and ".", at most 255 of them`,
    ],
  });
}

/** The coerced value of a field, or the failure of its own check. */
function interpolatedNumber(owner: StructObject, field: string, runtime: Runtime): number {
  const value = numberOf(owner, field);
  if (value !== undefined) return value;
  throw notInterpolated(owner, field, runtime);
}

function interpolatedFlag(owner: StructObject, field: string, runtime: Runtime): boolean {
  if (typeof valueOf(owner, field) === 'boolean') return flagOf(owner, field);
  throw notInterpolated(owner, field, runtime);
}

function notInterpolated(owner: StructObject, field: string, runtime: Runtime): Error {
  const object = owner.field(field);
  if (!(object instanceof SimpleObject)) return emptied(owner, field, 'check');
  return invalidConfig(object.type.checkText(object.payload, runtime), {
    code: 'wrong-type',
    span: owner.origin?.partSpan(field) ?? owner.origin?.span(),
    notes: [`${owner.type.name}[${field}] takes ${withArticle(object.type.name)}`],
  });
}

function convertPartitionPolicy(job: StructObject, runtime: Runtime): PartitionPolicy | undefined {
  const policy = structOf(job, 'partition_policy');
  if (!policy) return undefined;
  return {
    reschedule: interpolatedFlag(policy, 'reschedule', runtime),
    delaySecs: interpolatedNumber(policy, 'delay_secs', runtime),
  };
}

function convertSlaPolicy(job: StructObject, runtime: Runtime): SlaPolicy | undefined {
  const policy = chosenOf(job, 'sla_policy');
  if (!policy) return undefined;
  if (policy.type.slots.has('coordinator_url')) {
    const coordinatorUrl = textOf(policy, 'coordinator_url', runtime);
    if (coordinatorUrl === undefined) throw emptied(policy, 'coordinator_url', 'check');
    return {
      coordinatorSlaPolicy: { coordinatorUrl, statusKey: textOf(policy, 'status_key', runtime) ?? 'drain' },
    };
  }
  const durationSecs = interpolatedNumber(policy, 'duration_secs', runtime);
  return policy.type.slots.has('count')
    ? { countSlaPolicy: { count: interpolatedNumber(policy, 'count', runtime), durationSecs } }
    : {
        percentageSlaPolicy: { percentage: interpolatedNumber(policy, 'percentage', runtime), durationSecs },
      };
}

/** The job's own metadata and what hooks added, each pair once. */
function convertMetadata(picked: PickedJob, runtime: Runtime): Metadata[] {
  const own = structsOf(picked.interpolated, 'metadata').map((each) => ({
    key: textOf(each, 'key', runtime) ?? '',
    value: textOf(each, 'value', runtime) ?? '',
  }));
  const distinct = new Map(
    [...own, ...picked.addedMetadata].map((each) => [`${each.key}\0${each.value}`, each]),
  );
  return [...distinct.values()];
}

function convertFetcherUris(job: StructObject, runtime: Runtime): MesosFetcherURI[] {
  return structsOf(job, 'mesos_fetcher_uris').map((uri) => ({
    value: textOf(uri, 'value', runtime) ?? '',
    ...(uri.has('extract') && { extract: interpolatedFlag(uri, 'extract', runtime) }),
    ...(uri.has('cache') && { cache: interpolatedFlag(uri, 'cache', runtime) }),
    ...(uri.has('output_file') && { outputFile: textOf(uri, 'output_file', runtime) ?? '' }),
  }));
}

/** Fields that the scheduler knows by other ways, so that changing them does not change the task. */
const NOT_IN_DATA: ReadonlySet<string> = new Set(['update_config', 'instances', 'mesos_fetcher_uris']);

/** The executor of this project receives the job itself; any other one what the config says. */
function executorConfig(job: StructObject, runtime: Runtime): { name: string; data: string } {
  const config = requireStruct(job, 'executor_config');
  const name = textOf(config, 'name', runtime) ?? AURORA_EXECUTOR_NAME;
  if (name !== AURORA_EXECUTOR_NAME) return { name, data: textOf(config, 'data', runtime) ?? '' };
  return { name, data: job.jsonWithout(NOT_IN_DATA) };
}

const POLICIES: readonly CronCollisionPolicy[] = ['KILL_EXISTING', 'CANCEL_NEW', 'RUN_OVERLAP'];

function collisionPolicy(job: StructObject, runtime: Runtime): CronCollisionPolicy {
  const text = textOf(job, 'cron_collision_policy', runtime);
  if (text === undefined) throw emptied(job, 'cron_collision_policy', 'get');
  const policy = POLICIES.find((each) => each === text.toUpperCase());
  if (policy) return policy;
  throw invalidConfig(`Invalid <class 'gen.apache.aurora.api.ttypes.CronCollisionPolicy'> type: ${text}`, {
    code: 'wrong-value',
    span: job.origin?.partSpan('cron_collision_policy') ?? job.origin?.span(),
    notes: [`MesosJob[cron_collision_policy] is one of ${POLICIES.join(', ')}`],
  });
}
