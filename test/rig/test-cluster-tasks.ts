import { readdirSync, readFileSync } from 'node:fs';
import type { ScheduledTask, ScheduleStatus, TaskQuery } from '../../src/model/scheduled-task.js';
import type { ProcessRun, TaskProcesses } from '../../src/model/cluster.js';
import { eventually, type TestCluster } from './test-cluster.js';

/** Tasks of a test's cluster, as its scheduler tells of them. */
export async function tasksOf(
  cluster: TestCluster,
  query: TaskQuery = {},
): Promise<readonly ScheduledTask[]> {
  const { result } = await cluster.call('getTasksWithoutConfigs', { query });
  return result && 'scheduleStatusResult' in result ? result.scheduleStatusResult.tasks : [];
}

/** Waits until the job has exactly this many tasks in the state, and gives them. */
export async function untilTasks(
  cluster: TestCluster,
  query: TaskQuery,
  status: ScheduleStatus,
  count: number,
): Promise<readonly ScheduledTask[]> {
  let seen: string[] = [];
  try {
    return await eventually(`${count} tasks are ${status}`, async () => {
      const tasks = await tasksOf(cluster, query);
      seen = tasks.map((task) => `${task.assignedTask.taskId} ${task.status}`);
      const found = tasks.filter((task) => task.status === status);
      return found.length === count ? found : undefined;
    });
  } catch (error) {
    throw new Error(`${(error as Error).message}; there are:\n${seen.join('\n')}`);
  }
}

/** The processes of a task, as its agent tells of them. */
export async function processesOf(cluster: TestCluster, taskId: string): Promise<readonly ProcessRun[]> {
  const reply = await cluster.http('GET', `/cluster/v1/tasks/${taskId}/processes`);
  if (reply.status !== 200) throw new Error(`${taskId}: ${reply.body.toString()}`);
  return (JSON.parse(reply.body.toString()) as TaskProcesses).processes;
}

/** Pids of all live processes whose command line holds the text, whoever started them. */
export function pidsWithCommand(text: string): number[] {
  return liveProcesses()
    .filter(({ command }) => command.includes(text))
    .map(({ pid }) => pid);
}

/** The command lines of all live processes of this machine but our own. */
export function liveCommands(): string[] {
  return liveProcesses().map(({ command }) => command);
}

function liveProcesses(): Array<{ readonly pid: number; readonly command: string }> {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .flatMap((pid) => {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
        const command = readFileSync(`/proc/${pid}/cmdline`, 'latin1');
        return pid !== process.pid && !/\) [ZX] /.test(stat) ? [{ pid, command }] : [];
      } catch {
        return [];
      }
    });
}
