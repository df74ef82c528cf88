import type { ScheduledTask } from '../model/scheduled-task.js';
import type { AgentState } from '../model/cluster.js';
import { Store } from '../storage/store.js';
import type { StoredEvent } from '../storage/op.js';
import { toAmounts } from './amounts.js';
import { checkInvariants, type Violation } from './invariants.js';

/** The invariants of a state that came over the API: every task that the scheduler knows, and its agents. */
export function checkTasks(tasks: readonly ScheduledTask[], agents: readonly AgentState[]): Violation[] {
  const store = new Store();
  const configIds = new Map<string, number>();
  for (const task of tasks) {
    const { assignedTask } = task;
    const text = JSON.stringify(assignedTask.task);
    let configId = configIds.get(text);
    if (configId === undefined) {
      configId = configIds.size + 1;
      configIds.set(text, configId);
      store.apply({ op: 'saveTaskConfig', id: configId, config: assignedTask.task });
    }
    store.apply({ op: 'saveTasks', tasks: [toStored(task, configId)] });
  }
  for (const { host, attributes, mode, agentId } of agents)
    store.apply({ op: 'saveHostAttributes', attributes: { host, attributes, mode, slaveId: agentId } });
  const totals = new Map(
    agents
      .filter((agent) => agent.status === 'REGISTERED')
      .map((agent) => [agent.agentId, toAmounts(agent.total)] as const),
  );
  return checkInvariants(store, { totals });
}

function toStored(task: ScheduledTask, configId: number) {
  const { taskId, instanceId, slaveId, slaveHost, assignedPorts } = task.assignedTask;
  return {
    taskId,
    instanceId,
    configId,
    status: task.status,
    failureCount: task.failureCount,
    timesPartitioned: task.timesPartitioned,
    ...(task.ancestorId === undefined ? {} : { ancestorId: task.ancestorId }),
    ...(slaveId === undefined || slaveHost === undefined
      ? {}
      : { agent: { agentId: slaveId, host: slaveHost, ports: [...assignedPorts] } }),
    events: task.taskEvents.map((event): StoredEvent => [
      event.timestamp,
      event.status,
      event.message ?? null,
    ]),
  };
}
