import { ACTIVE_STATES, type ScheduledTask } from '../../model/scheduled-task.js';
import { flag, textOption, textOptionWithDefault } from '../argument-spec.js';
import { detailsText } from '../../client/scheduler-client.js';
import { tasksOf } from '../../client/tasks.js';
import { parseInstances } from '../key-arguments.js';
import { AdminError, type AdminCommand } from './admin-command.js';
import { parseStatuses } from './task-statuses.js';

const forceOption = flag(['--force'], 'Force expensive queries to run. [default: False]');
const shardsOption = textOption(['--shards'], {
  metavar: 'SHARDS',
  help: 'Only match given shards of a job. [default: None]',
});
const statesOption = textOptionWithDefault(['--states'], 'RUNNING', {
  metavar: 'STATES',
  help: 'Only match tasks with given state(s). [default: RUNNING]',
});
const formatOption = textOptionWithDefault(['-l', '--listformat'], '%role%/%name%/%instanceId% %status%', {
  metavar: 'LISTFORMAT',
  help: 'Format string of job/task items to print out. [default: %role%/%name%/%instanceId% %status%]',
});

export const queryCommand: AdminCommand = {
  name: 'query',
  usage:
    '[--force]\n[--listformat=FORMAT]\n[--shards=N[,N,...]]\n[--states=State[,State,...]]\ncluster [role [job]]',
  description: 'Query Mesos about jobs and tasks.',
  options: [forceOption, shardsOption, statesOption, formatOption],
  counts: [1, 3],
  async run(session) {
    const { args, words, console } = session;
    const [, role, job] = words;
    const statuses = parseStatuses(args.get(statesOption));
    if (!args.get(forceOption))
      requireCheap(
        role,
        job,
        statuses.every((status) => ACTIVE_STATES.has(status)),
      );
    const shards = args.get(shardsOption);
    const instances = shards === undefined ? undefined : parseInstances(shards);
    if (instances && !instances.ok) throw new AdminError(`Invalid shards: ${shards ?? ''}`);
    const response = await (
      await session.connect()
    ).call('getTasksStatus', {
      query: {
        ...(role === undefined ? {} : { role }),
        ...(job === undefined ? {} : { jobName: job }),
        statuses,
        // Empty means no filter: the original sends it so.
        instanceIds: instances?.value ?? [],
      },
    });
    if (response.responseCode !== 'OK')
      throw new AdminError(`Failed to query scheduler: ${detailsText(response)}`);
    for (const task of tasksOf(response)) console.out(formatTask(args.get(formatOption), task));
  },
};

function requireCheap(role: string | undefined, job: string | undefined, active: boolean): void {
  const refuse = (reason: string): never => {
    throw new AdminError(`--force is required for expensive queries (${reason}`);
  };
  if (role === undefined) refuse('no role specified)');
  if (job === undefined) refuse('no job specified)');
  if (!active) refuse('states outside ACTIVE states');
}

function formatTask(format: string, task: ScheduledTask): string {
  const fields = taskFields(task);
  return format.replace(/%(\w+)%/g, (_whole, name: string) => {
    const value = fields.get(name);
    if (value === undefined)
      throw new AdminError(`Unknown key in format string.  Valid keys are:\n${[...fields.keys()].join(',')}`);
    return value;
  });
}

/** A task's fields by name, as a flat table. */
function taskFields(task: ScheduledTask): ReadonlyMap<string, string> {
  const { assignedTask, status, failureCount, timesPartitioned, taskEvents, ancestorId } = task;
  const { task: config } = assignedTask;
  const fields: ReadonlyArray<readonly [string, unknown]> = [
    ['taskId', assignedTask.taskId],
    ['slaveId', assignedTask.slaveId],
    ['slaveHost', assignedTask.slaveHost],
    ['instanceId', assignedTask.instanceId],
    ['assignedPorts', Object.fromEntries(assignedTask.assignedPorts)],
    ['status', status],
    ['failureCount', failureCount],
    ['timesPartitioned', timesPartitioned],
    ['taskEvents', taskEvents],
    ['ancestorId', ancestorId],
    ['role', config.job.role],
    ['environment', config.job.environment],
    ['name', config.job.name],
    ['user', config.owner?.user],
    ['isService', config.isService],
    ['priority', config.priority],
    ['maxTaskFailures', config.maxTaskFailures],
    ['production', config.production],
    ['tier', config.tier],
    ['resources', config.resources],
    ['constraints', config.constraints],
    ['mesosFetcherUris', config.mesosFetcherUris],
    ['taskLinks', Object.fromEntries(config.taskLinks ?? [])],
    ['contactEmail', config.contactEmail],
    ['executorConfig', config.executorConfig],
    ['metadata', config.metadata],
    ['partitionPolicy', config.partitionPolicy],
    ['slaPolicy', config.slaPolicy],
  ];
  return new Map(fields.map(([name, value]) => [name, fieldText(value)]));
}

function fieldText(value: unknown): string {
  if (value === undefined || value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
