import type { JobConfiguration } from '../../src/model/job-configuration.js';
import type { JobKey } from '../../src/model/job-key.js';
import type { Resource, TaskConfig } from '../../src/model/task-config.js';

export interface JobChange {
  readonly instances?: number;
  readonly task?: Partial<TaskConfig>;
  readonly resources?: readonly Resource[];
  readonly cmdline?: string;
}

/** A service of one process, small enough for any agent. */
export function jobConfiguration(key: JobKey, change: JobChange = {}): JobConfiguration {
  const { instances = 1, task = {}, cmdline = 'sleep 1000' } = change;
  return {
    key,
    owner: { user: key.role },
    cronCollisionPolicy: 'KILL_EXISTING',
    instanceCount: instances,
    taskConfig: {
      job: key,
      owner: { user: key.role },
      isService: true,
      priority: 0,
      maxTaskFailures: 1,
      production: false,
      resources: change.resources ?? [{ numCpus: 0.1 }, { ramMb: 16 }, { diskMb: 16 }],
      constraints: [],
      container: { mesos: {} },
      executorConfig: { name: 'AuroraExecutor', data: executorData(key, cmdline) },
      ...task,
    },
  };
}

/** What the client puts into `executorConfig.data`: the job with its task of one process. */
function executorData(key: JobKey, cmdline: string): string {
  const process = {
    name: 'main',
    cmdline,
    daemon: false,
    ephemeral: false,
    final: false,
    max_failures: 1,
    min_duration: 0,
  };
  return JSON.stringify({
    name: key.name,
    role: key.role,
    environment: key.environment,
    cluster: 'test',
    instances: 1,
    service: true,
    priority: 0,
    production: false,
    max_task_failures: 1,
    cron_collision_policy: 'KILL_EXISTING',
    enable_hooks: false,
    health_check_config: {
      initial_interval_secs: 0,
      interval_secs: 1,
      max_consecutive_failures: 0,
      min_consecutive_successes: 1,
      timeout_secs: 1,
      health_checker: { http: { endpoint: '/health', expected_response: 'ok', expected_response_code: 200 } },
    },
    lifecycle: {
      http: {
        port: 'health',
        graceful_shutdown_endpoint: '/quitquitquit',
        shutdown_endpoint: '/abortabortabort',
        graceful_shutdown_wait_secs: 5,
        shutdown_wait_secs: 5,
      },
    },
    task: {
      name: key.name,
      finalization_wait: 2,
      max_concurrency: 0,
      max_failures: 1,
      constraints: [{ order: ['main'] }],
      processes: [process],
      resources: { cpu: 0.1, ram: 16 << 20, disk: 16 << 20 },
    },
  });
}
