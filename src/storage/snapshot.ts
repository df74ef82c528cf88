import { createHash } from 'node:crypto';
import { encodeOps } from './op-codec.js';
import type { Op } from './op.js';
import type { ConfigRecord, Store, TaskEntry } from './store.js';
import { toStoredTask } from './stored-task.js';
import { taskConfigDigest } from './task-config-text.js';

const TASKS_PER_OP = 500;

/**
 * The state of this moment as the shortest list of ops that gives it. What is stored is captured at once
 * (immutable values, so one pointer each); the ops themselves are made one by one as they are asked for, so
 * that a snapshot of a million tasks can be written in slices while the scheduler goes on.
 */
export function snapshotOps(store: Store): Iterable<Op> {
  const configs = [...store.configs()].filter((record) => record.references > 0);
  const tasks = Array.from(store.entries(), ({ task, config }): TaskEntry => ({ task, config }));
  const small: Op[] = [
    ...Array.from(store.quotas, ([role, quota]): Op => ({ op: 'saveQuota', role, quota })),
    ...Array.from(store.hosts.values(), (attributes): Op => ({ op: 'saveHostAttributes', attributes })),
    ...Array.from(store.maintenanceRequests.values(), (request): Op => ({
      op: 'saveMaintenanceRequest',
      request,
    })),
  ];
  return generate(configs, tasks, small);
}

function* generate(
  configs: readonly ConfigRecord[],
  tasks: readonly TaskEntry[],
  small: readonly Op[],
): Iterable<Op> {
  for (const { id, config } of configs) yield { op: 'saveTaskConfig', id, config };
  for (let from = 0; from < tasks.length; from += TASKS_PER_OP) {
    const slice = tasks.slice(from, from + TASKS_PER_OP);
    yield { op: 'saveTasks', tasks: slice.map(({ task, config }) => toStoredTask(task, config.id)) };
  }
  yield* small;
}

/** A digest of everything stored, whatever the order in which it came to be. */
export function stateDigest(store: Store): string {
  const lines: string[] = [];
  for (const op of snapshotOps(store)) {
    if (op.op === 'saveTaskConfig') lines.push(`config ${op.id} ${taskConfigDigest(op.config)}`);
    else if (op.op === 'saveTasks') for (const task of op.tasks) lines.push(JSON.stringify(task));
    else lines.push(encodeOps([op]));
  }
  const hash = createHash('sha256');
  for (const line of lines.sort()) hash.update(line).update('\n');
  return hash.digest('hex');
}
