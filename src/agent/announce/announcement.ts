import type { AnnouncerDefinition } from '../../model/cluster.js';
import type { LaunchedTask } from '../assigned-task.js';
import { PlanError, type TaskPlan } from '../task-plan.js';

/** A task's entry in its job's server set. */
export interface Announcement {
  /** The node above the members. */
  readonly path: string;
  /** The member's content. */
  readonly data: string;
}

const DEFAULT_ROOT = '/aurora';

/** Throws PlanError for a path of the job's own that the cluster does not allow, or that is none. */
export function announcementOf(
  definition: AnnouncerDefinition | undefined,
  launched: LaunchedTask,
  plan: TaskPlan,
  hostname: string,
): Announcement | undefined {
  const { announce } = plan.executor;
  if (!announce || !definition) return undefined;
  const endpoint = (port: number): object => ({ host: definition.hostname ?? hostname, port });
  const additional = [...plan.ports].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    path: pathOf(definition, launched, announce.zkPath),
    data: spacedJson({
      status: 'ALIVE',
      additionalEndpoints: new Map(additional.map(([name, port]) => [name, endpoint(port)])),
      serviceEndpoint: endpoint(plan.ports.get(announce.primaryPort) ?? 0),
      shard: launched.instanceId,
    }),
  };
}

function pathOf(definition: AnnouncerDefinition, launched: LaunchedTask, zkPath: string | undefined): string {
  const root = (definition.root ?? DEFAULT_ROOT).replace(/\/+$/, '');
  if (zkPath === undefined) return `${root}/${launched.role}/${launched.environment}/${launched.jobName}`;
  if (definition.allowCustomServersetPath !== true)
    throw new PlanError(
      'Executor must be started with --announcer-allow-custom-serverset-path in order to use zk_path in the Announcer config',
    );
  if (!/^(\/[^/\0]+)+$/.test(zkPath) || /\/\.{1,2}(\/|$)/.test(zkPath))
    throw new PlanError(`zk_path must be an absolute path, not ${JSON.stringify(zkPath)}`);
  return zkPath;
}

/** JSON with blanks after commas and colons and only ASCII, as the original writes it. */
function spacedJson(value: unknown): string {
  if (value instanceof Map) return spacedObject([...(value as ReadonlyMap<string, unknown>)]);
  if (typeof value === 'object' && value !== null) return spacedObject(Object.entries(value));
  return JSON.stringify(value).replace(
    /[\u0080-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function spacedObject(entries: ReadonlyArray<readonly [string, unknown]>): string {
  return `{${entries.map(([name, field]) => `${spacedJson(name)}: ${spacedJson(field)}`).join(', ')}}`;
}
