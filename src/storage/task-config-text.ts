import { hash } from 'node:crypto';
import type { TaskConfig } from '../model/task-config.js';

/**
 * A digest that is equal exactly when two configurations are: Thrift's sets compare without order, lists and
 * `executorConfig.data` byte by byte, and an absent field differs from an empty one only where Thrift says so.
 */
export function taskConfigDigest(config: TaskConfig): string {
  return hash('sha256', JSON.stringify(canonical(config)), 'base64');
}

/** Fields in a fixed order, sets sorted by their text. */
function canonical(config: TaskConfig): unknown[] {
  const { job, container } = config;
  return [
    [job.role, job.environment, job.name],
    config.owner?.user ?? null,
    config.isService,
    config.priority,
    config.maxTaskFailures,
    config.production ?? null,
    config.tier ?? null,
    sorted(config.resources),
    sorted(
      config.constraints.map(({ name, constraint }) =>
        'value' in constraint
          ? [name, constraint.value.negated, [...constraint.value.values].sort()]
          : [name, constraint.limit.limit],
      ),
    ),
    config.mesosFetcherUris
      ? sorted(
          config.mesosFetcherUris.map((uri) => [
            uri.value,
            uri.extract ?? null,
            uri.cache ?? null,
            uri.outputFile ?? null,
          ]),
        )
      : null,
    config.taskLinks ? sorted([...config.taskLinks]) : null,
    config.contactEmail ?? null,
    config.executorConfig ? [config.executorConfig.name, config.executorConfig.data] : null,
    config.metadata ? sorted(config.metadata.map(({ key, value }) => [key, value])) : null,
    config.partitionPolicy
      ? [config.partitionPolicy.reschedule, config.partitionPolicy.delaySecs ?? null]
      : null,
    config.slaPolicy ? ordered(config.slaPolicy) : null,
    container ? ordered(container) : null,
  ];
}

function sorted(items: readonly unknown[]): string[] {
  if (items.length === 0) return [];
  return items.map((item) => JSON.stringify(item)).sort();
}

/** Object keys in alphabetical order, to any depth; arrays keep theirs. */
function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, item]) => [key, ordered(item)]);
}
