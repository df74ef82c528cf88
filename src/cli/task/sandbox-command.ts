import type { ScheduledTask } from '../../model/scheduled-task.js';
import { LIVE_STATES } from '../../model/scheduled-task.js';
import type { ClusterJobKey } from '../../model/job-key.js';
import type { Cluster } from '../../client/cluster.js';
import { jobQuery } from '../../client/tasks.js';
import { CommandError, EXIT } from '../exit-codes.js';

/** The remote directory of a task, its globs for the remote shell to expand. */
export function sandboxDirectory(cluster: Cluster, task: ScheduledTask, executorSandbox: boolean): string {
  const { slaveRoot, slaveRunDirectory } = remoteDirectories(cluster);
  const directory = `${slaveRoot}/slaves/*/frameworks/*/executors/thermos-${task.assignedTask.taskId}/runs/${slaveRunDirectory}`;
  return executorSandbox ? directory : `${directory}/sandbox`;
}

function remoteDirectories(cluster: Cluster): { slaveRoot: string; slaveRunDirectory: string } {
  if (cluster.kind === 'local')
    throw new CommandError(
      EXIT.commandFailure,
      `The agents of ${cluster.name} are on this machine: use \`aurora job logs\`, or look into ${cluster.home}/agents`,
    );
  const { name, slaveRoot, slaveRunDirectory } = cluster;
  if (slaveRoot === undefined || slaveRunDirectory === undefined)
    throw new CommandError(
      EXIT.invalidConfiguration,
      `Cluster ${name} must define slave_root and slave_run_directory for commands on its agents`,
    );
  return { slaveRoot, slaveRunDirectory };
}

/** `cd DIRECTORY;COMMAND`, with the task's own values put into the command. */
export function remoteCommand(directory: string, command: string, task: ScheduledTask): string {
  const { taskId, instanceId, assignedPorts } = task.assignedTask;
  const bound = command
    .replaceAll('{{thermos.task_id}}', taskId)
    .replaceAll('{{mesos.instance}}', String(instanceId))
    .replace(/\{\{thermos\.ports\[([^\]]+)\]\}\}/g, (whole, name: string) =>
      String((assignedPorts as ReadonlyMap<string, number> | undefined)?.get(name) ?? whole),
    );
  return `cd ${directory};${bound}`;
}

/** The live tasks of some instances. */
export function liveQuery(key: ClusterJobKey, instances: readonly number[] | undefined) {
  return { query: jobQuery(key, { statuses: LIVE_STATES, instances }) };
}

/** `user@host` of the agent that runs the task. */
export function sshTarget(task: ScheduledTask, user: string | undefined): string {
  const { slaveHost, task: config } = task.assignedTask;
  return `${user ?? config.job.role}@${slaveHost ?? 'None'}`;
}

export function words(options: string | undefined): string[] {
  return options?.split(/\s+/).filter((word) => word !== '') ?? [];
}
