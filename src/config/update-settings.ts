import type { Range } from '../model/job-configuration.js';
import type { JobUpdateSettings, JobUpdateStrategy } from '../model/job-update.js';
import type { Runtime } from '../language/value.js';
import { ListObject } from '../pystachio/list-type.js';
import { SimpleObject } from '../pystachio/simple.js';
import type { StructObject } from '../pystachio/struct-object.js';
import { ConfigError, guarded } from './config-error.js';
import { chosenOf, flagOf, numberOf } from './plain-fields.js';
import type { PickedJob } from './prepare-job.js';
import { requireStruct, requireValue } from './validate-update.js';

/**
 * How an update of the job proceeds. `instances` are the ids that the user named; without them all take part.
 * An explicit Queue or Batch strategy gives its own size, where the original crashed.
 */
export function updateSettings(picked: PickedJob, instances?: readonly number[]): JobUpdateSettings {
  return guarded(picked.config.evaluation, () => settingsOf(picked, instances));
}

function settingsOf(picked: PickedJob, instances: readonly number[] | undefined): JobUpdateSettings {
  const update = requireStruct(picked.interpolated, 'update_config');
  const { runtime } = picked.config.evaluation;
  const batchSize = whole(update, 'batch_size', runtime);
  const watchSecs = whole(update, 'watch_secs', runtime);
  const waitForBatch = flagOf(update, 'wait_for_batch_completion');
  const pulseSecs = update.has('pulse_interval_secs')
    ? whole(update, 'pulse_interval_secs', runtime)
    : undefined;
  const explicit = chosenOf(update, 'update_strategy');
  const refuse = (field: string, message: string, suggestion?: string): never => {
    throw refused(update, field, message, suggestion);
  };
  if (batchSize <= 0) refuse('batch_size', 'Batch size should be greater than 0');
  if (watchSecs < 0) refuse('watch_secs', 'Watch seconds should be greater than or equal to 0');
  if (pulseSecs !== undefined && pulseSecs < 60) {
    refuse('pulse_interval_secs', 'Pulse interval seconds must be at least 60 seconds.');
  }
  if (waitForBatch && explicit) {
    refuse(
      'wait_for_batch_completion',
      'Ambiguous update configuration. Cannot combine wait_batch_completion with an explicit update strategy.',
      'Leave wait_for_batch_completion out: BatchUpdateStrategy waits by itself.',
    );
  }
  if (batchSize > 1 && explicit) {
    refuse(
      'batch_size',
      'Ambiguous update configuration. Cannot combine update strategy with batch size. ' +
        'Please set batchsize inside of update strategy instead.',
      'Move batch_size into the update strategy.',
    );
  }
  const strategy = explicit ? explicitStrategy(explicit, runtime) : defaultStrategy(batchSize, waitForBatch);
  return {
    updateGroupSize: groupSize(strategy) ?? batchSize,
    maxPerInstanceFailures: whole(update, 'max_per_shard_failures', runtime),
    maxFailedInstances: whole(update, 'max_total_failures', runtime),
    minWaitInInstanceRunningMs: watchSecs * 1000,
    rollbackOnFailure: flagOf(update, 'rollback_on_failure'),
    ...(instances && { updateOnlyTheseInstances: toRanges(instances) }),
    waitForBatchCompletion: waitForBatch || 'batchStrategy' in strategy,
    ...(pulseSecs !== undefined && { blockIfNoPulsesAfterMs: pulseSecs * 1000 }),
    slaAware: flagOf(update, 'sla_aware'),
    updateStrategy: strategy,
  };
}

/** Ids as closed ranges, neighbours merged: 0, 1, 2, 5 -> [0-2], [5-5]. */
export function toRanges(ids: readonly number[]): Range[] {
  const ranges: { first: number; last: number }[] = [];
  for (const id of [...new Set(ids)].sort((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last?.last === id - 1) last.last = id;
    else ranges.push({ first: id, last: id });
  }
  return ranges;
}

function defaultStrategy(groupSize: number, waitForBatch: boolean): JobUpdateStrategy {
  return waitForBatch
    ? { batchStrategy: { groupSize, autopauseAfterBatch: false } }
    : { queueStrategy: { groupSize } };
}

function explicitStrategy(strategy: StructObject, runtime: Runtime): JobUpdateStrategy {
  const autopauseAfterBatch = flagOf(strategy, 'autopause_after_batch');
  if (strategy.type.slots.has('batch_sizes')) {
    return { varBatchStrategy: { groupSizes: sizesOf(strategy, runtime), autopauseAfterBatch } };
  }
  const groupSize = whole(strategy, 'batch_size', runtime);
  if (groupSize <= 0) throw refused(strategy, 'batch_size', 'Batch size should be greater than 0');
  return strategy.type.slots.has('autopause_after_batch')
    ? { batchStrategy: { groupSize, autopauseAfterBatch } }
    : { queueStrategy: { groupSize } };
}

function sizesOf(strategy: StructObject, runtime: Runtime): number[] {
  const sizes = strategy.field('batch_sizes');
  if (!(sizes instanceof ListObject)) {
    throw refused(strategy, 'batch_sizes', 'VariableBatchUpdateStrategy[batch_sizes] is required.');
  }
  return sizes.elements.map((size) => {
    const value = size instanceof SimpleObject ? size.payload : undefined;
    if (typeof value === 'number') return value;
    throw refused(strategy, 'batch_sizes', `batch sizes must be integers, got ${size.text(runtime)}`);
  });
}

function groupSize(strategy: JobUpdateStrategy): number | undefined {
  if ('queueStrategy' in strategy) return strategy.queueStrategy.groupSize;
  return 'batchStrategy' in strategy ? strategy.batchStrategy.groupSize : undefined;
}

function whole(owner: StructObject, field: string, runtime: Runtime): number {
  const value = numberOf(owner, field);
  if (value !== undefined) return value;
  throw refused(owner, field, `${field} must be an integer, got ${runtime.repr(requireValue(owner, field))}`);
}

function refused(owner: StructObject, field: string, message: string, suggestion?: string): ConfigError {
  return new ConfigError('ValueError', message, {
    code: 'bad-update-config',
    span: owner.origin?.partSpan(field) ?? owner.origin?.span(),
    notes: [`in ${owner.type.name}[${field}]`],
    suggestion,
  });
}
