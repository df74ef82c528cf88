import { Float, type Runtime } from '../language/value.js';
import type { JobConfiguration } from '../model/job-configuration.js';
import type { JobKey } from '../model/job-key.js';
import type { JobUpdateSettings } from '../model/job-update.js';
import type { Container, Image, Resource, SlaPolicy, TaskConfig } from '../model/task-config.js';
import { readJson } from '../pystachio/json-reader.js';
import { PystachioError } from '../pystachio/pystachio-error.js';
import { dataOfValue, sortedSet, type Data, type DataMap } from './data.js';

/** How enum values are shown. */
export type EnumForm = 'names' | 'numbers';

const CRON_POLICIES = ['KILL_EXISTING', 'CANCEL_NEW', 'RUN_OVERLAP'];
const VOLUME_MODES = ['', 'RW', 'RO'];

/**
 * A JobConfiguration with the field names of the API: sets as arrays sorted by their JSON text, unset fields
 * absent, the executor's data decoded when it is JSON.
 */
export function jobConfigurationData(job: JobConfiguration, enums: EnumForm, runtime: Runtime): DataMap {
  return record({
    key: keyData(job.key),
    owner: job.owner && record({ user: job.owner.user }),
    cronSchedule: job.cronSchedule,
    cronCollisionPolicy: job.cronCollisionPolicy && enumData(job.cronCollisionPolicy, CRON_POLICIES, enums),
    taskConfig: taskData(job.taskConfig, enums, runtime),
    instanceCount: job.instanceCount,
  });
}

export function updateSettingsData(settings: JobUpdateSettings): DataMap {
  const ranges = settings.updateOnlyTheseInstances?.map(({ first, last }) => record({ first, last }));
  return record({
    updateGroupSize: settings.updateGroupSize,
    maxPerInstanceFailures: settings.maxPerInstanceFailures,
    maxFailedInstances: settings.maxFailedInstances,
    minWaitInInstanceRunningMs: settings.minWaitInInstanceRunningMs,
    rollbackOnFailure: settings.rollbackOnFailure,
    updateOnlyTheseInstances: ranges && sortedSet(ranges),
    waitForBatchCompletion: settings.waitForBatchCompletion,
    blockIfNoPulsesAfterMs: settings.blockIfNoPulsesAfterMs,
    slaAware: settings.slaAware,
    updateStrategy: settings.updateStrategy && strategyData(settings.updateStrategy),
  });
}

type Fields = Readonly<Record<string, Data | undefined>>;

function record(fields: Fields): DataMap {
  const set = Object.entries(fields).filter((entry): entry is [string, Data] => entry[1] !== undefined);
  return new Map(set);
}

function enumData(name: string, names: readonly string[], form: EnumForm): Data {
  return form === 'names' ? name : names.indexOf(name);
}

function keyData(key: JobKey): DataMap {
  return record({ role: key.role, environment: key.environment, name: key.name });
}

function taskData(task: TaskConfig, enums: EnumForm, runtime: Runtime): DataMap {
  return record({
    job: keyData(task.job),
    owner: task.owner && record({ user: task.owner.user }),
    isService: task.isService,
    priority: task.priority,
    maxTaskFailures: task.maxTaskFailures,
    production: task.production,
    tier: task.tier,
    resources: sortedSet(task.resources.map(resourceData)),
    constraints: sortedSet(task.constraints.map(({ name, constraint }) => constraintData(name, constraint))),
    mesosFetcherUris:
      task.mesosFetcherUris && sortedSet(task.mesosFetcherUris.map((uri) => record({ ...uri }))),
    taskLinks: task.taskLinks,
    contactEmail: task.contactEmail,
    executorConfig: task.executorConfig && executorData(task.executorConfig, runtime),
    metadata: task.metadata && sortedSet(task.metadata.map(({ key, value }) => record({ key, value }))),
    partitionPolicy: task.partitionPolicy && record({ ...task.partitionPolicy }),
    slaPolicy: task.slaPolicy && slaData(task.slaPolicy),
    container: task.container && containerData(task.container, enums),
  });
}

function resourceData(resource: Resource): DataMap {
  return 'numCpus' in resource ? record({ numCpus: new Float(resource.numCpus) }) : record({ ...resource });
}

function constraintData(name: string, constraint: TaskConfig['constraints'][number]['constraint']): DataMap {
  const data =
    'limit' in constraint
      ? record({ limit: record({ limit: constraint.limit.limit }) })
      : record({
          value: record({ negated: constraint.value.negated, values: sortedSet(constraint.value.values) }),
        });
  return record({ name, constraint: data });
}

function executorData({ name, data }: { name: string; data: string }, runtime: Runtime): DataMap {
  return record({ name, data: decoded(data, runtime) });
}

/** Another executor's data need not be JSON. */
function decoded(text: string, runtime: Runtime): Data {
  try {
    return dataOfValue(readJson(text, runtime).value, runtime);
  } catch (error) {
    if (error instanceof PystachioError) return text;
    throw error;
  }
}

function slaData(policy: SlaPolicy): DataMap {
  if ('countSlaPolicy' in policy) return record({ countSlaPolicy: record({ ...policy.countSlaPolicy }) });
  if ('coordinatorSlaPolicy' in policy) {
    return record({ coordinatorSlaPolicy: record({ ...policy.coordinatorSlaPolicy }) });
  }
  const { percentage, durationSecs } = policy.percentageSlaPolicy;
  return record({ percentageSlaPolicy: record({ percentage: new Float(percentage), durationSecs }) });
}

function containerData(container: Container, enums: EnumForm): DataMap {
  if ('docker' in container) {
    const { image, parameters } = container.docker;
    return record({ docker: record({ image, parameters: parameters?.map((each) => record({ ...each })) }) });
  }
  const { image, volumes } = container.mesos;
  return record({
    mesos: record({
      image: image && imageData(image),
      volumes: volumes?.map(({ containerPath, hostPath, mode }) =>
        record({ containerPath, hostPath, mode: enumData(mode, VOLUME_MODES, enums) }),
      ),
    }),
  });
}

function imageData(image: Image): DataMap {
  return 'docker' in image
    ? record({ docker: record({ ...image.docker }) })
    : record({ appc: record({ ...image.appc }) });
}

function strategyData(strategy: NonNullable<JobUpdateSettings['updateStrategy']>): DataMap {
  if ('queueStrategy' in strategy) return record({ queueStrategy: record({ ...strategy.queueStrategy }) });
  if ('batchStrategy' in strategy) return record({ batchStrategy: record({ ...strategy.batchStrategy }) });
  const { groupSizes, autopauseAfterBatch } = strategy.varBatchStrategy;
  return record({ varBatchStrategy: record({ groupSizes, autopauseAfterBatch }) });
}
