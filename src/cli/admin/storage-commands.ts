import { ACTIVE_STATES } from '../../model/scheduled-task.js';
import type { ApiMethod } from '../../thrift/api.js';
import { integerOption, textOption } from '../argument-spec.js';
import { resultOf } from '../scheduler-session.js';
import { detailsText } from '../../client/scheduler-client.js';
import { AdminError, type AdminCommand } from './admin-command.js';
import { parseStatuses } from './task-statuses.js';

/** A command that makes one call with nothing but the cluster, and logs the answer. */
function plainCommand(
  name: string,
  method: Extract<ApiMethod, 'performBackup' | 'commitRecovery' | 'unloadRecovery' | 'snapshot'>,
  description: string,
): AdminCommand {
  return {
    name,
    usage: 'cluster',
    description,
    options: [],
    counts: [1, 1],
    async run(session) {
      session.check(await (await session.connect()).call(method, {}));
    },
  };
}

export const backupNowCommand = plainCommand(
  'scheduler_backup_now',
  'performBackup',
  'Immediately initiates a full storage backup.',
);

export const commitRecoveryCommand = plainCommand(
  'scheduler_commit_recovery',
  'commitRecovery',
  'Commits a staged recovery.',
);

export const unloadRecoveryCommand = plainCommand(
  'scheduler_unload_recovery',
  'unloadRecovery',
  'Unloads a staged recovery.',
);

export const snapshotCommand = plainCommand(
  'scheduler_snapshot',
  'snapshot',
  'Request that the scheduler perform a storage snapshot and block until complete.',
);

export const listBackupsCommand: AdminCommand = {
  name: 'scheduler_list_backups',
  usage: 'cluster',
  description: 'Lists backups available for recovery.',
  options: [],
  counts: [1, 1],
  async run(session) {
    const response = await (await session.connect()).call('listBackups', {});
    session.check(response);
    const backups = resultOf(response, 'listBackupsResult')?.backups ?? [];
    session.console.out([`${backups.length} available backups:`, ...backups].join('\n'));
  },
};

export const stageRecoveryCommand: AdminCommand = {
  name: 'scheduler_stage_recovery',
  usage: 'cluster backup_id',
  description: 'Stages a backup for recovery.',
  options: [],
  counts: [2, 2],
  async run(session) {
    session.check(await (await session.connect()).call('stageRecovery', { backupId: session.word(1) }));
  },
};

export const printRecoveryTasksCommand: AdminCommand = {
  name: 'scheduler_print_recovery_tasks',
  usage: 'cluster',
  description: 'Prints all active tasks in a staged recovery.',
  options: [],
  counts: [1, 1],
  async run(session) {
    const response = await (
      await session.connect()
    ).call('queryRecovery', { query: { statuses: [...ACTIVE_STATES].sort() } });
    session.check(response);
    session.console.info('Role\tJob\tShard\tStatus\tTask ID');
    for (const { assignedTask, status } of resultOf(response, 'queryRecoveryResult')?.tasks ?? []) {
      const { role, name } = assignedTask.task.job;
      session.console.info([role, name, assignedTask.instanceId, status, assignedTask.taskId].join('\t'));
    }
  },
};

export const deleteRecoveryTasksCommand: AdminCommand = {
  name: 'scheduler_delete_recovery_tasks',
  usage: 'cluster task_ids',
  description: 'Deletes a comma-separated list of task IDs from a staged recovery.',
  options: [],
  counts: [2, 2],
  async run(session) {
    const taskIds = session.word(1).split(',');
    session.check(await (await session.connect()).call('deleteRecoveryTasks', { query: { taskIds } }));
  },
};

const typeOption = textOption(['-t', '--type'], {
  metavar: 'RECONCILE_TYPE',
  choices: ['explicit', 'implicit'],
  help: 'Type of reconciliation to run - implicit or explicit [default: explicit]',
});

const batchSizeOption = integerOption(['-b', '--batch_size'], 0, {
  metavar: 'BATCH_SIZE',
  help: 'Batch size for explicit reconciliation',
});

export const reconcileTasksCommand: AdminCommand = {
  name: 'reconcile_tasks',
  usage: '\n[--type=RECONCILIATION_TYPE]\n[--batch_size=BATCHSIZE]\ncluster',
  description:
    'Reconcile the Mesos master and the scheduler. Default runs explicit\n' +
    'reconciliation with a batch size set in reconciliation_explicit_batch_size\n' +
    'scheduler configuration option.',
  options: [typeOption, batchSizeOption],
  counts: [1, 1],
  async run(session) {
    const client = await session.connect();
    const batchSize = session.args.get(batchSizeOption);
    session.check(
      session.args.get(typeOption) === 'implicit'
        ? await client.call('triggerImplicitTaskReconciliation', {})
        : await client.call('triggerExplicitTaskReconciliation', {
            settings: batchSize > 0 ? { batchSize } : {},
          }),
    );
  },
};

const statesOption = textOption(['--states'], {
  metavar: 'STATES',
  help: 'Only match tasks with given state(s).',
});
const roleOption = textOption(['--role'], { metavar: 'ROLE', help: 'Only match tasks of the role.' });
const environmentOption = textOption(['--env'], {
  metavar: 'ENV',
  help: 'Only match tasks of the environment.',
});
const limitOption = integerOption(['--limit'], 0, {
  metavar: 'LIMIT',
  help: 'How many tasks to prune at most.',
});

export const pruneTasksCommand: AdminCommand = {
  name: 'prune_tasks',
  usage: '--states=State[,State,...] --role=role --env=env --limit=N cluster',
  description: 'Removes ended tasks from the history of the scheduler.',
  options: [statesOption, roleOption, environmentOption, limitOption],
  counts: [0, 1],
  async run(session) {
    if (session.words.length === 0) throw new AdminError('Must specify at least cluster.');
    const { args } = session;
    const states = args.get(statesOption);
    const role = args.get(roleOption);
    const environment = args.get(environmentOption);
    const limit = args.get(limitOption);
    const response = await (
      await session.connect()
    ).call('pruneTasks', {
      query: {
        ...(states === undefined ? {} : { statuses: parseStatuses(states) }),
        ...(role === undefined ? {} : { role }),
        ...(environment === undefined ? {} : { environment }),
        ...(limit > 0 ? { limit } : {}),
      },
    });
    if (response.responseCode !== 'OK')
      throw new AdminError(`Failed to prune tasks: ${detailsText(response)}`);
    session.console.out('Tasks pruned.');
  },
};
