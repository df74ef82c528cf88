import { LIVE_STATES } from '../../model/scheduled-task.js';
import { formatJobKey, type JobKey } from '../../model/job-key.js';
import { SlaDomain } from '../../client/host-sla.js';
import { tasksOf } from '../../client/tasks.js';
import type { AdminSession } from './admin-command.js';

/** The SLA of all jobs that have tasks on some hosts: what is on the hosts, then those jobs everywhere. */
export async function probeTasks(
  session: AdminSession,
  hosts: readonly string[],
  minInstances: number,
): Promise<SlaDomain> {
  const client = await session.connect();
  const statuses = [...LIVE_STATES].sort();
  const onHosts = await client.call('getTasksWithoutConfigs', { query: { slaveHosts: hosts, statuses } });
  session.check(onHosts);
  const keys = new Map<string, JobKey>();
  for (const { assignedTask } of tasksOf(onHosts))
    if (assignedTask.task.production) keys.set(formatJobKey(assignedTask.task.job), assignedTask.task.job);
  const nowMs = session.host.clock.nowMs();
  if (keys.size === 0) return new SlaDomain(client.cluster, [], minInstances, nowMs);
  const everywhere = await client.call('getTasksWithoutConfigs', {
    query: { jobKeys: [...keys.values()], statuses },
  });
  session.check(everywhere);
  return new SlaDomain(client.cluster, tasksOf(everywhere), minInstances, nowMs);
}
