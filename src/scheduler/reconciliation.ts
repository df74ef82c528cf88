import { AGENT_ASSIGNED_STATES } from '../model/scheduled-task.js';
import type { Core } from './core.js';

/** Launches and kills are sent once; asking again, now and then, repairs what got lost. */
export function scheduleReconciliation(core: Core): void {
  const { options, timers } = core;
  const repeat = (key: string, firstMs: number, intervalMs: number, run: () => void): void => {
    timers.set(key, firstMs, () => {
      run();
      repeat(key, intervalMs, intervalMs, run);
    });
  };
  const first = options.reconciliationInitialDelayMs;
  repeat('reconcile explicitly', first, options.reconciliationExplicitIntervalMs, () => {
    reconcileExplicitly(core, options.reconciliationExplicitBatchSize);
  });
  const later = first + options.reconciliationScheduleSpreadMs;
  repeat('reconcile implicitly', later, options.reconciliationImplicitIntervalMs, () => {
    reconcileImplicitly(core);
  });
}

/** Asks each agent for the tasks that it should have, so many at a time. */
export function reconcileExplicitly(core: Core, batchSize: number): void {
  core.stats.count('reconciliation_explicit_runs');
  const tasks: Array<readonly [agentId: string, taskId: string]> = [];
  for (const status of AGENT_ASSIGNED_STATES) {
    for (const { task } of core.store.entriesInStatus(status)) {
      const { slaveId, taskId } = task.assignedTask;
      if (slaveId !== undefined) tasks.push([slaveId, taskId]);
    }
  }
  askInBatches(core, tasks, batchSize);
}

/** Asks each agent for all that it has: finds tasks that nobody knows. */
export function reconcileImplicitly(core: Core): void {
  core.stats.count('reconciliation_implicit_runs');
  for (const agentId of core.pool.byId.keys()) core.commands.push({ kind: 'reconcile', agentId });
}

function askInBatches(core: Core, tasks: ReadonlyArray<readonly [string, string]>, batchSize: number): void {
  const byAgent = new Map<string, string[]>();
  for (const [agentId, taskId] of tasks.slice(0, batchSize)) {
    const known = byAgent.get(agentId);
    if (known) known.push(taskId);
    else byAgent.set(agentId, [taskId]);
  }
  for (const [agentId, taskIds] of byAgent)
    if (core.pool.byId.has(agentId)) core.commands.push({ kind: 'reconcile', agentId, taskIds });
  if (tasks.length <= batchSize) return;
  core.timers.set('reconcile next batch', core.options.reconciliationExplicitBatchIntervalMs, () => {
    askInBatches(core, tasks.slice(batchSize), batchSize);
  });
}
