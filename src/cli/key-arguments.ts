import { err, ok, type Result } from '../base/result.js';
import { isIdentifier, parseClusterJobKey, type ClusterJobKey } from '../model/job-key.js';
import { positional, quoted } from './argument-spec.js';

/** A job with some of its instances; all of them when `instances` is undefined. */
export interface InstanceSpecifier {
  readonly key: ClusterJobKey;
  readonly instances: readonly number[] | undefined;
}

export interface TaskInstance {
  readonly key: ClusterJobKey;
  readonly instanceId: number;
}

/** Parts that were left out are `*`. */
export interface KeyPattern {
  readonly cluster: string;
  readonly role: string;
  readonly environment: string;
  readonly name: string;
}

export function parseJobKey(text: string): Result<ClusterJobKey, string> {
  const parsed = parseClusterJobKey(text);
  return parsed.ok ? parsed : err(`invalid jobkeytype value: ${quoted(text)}`);
}

export function parseInstanceSpecifier(text: string): Result<InstanceSpecifier, string> {
  if (text === '') return err('Instance specifier must be non-empty');
  const parts = text.split('/');
  if (parts.length < 4 || parts.length > 5)
    return err('Instance specifier must be a CLUSTER/ROLE/ENV/JOB/INSTANCES tuple');
  const key = parseClusterJobKey(parts.slice(0, 4).join('/'));
  if (!key.ok) return err(`invalid instance_specifier value: ${quoted(text)}`);
  const list = parts[4];
  if (list === undefined || list === '') return ok({ key: key.value, instances: undefined });
  const instances = parseInstances(list);
  if (!instances.ok)
    return instances.error === 'not-a-number'
      ? err(`invalid instance_specifier value: ${quoted(text)}`)
      : err(instances.error);
  return ok({ key: key.value, instances: instances.value });
}

/** More instances than any job has: a longer range is a typing mistake. */
const MOST_INSTANCES = 1_000_000;

/**
 * `0-3,5`: sorted, each once. Of a range, the text before the first and after the last `-` counts, as it
 * does for the original.
 */
export function parseInstances(text: string): Result<readonly number[], string> {
  const instances = new Set<number>();
  for (const part of text.split(',')) {
    const ends = part.includes('-') ? [part.split('-')[0] ?? '', part.split('-').at(-1) ?? ''] : [part, part];
    if (!ends.every((end) => /^\s*\d+\s*$/.test(end))) return err('not-a-number');
    const [first = 0, last = 0] = ends.map(Number);
    if (first > last) return err(`Invalid instance range: [${ends.map(quoted).join(', ')}]`);
    if (last - first >= MOST_INSTANCES) return err(`Instance range ${part} is longer than any job`);
    for (let instance = first; instance <= last; instance++) instances.add(instance);
  }
  return ok([...instances].sort((a, b) => a - b));
}

export function parseTaskInstance(text: string): Result<TaskInstance, string> {
  const parts = text.split('/');
  if (parts.length !== 5)
    return err(`Task instance specifier ${text} is not in the form CLUSTER/ROLE/ENV/NAME/INSTANCE`);
  const instance = parts[4] ?? '';
  if (!/^\d+$/.test(instance)) return err(`Instance must be an integer, but got ${instance}`);
  const key = parseClusterJobKey(parts.slice(0, 4).join('/'));
  if (!key.ok) return err(key.error);
  return ok({ key: key.value, instanceId: Number(instance) });
}

export function parseKeyPattern(text: string): Result<KeyPattern, string> {
  const [cluster = '*', role = '*', environment = '*', name = '*', ...more] = text.split('/');
  if (more.length > 0) return err(`invalid arg_type_jobkey value: ${quoted(text)}`);
  return ok({ cluster, role, environment, name });
}

/** A role inside a cluster. */
export interface QualifiedRole {
  readonly cluster: string;
  readonly role: string;
}

export function parseQualifiedRole(text: string): Result<QualifiedRole, string> {
  const [cluster, role, ...more] = text.split('/');
  if (!cluster || !role || more.length > 0 || !isIdentifier(role))
    return err('Role argument must be a CLUSTER/NAME pair');
  return ok({ cluster, role });
}

export const jobKeyArgument = positional('CLUSTER/ROLE/ENV/NAME', parseJobKey, {
  help: 'Fully specified job key, in CLUSTER/ROLE/ENV/NAME format',
  completes: 'job-key',
});

export const instancesArgument = positional('CLUSTER/ROLE/ENV/NAME[/INSTANCES]', parseInstanceSpecifier, {
  help:
    'Fully specified job instance key, in CLUSTER/ROLE/ENV/NAME[/INSTANCES] format. ' +
    'If INSTANCES is omitted, then all instances will be operated on.',
  completes: 'job-key',
});

export const taskInstanceArgument = positional('task_instance', parseTaskInstance, {
  help: 'Task instance specifier in the form CLUSTER/ROLE/ENV/NAME/INSTANCE',
  completes: 'job-key',
});
