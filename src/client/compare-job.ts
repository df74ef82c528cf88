import type { ConfigGroup, Range } from '../model/job-configuration.js';
import type { GetJobUpdateDiffResult } from '../model/response.js';
import type { ScheduledTask } from '../model/scheduled-task.js';
import type { TaskConfig } from '../model/task-config.js';
import { taskText } from './task-text.js';

/** What an update to `wanted` with so many instances would change, given the active tasks with their configs. */
export function compareJob(
  active: readonly ScheduledTask[],
  wanted: TaskConfig,
  instanceCount: number,
): GetJobUpdateDiffResult {
  const wantedText = taskText(wanted);
  const present = new Map(active.map(({ assignedTask }) => [assignedTask.instanceId, assignedTask.task]));
  const missing = Array.from({ length: instanceCount }, (_, id) => id).filter((id) => !present.has(id));
  const remove = new Map<string, Group>();
  const update = new Map<string, Group>();
  const unchanged = new Map<string, Group>();
  for (const [id, config] of present) {
    const text = taskText(config);
    const groups = id >= instanceCount ? remove : text === wantedText ? unchanged : update;
    const group = groups.get(text) ?? { config, ids: [] };
    group.ids.push(id);
    groups.set(text, group);
  }
  return {
    add: missing.length > 0 ? [{ config: wanted, instances: toRanges(missing) }] : [],
    remove: toGroups(remove),
    update: toGroups(update),
    unchanged: toGroups(unchanged),
  };
}

interface Group {
  readonly config: TaskConfig;
  readonly ids: number[];
}

function toGroups(groups: ReadonlyMap<string, Group>): ConfigGroup[] {
  return [...groups.values()].map(({ config, ids }) => ({ config, instances: toRanges(ids) }));
}

function toRanges(ids: readonly number[]): Range[] {
  const ranges: { first: number; last: number }[] = [];
  for (const id of [...ids].sort((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last?.last === id - 1) last.last = id;
    else ranges.push({ first: id, last: id });
  }
  return ranges;
}
