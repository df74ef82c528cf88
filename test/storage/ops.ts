import type { Op } from '../../src/storage/op.js';
import type { TaskConfig } from '../../src/model/task-config.js';

/** A configuration that uses every kind of field, with text that no encoding may change. */
export const CONFIG: TaskConfig = {
  job: { role: 'role', environment: 'prod', name: '__proto__' },
  owner: { user: 'role' },
  isService: true,
  priority: 1,
  maxTaskFailures: -1,
  production: true,
  tier: 'preferred',
  resources: [{ numCpus: 0.1 }, { ramMb: 128 }, { diskMb: 64 }, { namedPort: 'http' }],
  constraints: [
    { name: 'rack', constraint: { value: { negated: true, values: ['b', 'a'] } } },
    { name: 'host', constraint: { limit: { limit: 2 } } },
  ],
  taskLinks: new Map([
    ['http', 'http://%host%:%port:http%'],
    ['__proto__', 'constructor'],
  ]),
  executorConfig: {
    name: 'AuroraExecutor',
    data: 'lone \ud800 surrogate, \u0000, \u202e, "quotes", é, 你好, 🎉',
  },
  metadata: [{ key: 'k', value: 'v' }],
  partitionPolicy: { reschedule: false },
  container: { mesos: { image: { docker: { name: 'n', tag: 't' } } } },
};

/** A list of ops that touches every kind, numbered so that any length makes sense. */
export function sampleOps(count: number): Op[][] {
  const transactions: Op[][] = [[{ op: 'saveTaskConfig', id: 1, config: CONFIG }]];
  for (let i = 1; transactions.length < count; i++) {
    const taskId = `task-${i}`;
    transactions.push([
      {
        op: 'saveTasks',
        tasks: [
          { taskId, instanceId: i, configId: 1, status: 'PENDING', events: [[i, 'PENDING', null, 'here']] },
        ],
      },
    ]);
    transactions.push([
      {
        op: 'transition',
        taskId,
        event: [i + 1, 'ASSIGNED'],
        agent: { agentId: 'a1', host: 'h1', ports: [['http', 31000 + i]] },
      },
      { op: 'transition', taskId, event: [i + 2, 'FAILED', 'it failed'], failed: true },
    ]);
    if (i % 5 === 0) transactions.push([{ op: 'removeTasks', taskIds: [`task-${i - 2}`, `task-${i - 3}`] }]);
    if (i % 7 === 0) {
      transactions.push([
        {
          op: 'saveQuota',
          role: `r${i}`,
          quota: { resources: [{ numCpus: i }, { ramMb: 1 }, { diskMb: 1 }] },
        },
        {
          op: 'saveHostAttributes',
          attributes: { host: `h${i}`, attributes: [{ name: 'rack', values: ['r'] }], mode: 'DRAINING' },
        },
        { op: 'saveMaintenanceRequest', request: { host: `h${i}`, timeoutSecs: 0, createdTimestampMs: i } },
      ]);
      transactions.push([
        { op: 'removeQuota', role: `r${i - 7}` },
        { op: 'removeMaintenanceRequest', host: `h${i - 7}` },
      ]);
    }
  }
  return transactions.slice(0, count);
}
