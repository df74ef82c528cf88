import {
  bool,
  choice,
  enumeration,
  float,
  instance,
  int,
  list,
  map,
  REQUIRED,
  struct,
  text,
} from './schema-builder.js';
import { Task } from './thermos-schema.js';

/** The structs of a job. One table a struct, fields in the order of `check()`. */
export const QueueUpdateStrategy = struct('QueueUpdateStrategy', [['batch_size', int, 1]]);

export const BatchUpdateStrategy = struct('BatchUpdateStrategy', [
  ['batch_size', int, 1],
  ['autopause_after_batch', bool, false],
]);

export const VariableBatchUpdateStrategy = struct('VariableBatchUpdateStrategy', [
  ['batch_sizes', list(int), REQUIRED],
  ['autopause_after_batch', bool, false],
]);

/** `watch_secs` and `pulse_interval_secs` in seconds. */
export const UpdateConfig = struct('UpdateConfig', [
  ['pulse_interval_secs', int],
  ['wait_for_batch_completion', bool, false],
  ['rollback_on_failure', bool, true],
  ['batch_size', int, 1],
  ['update_strategy', choice(QueueUpdateStrategy, BatchUpdateStrategy, VariableBatchUpdateStrategy)],
  ['watch_secs', int, 45],
  ['sla_aware', bool, false],
  ['max_per_shard_failures', int, 0],
  ['max_total_failures', int, 0],
]);

/** Any code is accepted when `expected_response_code` is 0, any body when `expected_response` is empty. */
export const HttpHealthChecker = struct('HttpHealthChecker', [
  ['expected_response_code', int, 0],
  ['endpoint', text, '/health'],
  ['expected_response', text, 'ok'],
]);

export const ShellHealthChecker = struct('ShellHealthChecker', [['shell_command', text, REQUIRED]]);

export const HealthCheckerConfig = struct('HealthCheckerConfig', [
  ['shell', ShellHealthChecker],
  ['http', HttpHealthChecker],
]);

export const DefaultHealthChecker = instance(HealthCheckerConfig, { http: instance(HttpHealthChecker) });

/** Times in seconds. */
export const HealthCheckConfig = struct('HealthCheckConfig', [
  ['health_checker', HealthCheckerConfig, DefaultHealthChecker],
  ['min_consecutive_successes', int, 1],
  ['initial_interval_secs', float, 15],
  ['max_consecutive_failures', int, 0],
  ['timeout_secs', float, 1],
  ['interval_secs', float, 10],
]);

export const HttpLifecycleConfig = struct('HttpLifecycleConfig', [
  ['graceful_shutdown_endpoint', text, '/quitquitquit'],
  ['graceful_shutdown_wait_secs', int, 5],
  ['port', text, 'health'],
  ['shutdown_wait_secs', int, 5],
  ['shutdown_endpoint', text, '/abortabortabort'],
]);

export const LifecycleConfig = struct('LifecycleConfig', [['http', HttpLifecycleConfig]]);

export const DisableLifecycle = instance(LifecycleConfig);
export const DefaultLifecycleConfig = instance(LifecycleConfig, { http: instance(HttpLifecycleConfig) });

export const Announcer = struct('Announcer', [
  ['primary_port', text, 'http'],
  ['zk_path', text],
  ['portmap', map(text, text), { aurora: '{{primary_port}}' }],
]);

export const MesosContext = struct('MesosContext', [
  ['instance', int, REQUIRED],
  ['hostname', text, REQUIRED],
]);

export const MesosTaskInstance = struct('MesosTaskInstance', [
  ['task', Task, REQUIRED],
  ['environment', text, REQUIRED],
  ['instance', int, REQUIRED],
  ['health_check_config', HealthCheckConfig, instance(HealthCheckConfig)],
  ['role', text, REQUIRED],
  ['announce', Announcer],
  ['lifecycle', LifecycleConfig],
]);

export const Parameter = struct('Parameter', [
  ['name', text, REQUIRED],
  ['value', text, REQUIRED],
]);

export const Docker = struct('Docker', [
  ['image', text, REQUIRED],
  ['parameters', list(Parameter), []],
]);

/** The older way to write a container, around `Docker`. */
export const Container = struct('Container', [['docker', Docker]]);

export const AppcImage = struct('AppcImage', [
  ['image_id', text, REQUIRED],
  ['name', text, REQUIRED],
]);

export const DockerImage = struct('DockerImage', [
  ['tag', text, REQUIRED],
  ['name', text, REQUIRED],
]);

export const Mode = enumeration('Mode', 'RO', 'RW');

export const Volume = struct('Volume', [
  ['host_path', text, REQUIRED],
  ['container_path', text, REQUIRED],
  ['mode', Mode, REQUIRED],
]);

export const Mesos = struct('Mesos', [
  ['image', choice(AppcImage, DockerImage)],
  ['volumes', list(Volume), []],
]);

export const PartitionPolicy = struct('PartitionPolicy', [
  ['reschedule', bool, true],
  ['delay_secs', int, 0],
]);

export const Metadata = struct('Metadata', [
  ['value', text, REQUIRED],
  ['key', text, REQUIRED],
]);

export const AURORA_EXECUTOR_NAME = 'AuroraExecutor';

export const ExecutorConfig = struct('ExecutorConfig', [
  ['data', text, ''],
  ['name', text, AURORA_EXECUTOR_NAME],
]);

export const PercentageSlaPolicy = struct('PercentageSlaPolicy', [
  ['percentage', float, REQUIRED],
  ['duration_secs', int, REQUIRED],
]);

export const CountSlaPolicy = struct('CountSlaPolicy', [
  ['count', int, REQUIRED],
  ['duration_secs', int, REQUIRED],
]);

export const CoordinatorSlaPolicy = struct('CoordinatorSlaPolicy', [
  ['status_key', text, 'drain'],
  ['coordinator_url', text, REQUIRED],
]);

/** A file to fetch into the sandbox before the task runs; not in the original's schema, only in its API. */
export const MesosFetcherUri = struct('MesosFetcherURI', [
  ['value', text, REQUIRED],
  ['extract', bool],
  ['cache', bool],
  ['output_file', text],
]);

export const MesosJob = struct('MesosJob', [
  ['health_check_config', HealthCheckConfig, instance(HealthCheckConfig)],
  ['cron_collision_policy', text, 'KILL_EXISTING'],
  ['enable_hooks', bool, false],
  ['instances', int, 1],
  ['priority', int, 0],
  ['container', choice(Container, Docker, Mesos)],
  ['service', bool, false],
  ['max_task_failures', int, 1],
  ['environment', text, REQUIRED],
  ['update_config', UpdateConfig, instance(UpdateConfig)],
  ['production', bool, false],
  ['role', text, REQUIRED],
  ['announce', Announcer],
  ['metadata', list(Metadata), []],
  ['cron_schedule', text],
  ['partition_policy', PartitionPolicy],
  ['sla_policy', choice(CoordinatorSlaPolicy, CountSlaPolicy, PercentageSlaPolicy)],
  ['tier', text],
  ['executor_config', ExecutorConfig, instance(ExecutorConfig)],
  ['lifecycle', LifecycleConfig, DefaultLifecycleConfig],
  ['task', Task, REQUIRED],
  ['name', text, '{{task.name}}'],
  ['cluster', text, REQUIRED],
  ['task_links', map(text, text)],
  ['contact', text],
  ['constraints', map(text, text)],
  ['mesos_fetcher_uris', list(MesosFetcherUri)],
]);

export const Service = instance(MesosJob, { service: true });

/** Types and values by the names that a config uses; `Job` is `MesosJob`. */
export const auroraNames = {
  MesosJob,
  Job: MesosJob,
  Service,
  UpdateConfig,
  QueueUpdateStrategy,
  BatchUpdateStrategy,
  VariableBatchUpdateStrategy,
  HealthCheckConfig,
  HealthCheckerConfig,
  HttpHealthChecker,
  ShellHealthChecker,
  DefaultHealthChecker,
  HttpLifecycleConfig,
  LifecycleConfig,
  DisableLifecycle,
  DefaultLifecycleConfig,
  Announcer,
  MesosTaskInstance,
  MesosContext,
  Parameter,
  Docker,
  AppcImage,
  DockerImage,
  Volume,
  Mode,
  Mesos,
  Container,
  PartitionPolicy,
  Metadata,
  ExecutorConfig,
  PercentageSlaPolicy,
  CountSlaPolicy,
  CoordinatorSlaPolicy,
} as const;
