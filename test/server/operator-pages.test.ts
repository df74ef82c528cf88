import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { memberAddress } from '../../src/server/operator-pages.js';
import { Store } from '../../src/storage/store.js';
import { buildPrograms, type BuiltPrograms } from '../rig/built-programs.js';
import { jobConfiguration } from '../rig/job-configuration.js';
import { CONFIG } from '../storage/ops.js';
import { eventually, TestCluster } from '../rig/test-cluster.js';
import { tasksOf } from '../rig/test-cluster-tasks.js';

/** Real processes on a busy machine. */
jest.setTimeout(60_000);

let programs: BuiltPrograms;
let cluster: TestCluster;
beforeAll(async () => {
  programs = await buildPrograms(['daemon']);
  cluster = new TestCluster(programs.directory, [], { options: [['stat_sampling_interval', '100ms']] });
  await cluster.start();
  for (const [role, name, instances] of [
    ['web', 'a<b', 2],
    ['web', 'front', 3],
    ['ads', 'model', 1],
  ] as const) {
    const description = jobConfiguration(
      { role, environment: 'devel', name: name.replace('<', '') },
      { instances, resources: [{ numCpus: 1.5 }, { ramMb: 100 }, { diskMb: 10 }, { namedPort: 'http' }] },
    );
    expect((await cluster.call('createJob', { description })).responseCode).toBe('OK');
  }
});
afterAll(async () => {
  await cluster.dispose();
  programs.dispose();
});

async function page(path: string): Promise<{ status: number; text: string }> {
  const { status, body } = await cluster.http('GET', path);
  return { status, text: body.toString() };
}

describe('/utilization', () => {
  test('adds up by metric, by role, by job', async () => {
    expect((await page('/utilization')).text).toContain(
      '<td><a href="/utilization/total_consumed">total_consumed</a></td><td class="number">9</td><td class="number">600</td><td class="number">60</td><td class="number">0</td><td class="number">6</td>',
    );
    expect((await page('/utilization/free_pool_consumed')).text).toContain(
      '<td><a href="/utilization/free_pool_consumed/web">web</a></td><td class="number">7.5</td>',
    );
    expect((await page('/utilization/quota_consumed')).text).not.toContain('web');
    const jobs = (await page('/utilization/total_consumed/web')).text;
    expect(jobs).toContain('<td>web/devel/front</td><td class="number">4.5</td>');
    expect(jobs).not.toContain('model');
  });

  test('refuses another metric', async () => {
    expect(await page('/utilization/money')).toMatchObject({ status: 400, text: 'Invalid metric type.' });
  });
});

describe('/structdump', () => {
  test('shows a task, escaped, and says how to ask', async () => {
    const [task] = await tasksOf(cluster, { jobName: 'model' });
    const shown = await page(`/structdump/task/${task?.assignedTask.taskId ?? ''}`);
    expect(shown.status).toBe(200);
    expect(shown.text).toContain('&#34;status&#34;: &#34;PENDING&#34;');
    expect(await page('/structdump')).toMatchObject({
      status: 400,
      text: 'Usage: /structdump/task/TASK_ID or /structdump/cron/ROLE/ENV/NAME',
    });
    const missing = await page('/structdump/task/none');
    expect([missing.status, missing.text.includes('Entity not found')]).toEqual([404, true]);
    expect((await page('/structdump/cron/r/e/n')).status).toBe(404);
  });
});

describe('/graphdata and /graphview', () => {
  test('show how a stat went', async () => {
    const graph = await eventually('two samples are there', async () => {
      const { status, text } = await page('/graphdata?metrics=task_store_PENDING,outstanding_offers');
      const found = status === 200 ? (JSON.parse(text) as { names: string[]; data: number[][] }) : undefined;
      return found && found.data.length >= 2 ? found : undefined;
    });
    expect(graph.names).toEqual(['time', 'task_store_PENDING', 'outstanding_offers']);
    expect(graph.data.at(-1)?.slice(1)).toEqual([6, 0]);
    const times = graph.data.map(([time]) => time ?? 0);
    expect([...times].sort((a, b) => a - b)).toEqual(times);
    const later = await page(`/graphdata?metrics=task_store_PENDING&since=${times.at(-1) ?? 0}`);
    expect(
      (JSON.parse(later.text) as { data: number[][] }).data.every(([time = 0]) => time > (times.at(-1) ?? 0)),
    ).toBe(true);
    expect(JSON.parse((await page('/graphdata')).text)).toContain('task_store_PENDING');
    expect((await page('/graphview?metrics=task_store_PENDING')).text).toContain('<polyline points="');
    expect((await page('/graphview')).text).toContain('href="/graphview?metrics=task_store_PENDING"');
  });

  test('an unknown metric gets the nearest name', async () => {
    expect(await page('/graphdata?metrics=task_store_PENDNG')).toMatchObject({
      status: 400,
      text: 'There is no metric task_store_PENDNG; did you mean task_store_PENDING?',
    });
    expect((await page('/graphdata?metrics=jvm&since=yesterday')).status).toBe(400);
  });
});

describe('/mname', () => {
  test.each([
    ['/mname', 400, 'Usage: /mname/ROLE/ENV/NAME/INSTANCE[/PATH]'],
    ['/mname/web/devel/front', 400, 'Usage: /mname/ROLE/ENV/NAME/INSTANCE[/PATH]'],
    ['/mname/web/devel/front/x', 400, 'Usage: /mname/ROLE/ENV/NAME/INSTANCE[/PATH]'],
    ['/mname/web/devel/front/99', 404, 'No such live instance found.'],
    ['/mname/web/devel/front/0', 404, 'The selected instance is currently in state PENDING'],
  ])('%s', async (path, status, text) => {
    expect(await page(path)).toMatchObject({ status, text });
  });

  test('leads to the first of the ports that speak HTTP, with the rest of the path and the query', () => {
    const store = new Store();
    store.apply({ op: 'saveTaskConfig', id: 1, config: CONFIG });
    const agent = { agentId: 'a', host: 'h', ports: [['http', 31001] as const, ['admin', 31002] as const] };
    const events = [[1, 'RUNNING'] as const];
    store.apply({
      op: 'saveTasks',
      tasks: [
        { taskId: 't0', instanceId: 0, configId: 1, status: 'RUNNING', agent, events },
        {
          taskId: 't1',
          instanceId: 1,
          configId: 1,
          status: 'RUNNING',
          agent: { ...agent, ports: [] },
          events,
        },
      ],
    });
    const job = 'role/prod/__proto__';
    expect(memberAddress(store, `${job}/0/a%20b/c`, '?d=e')).toMatchObject({
      status: 307,
      headers: { location: 'http://127.0.0.1:31001/a%20b/c?d=e' },
    });
    expect(() => memberAddress(store, `${job}/1`, '')).toThrow(
      'The task does not have a registered http port.',
    );
  });
});

test('/threads and /contention are texts; a scheduler that leads says so among its states', async () => {
  expect((await page('/threads')).text).toContain('main: the event loop');
  expect((await page('/contention')).status).toBe(200);
  const vars = (await page('/vars')).text;
  expect(vars).toContain('scheduler_lifecycle_ACTIVE 1\n');
  expect(vars).toContain('scheduler_lifecycle_DEAD 0\n');
});

test('/abortabortabort ends the daemon at once, and what it had acknowledged is there for the next', async () => {
  const { pid } = cluster.endpoint;
  await cluster.http('POST', '/abortabortabort').catch(() => undefined);
  await eventually('the daemon is gone', () => (cluster.processes().includes(pid) ? undefined : true));
  await cluster.start();
  expect(await tasksOf(cluster)).toHaveLength(6);
});
