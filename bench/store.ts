import type { StoredTask } from '../src/storage/op.js';
import { Store } from '../src/storage/store.js';
import { queryTasks } from '../src/storage/task-query.js';
import { cpuSeconds, taskOf } from './cluster.js';
import { median, type Row } from './row.js';

export const name = 'store';

const ROUNDS = 5;
const WARM_UP_ROUNDS = 20;

/** Aurora's TaskStoreBenchmarks: the store in memory, without persistence. */
export async function run(): Promise<Row[]> {
  const rows: Row[] = [];
  for (let round = 0; round < WARM_UP_ROUNDS; round++)
    emptyStore().apply({ op: 'saveTasks', tasks: makeTasks(1000) });
  for (const count of [1000, 10_000, 50_000]) {
    const inserts: number[] = [];
    const deletes: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const store = emptyStore();
      const tasks = makeTasks(count);
      inserts.push(
        count /
          cpuSeconds(() => {
            store.apply({ op: 'saveTasks', tasks });
          }),
      );
      const taskIds = tasks.map(({ taskId }) => taskId);
      deletes.push(
        count /
          cpuSeconds(() => {
            store.apply({ op: 'removeTasks', taskIds });
          }),
      );
    }
    rows.push({
      metric: `insert ${count} tasks`,
      value: median(inserts),
      unit: 'tasks/s',
      peer: 'Aurora, published',
      peerValue: 7300,
      target: 200_000,
    });
    rows.push({
      metric: `delete ${count} tasks`,
      value: median(deletes),
      unit: 'tasks/s',
      peer: 'Aurora, published',
      peerValue: 14_500,
      target: 200_000,
    });
  }
  const store = emptyStore();
  store.apply({ op: 'saveTasks', tasks: makeTasks(100_000) });
  const fetch = (query: Parameters<typeof queryTasks>[1]): number => {
    let found = 0;
    return median(
      Array.from({ length: ROUNDS }, () => {
        const seconds = cpuSeconds(() => {
          found = queryTasks(store, query).length;
        });
        return found / seconds;
      }),
    );
  };
  rows.push({ metric: 'fetch all of 100,000', value: fetch({}), unit: 'tasks/s' });
  rows.push({
    metric: 'fetch 100,000 by job',
    value: fetch({ role: 'role', environment: 'prod', jobName: 'job' }),
    unit: 'tasks/s',
  });
  rows.push({
    metric: 'fetch 100,000 by host',
    value: fetch({ slaveHosts: Array.from({ length: 1000 }, (_, i) => `h${i}`) }),
    unit: 'tasks/s',
  });
  return rows;
}

function emptyStore(): Store {
  const store = new Store();
  store.apply({ op: 'saveTaskConfig', id: 1, config: taskOf('job') });
  return store;
}

function makeTasks(count: number): StoredTask[] {
  return Array.from({ length: count }, (_, i) => ({
    taskId: `role-prod-job-${i}-5a3c1d0e-0000-4000-8000-${String(i).padStart(12, '0')}`,
    instanceId: i,
    configId: 1,
    status: 'RUNNING',
    agent: { agentId: `a${i % 1000}`, host: `h${i % 1000}`, ports: [] },
    events: [
      [1_700_000_000_000 + i, 'PENDING', null, 'scheduler'],
      [1_700_000_000_001 + i, 'ASSIGNED', null, 'scheduler'],
      [1_700_000_000_002 + i, 'RUNNING', null, 'scheduler'],
    ],
  }));
}
