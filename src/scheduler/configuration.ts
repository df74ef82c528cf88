import { err, ok, type Result } from '../base/result.js';
import { isIdentifier, isValidJobKey, type JobKey } from '../model/job-key.js';
import type { JobConfiguration } from '../model/job-configuration.js';
import type { Constraint, Resource, TaskConfig } from '../model/task-config.js';
import type { SchedulerOptions } from './options.js';
import { validateSlaPolicy } from './sla-policy.js';
import { DEDICATED } from './task-request.js';
import { isProduction, type Tiers } from './tiers.js';

/** The one executor there is. */
const EXECUTOR_NAME = 'AuroraExecutor';

/**
 * Checks a job as it is submitted and fills in what the client left open (tier, production, task links). The
 * error is Aurora's sentence for it.
 */
export function sanitizeJob(
  job: JobConfiguration,
  options: SchedulerOptions,
  tiers: Tiers,
): Result<JobConfiguration, string> {
  if ((job as Partial<JobConfiguration>).taskConfig === undefined)
    return err('Job configuration must have taskConfig set.');
  if (!(job.instanceCount > 0)) return err('Instance count must be positive.');
  if (!hasValidKey(job)) return err(`Job key ${showJobKey(job.key)} is invalid.`);
  if (!environmentPattern(options.allowedJobEnvironments).test(job.key.environment)) {
    return err(`Job environment ${job.key.environment} doesn't match: ${options.allowedJobEnvironments}`);
  }
  if (job.owner?.user !== undefined && !isIdentifier(job.owner.user))
    return err(`Job user contains illegal characters: ${job.owner.user}`);
  if (job.taskConfig.isService && job.cronSchedule !== undefined && job.cronSchedule !== '')
    return err(`A service task may not be run on a cron schedule: ${showJobKey(job.key)}`);
  const taskConfig = sanitizeTask(job.taskConfig, job.instanceCount, options, tiers);
  return taskConfig.ok ? ok({ ...job, taskConfig: taskConfig.value }) : taskConfig;
}

export function sanitizeTask(
  task: TaskConfig,
  instanceCount: number,
  options: SchedulerOptions,
  tiers: Tiers,
): Result<TaskConfig, string> {
  const error =
    checkIdentity(task) ??
    checkExecutor(task) ??
    checkTier(task, tiers) ??
    checkConstraints(task) ??
    checkContainer(task, options) ??
    checkResources(task, options) ??
    (task.mesosFetcherUris && task.mesosFetcherUris.length > 0 && !options.enableMesosFetcher
      ? 'Mesos Fetcher for individual jobs is disabled in this cluster.'
      : undefined);
  if (error !== undefined) return err(error);
  const tierName = task.tier ?? tiers.defaultTier;
  const tier = tiers.tiers.get(tierName);
  if (!tier) return err(`Invalid tier '${tierName}' in TaskConfig.`);
  const slaError = validateSlaPolicy(task.slaPolicy, tierName, tier, instanceCount, options);
  if (slaError !== undefined) return err(slaError);
  const links = task.taskLinks && task.taskLinks.size > 0 ? task.taskLinks : defaultLinks(task.resources);
  const filled = { ...task, tier: tierName, production: isProduction(tier) };
  return ok(links ? { ...filled, taskLinks: links } : filled);
}

const patterns = new Map<string, RegExp>();

function environmentPattern(source: string): RegExp {
  const known = patterns.get(source);
  if (known) return known;
  const pattern = new RegExp(source);
  patterns.set(source, pattern);
  return pattern;
}

/** `JobKey(role:r, environment:e, name:n)`, as the Thrift struct prints itself. */
export function showJobKey(key: JobKey | undefined): string {
  const show = (text: string | undefined): string => text ?? 'null';
  return `JobKey(role:${show(key?.role)}, environment:${show(key?.environment)}, name:${show(key?.name)})`;
}

function hasValidKey(value: { readonly key?: JobKey } | { readonly job?: JobKey }): boolean {
  const key = ('key' in value ? value.key : 'job' in value ? value.job : undefined) as
    Partial<JobKey> | undefined;
  return (
    key?.role !== undefined &&
    key.environment !== undefined &&
    key.name !== undefined &&
    isValidJobKey({ role: key.role, environment: key.environment, name: key.name })
  );
}

function checkIdentity(task: TaskConfig): string | undefined {
  const docker = task.container && 'docker' in task.container;
  if (!task.executorConfig && docker !== true) return 'Configuration may not be null.';
  if (!hasValidKey({ job: task.job })) return `Job key ${showJobKey(task.job)} is invalid.`;
  return undefined;
}

function checkExecutor({ executorConfig }: TaskConfig): string | undefined {
  if (!executorConfig) return undefined;
  const name = (executorConfig as Partial<typeof executorConfig>).name;
  if (name === undefined || name === '') return 'Executor name may not be left unset.';
  if (name !== EXECUTOR_NAME) return `Configuration for executor '${name}' doesn't exist.`;
  return undefined;
}

function checkTier({ tier }: TaskConfig, tiers: Tiers): string | undefined {
  if (tier === undefined) return undefined;
  if (!isIdentifier(tier)) return `Tier contains illegal characters: ${tier}`;
  return tiers.tiers.has(tier) ? undefined : `Invalid tier '${tier}' in TaskConfig.`;
}

function checkConstraints(task: TaskConfig): string | undefined {
  const dedicated: Constraint | undefined = task.constraints.find(({ name }) => name === DEDICATED);
  if (!dedicated) return undefined;
  if (!('value' in dedicated.constraint)) return 'A dedicated constraint must be of value type.';
  const { values } = dedicated.constraint.value;
  const [value] = values;
  if (values.length !== 1 || value === undefined) return 'A dedicated constraint must have exactly one value';
  const role = value.split('/')[0] ?? '';
  return role === '*' || role === task.job.role
    ? undefined
    : `Only ${role} may use hosts dedicated for that role.`;
}

function checkContainer(task: TaskConfig, options: SchedulerOptions): string | undefined {
  const { container } = task;
  if (!container) return undefined;
  const type = 'docker' in container ? 'DOCKER' : 'mesos' in container ? 'MESOS' : undefined;
  if (type === undefined) return 'A job must have a container type.';
  if (!options.allowedContainerTypes.includes(type))
    return `This scheduler is not configured to allow the container type ${type}`;
  if ('docker' in container) {
    const { image, parameters } = container.docker as Partial<typeof container.docker>;
    if (image === undefined || image === '') return 'A container must specify an image.';
    if (parameters && parameters.length > 0 && !options.allowDockerParameters)
      return 'This scheduler is configured to disallow Docker parameters.';
    if (!task.executorConfig && options.requireDockerUseExecutor)
      return 'This scheduler is configured to require an executor for Docker-based tasks.';
  } else if ((container.mesos.volumes?.length ?? 0) > 0 && !options.allowContainerVolumes) {
    return 'This scheduler is configured to disallow container volumes.';
  }
  return undefined;
}

/** Field, its name in messages about repetition, its name in messages about amounts. */
const AMOUNTS: ReadonlyArray<readonly [string, string, string]> = [
  ['numCpus', 'CPU', 'num_cpus'],
  ['ramMb', 'RAM', 'ram_mb'],
  ['diskMb', 'disk', 'disk_mb'],
  ['numGpus', 'GPU', 'num_gpus'],
];

function checkResources({ resources }: TaskConfig, options: SchedulerOptions): string | undefined {
  const amounts = new Map<string, number>();
  const ports = new Set<string>();
  const repeated = new Set<string>();
  let samePort = false;
  for (const resource of resources) {
    if ('namedPort' in resource) {
      samePort ||= ports.has(resource.namedPort);
      ports.add(resource.namedPort);
      continue;
    }
    for (const [field, amount] of Object.entries<number>(resource)) {
      if (amounts.has(field)) repeated.add(field);
      amounts.set(field, amount);
    }
  }
  if (repeated.size > 0) {
    const names = AMOUNTS.filter(([field]) => repeated.has(field)).map(([, name]) => name);
    return `Multiple resource values are not supported for ${names.join(', ')}`;
  }
  for (const [field, , label] of AMOUNTS) {
    const amount = amounts.get(field);
    if (amount === undefined && field === 'numGpus') continue;
    if (amount === undefined || !(amount > 0) || !Number.isFinite(amount))
      return `${label} must be greater than 0.0`;
  }
  if (samePort) return 'Multiple ports of one name are not supported.';
  if (amounts.has('numGpus') && !options.allowGpuResource)
    return 'GPU resource support is disabled in this cluster.';
  return undefined;
}

function defaultLinks(resources: readonly Resource[]): ReadonlyMap<string, string> | undefined {
  const links = new Map<string, string>();
  for (const port of ['health', 'http']) {
    if (resources.some((resource) => 'namedPort' in resource && resource.namedPort === port))
      links.set(port, `http://%host%:%port:${port}%`);
  }
  return links.size > 0 ? links : undefined;
}
