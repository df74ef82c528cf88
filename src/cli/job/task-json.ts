import type { ScheduledTask } from '../../model/scheduled-task.js';
import type { Resource, TaskConfig } from '../../model/task-config.js';
import { Double } from '../python-text.js';

/**
 * A task as `--write-json` shows it: Thrift field names, enums as names, sets as arrays; `isService` and
 * `production` are JSON booleans, all other booleans 0 or 1, as the original printed them.
 */
export function taskToJson(task: ScheduledTask): unknown {
  const { assignedTask } = task;
  return { ...task, assignedTask: { ...assignedTask, task: configToJson(assignedTask.task) } };
}

function configToJson(config: TaskConfig): unknown {
  const { isService, production, resources, ...rest } = config;
  return {
    // The field's default in the API: shown although the scheduler did not send it.
    container: { mesos: {} },
    ...(plain(rest) as object),
    isService,
    production,
    resources: resources.map(resourceToJson),
  };
}

export function resourceToJson(resource: Resource): unknown {
  return 'numCpus' in resource ? { numCpus: new Double(resource.numCpus) } : resource;
}

function plain(value: unknown): unknown {
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof Map)
    return new Map([...(value as Map<unknown, unknown>)].map(([key, item]) => [key, plain(item)]));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      key === 'percentage' && typeof item === 'number' ? new Double(item) : plain(item),
    ]),
  );
}
